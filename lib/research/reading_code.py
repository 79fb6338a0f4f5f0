"""Code that goes with a passport: it reads the tables with the types that the dictionary says."""

PYTHON = '''"""Reads the tables of this folder, unpacked, with the types of dictionary.csv. Needs pandas 2 or newer.

    from read_data import read_table
    assessments = read_table("assessments")           # the data
    practice = read_table("assessments", "twin")      # the synthetic twin: people who do not exist
"""

from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).resolve().parent
TYPES = {"whole": "Int64", "number": "Float64"}


def read_table(name: str, folder: str = "data") -> pd.DataFrame:
    """An empty cell is a missing value, never 0 and never "no"."""
    dictionary = pd.read_csv(FOLDER / "dictionary.csv", dtype="string", keep_default_na=False)
    columns = dictionary[dictionary["table"] == name].set_index("name")["type"]
    types = {column: TYPES.get(type_, "string") for column, type_ in columns.items()}
    (file,) = (FOLDER / folder).rglob(f"{name}.csv")
    return pd.read_csv(file, dtype=types, keep_default_na=False, na_values=[""])


if __name__ == "__main__":
    for file in sorted((FOLDER / "data").rglob("*.csv")):
        print(file.stem, read_table(file.stem).shape)
'''

R = """# Reads the tables of this folder, unpacked, with the types of dictionary.csv.
#   assessments <- read_table("assessments")             # the data
#   practice <- read_table("assessments", "twin")        # the synthetic twin: people who do not exist

read_table <- function(name, folder = "data") {
  dictionary <- read.csv("dictionary.csv", colClasses = "character", na.strings = NULL, encoding = "UTF-8")
  columns <- dictionary[dictionary$table == name, ]
  types <- ifelse(columns$type %in% c("whole", "number"), "numeric", "character")
  names(types) <- columns$name
  # An empty cell is a missing value, never 0 and never "no".
  file <- list.files(folder, paste0("^", name, "[.]csv$"), recursive = TRUE, full.names = TRUE)
  read.csv(file, colClasses = types, na.strings = "", check.names = FALSE, encoding = "UTF-8")
}
"""
