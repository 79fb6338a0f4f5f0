"""The ADaM-like files keep the conventions: of the demo clinic, and of the rows of a questionnaire of CDISC's own sample."""
