"""Environments of their own for those whom the product is measured beside, and which are no part of it."""

import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path


def make_environment(folder: Path, packages: Sequence[str]) -> Path:
    """Its Python; made once, and found by a second call."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    # Its last package, because pip installs all or none.
    probe = [python, "-m", "pip", "--disable-pip-version-check", "show", "--quiet", packages[-1]]
    if subprocess.run(probe, check=False, capture_output=True).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return python
