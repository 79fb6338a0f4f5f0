"""Running a page once more without a browser, and reading what is on it."""

import ast
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]


def listed_pages() -> list[str]:
    """The files that dashboard.py puts into the navigation, read without running it."""
    tree = ast.parse((ROOT / "dashboard.py").read_text("utf-8"))
    table = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES"
    )
    return [file for listed in ast.literal_eval(table).values() for file, _ in listed]


def run(what: Any) -> AppTest:
    """The page once more, or after what was done to one of its widgets; no page may fail."""
    test: AppTest = what.run()
    assert not test.exception, test.exception[0].message
    return test


def unfold(test: AppTest, key: str) -> AppTest:
    """The page after a press on what is folded up under this key: AppTest presses no expander."""
    test.session_state[key] = True
    return run(test)


def words(test: AppTest) -> str:
    """Everything that is written on the page outside of tables, line by line."""
    kinds = (
        test.title,
        test.header,
        test.subheader,
        test.markdown,
        test.caption,
        test.text,
        test.error,
        test.info,
        test.warning,
    )
    return "\n".join(str(one.value) for kind in kinds for one in kind)


def column(test: AppTest, name: str, table: int = 0) -> list[str]:
    """One column of a table, as it stands on the page."""
    return [str(value) for value in test.dataframe[table].value[name]]


def upload(test: AppTest, files: dict[str, bytes]) -> AppTest:
    """The page after these files, by name, were put into its uploader in place of those before."""
    test.file_uploader[0].set_value([(name, data, "text/csv") for name, data in files.items()])
    return run(test)
