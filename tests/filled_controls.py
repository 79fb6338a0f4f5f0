"""The controls of a page that can be answered, and what stands in them before anybody has."""

import re
from collections.abc import Iterator
from typing import Any

from dose_words import DOSE
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, DownloadButton, MenuButton, Widget
from ui_texts import nodes, plain

# Asks for a dose, by its label.
_ASKS_FOR_A_DOSE = re.compile(
    r"\bmg\b|\bdose (?:ordered|taken|prescribed)\b|\b(?:old|new) dose\b", re.IGNORECASE
)
_PRESSED = (Button, DownloadButton, MenuButton)


def controls(test: AppTest) -> Iterator[Any]:
    """What can be answered now: neither a button nor disabled."""
    for node in nodes(test):
        if isinstance(node, Widget) and not isinstance(node, _PRESSED) and not node.proto.disabled:
            yield node


def value_of(control: Any) -> str:
    """What a reader sees in it: the words of the chosen option, or what is typed; nothing where it is empty."""
    if control.type == "button_group":
        return ", ".join(control.formatted_values)
    if control.type in ("selectbox", "multiselect"):
        raw = control.proto.raw_value if control.type == "selectbox" else control.values
        return raw if isinstance(raw, str) else ", ".join(map(str, raw))
    value = getattr(control, "value", None)
    return "" if value is None or value is False or value in ([], ()) else str(value)


def filled(test: AppTest, key_begins: str = "") -> list[tuple[str, str]]:
    """(key, value) of every control that is not empty, of those whose key begins so."""
    return [
        (str(control.key), value_of(control))
        for control in controls(test)
        if str(control.key or "").startswith(key_begins) and value_of(control)
    ]


def filled_with_a_dose(test: AppTest) -> list[tuple[str, str]]:
    """(key, value) of controls that ask for a dose and are not empty, that hold a number of mg, or a typed number at all."""
    return [
        (str(control.key), value_of(control))
        for control in controls(test)
        if value_of(control)
        and (
            _ASKS_FOR_A_DOSE.search(getattr(control.proto, "label", ""))
            or DOSE.search(plain(value_of(control)))
            or control.type == "number_input"
        )
    ]
