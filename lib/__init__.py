"""Dosing and outcomes of at-home sublingual ketamine therapy. The folders below are the floors of docs/architecture.md."""
