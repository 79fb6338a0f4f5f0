"""What looks at a history and may find something to review. Each rule: frames and policy in, flags out (definitions.md 6)."""
