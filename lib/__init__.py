"""Dosing and outcomes of at-home sublingual ketamine therapy. The folders below are the floors of docs/architecture.md."""

import pandas as pd

# Texts as Python's own, the names of columns among them: each call into Arrow costs what looking at hundreds of them does, and a
# patient's frames have ten rows. Where many rows are read, their texts are packed (lib/store/records.py).
pd.options.mode.string_storage = "python"
