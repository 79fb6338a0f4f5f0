"""pycanon 1.3.6 on the k of a file, in an environment of its own: it needs pandas 2."""

import subprocess
import sys
import venv
from pathlib import Path

PINNED = ("pycanon==1.3.6", "setuptools<81")
_ASK = """
import sys
import pandas as pd
from pycanon import anonymity
rows = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
print(anonymity.k_anonymity(rows, sys.argv[2].split(",")))
"""


def ask(patients: bytes, traits: list[str], folder: Path) -> int | None:
    """k as pycanon has it; None where the environment cannot be made."""
    file = folder / "patients.csv"
    file.write_bytes(patients)
    environment = folder / "pycanon"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED]
    if subprocess.run(install, check=False).returncode:
        return None
    asked = [str(python), "-c", _ASK, str(file), ",".join(traits)]
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()[-1])


if __name__ == "__main__":
    print(ask(Path(sys.argv[1]).read_bytes(), sys.argv[2].split(","), Path(sys.argv[3])))
