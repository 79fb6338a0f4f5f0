"""Every text that a page run without a browser shows: elements, tables cell by cell, figures, pictures of words, alt texts."""

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd
from streamlit.testing.v1 import AppTest

from lib.ui.display import JOINER

_TAG = re.compile(r"<[^>]*>")
_MARKDOWN = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|:$~<>&@])")
_PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
# Lines of a figure whose height is in mg, by their names.
DOSE_LINES = ("prescribed", "dose taken", "cumulative", "after each session")
# What a program reads and nobody sees.
_UNSEEN = frozenset(
    {"id", "form_id", "element_id", "user_key", "data", "styler", "script_hash", "page_script_hash"}
)


class Shown(NamedTuple):
    """place: which element, and of a cell its heading. row: of a cell the whole row as it is shown, of a field its label.
    under: the heading that stands above it."""

    place: str
    text: str
    row: dict[str, str] | None = None
    under: str = ""


def read_texts(test: AppTest) -> list[Shown]:
    """All that is on the page, in order; text is plain: no markdown, no HTML, one kind of space."""
    under, texts = "", []
    for node in nodes(test):
        if node.type in ("title", "header", "subheader"):
            under = plain(node.value)
        texts += [shown._replace(under=under) for shown in _texts_of(node) if shown.text]
    return texts


def nodes(test: AppTest) -> Iterator[Any]:
    """Every block, element and control of the page, from top to bottom."""
    return _nodes(test._tree)


def _nodes(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _nodes(child)


def _texts_of(node: Any) -> Iterator[Shown]:
    proto = getattr(node, "proto", None)
    if proto is None:
        return
    if isinstance(getattr(node, "value", None), pd.DataFrame):
        yield from _cells(node)
    if node.type == "plotly_chart":
        yield from _heights(json.loads(proto.spec))
    label = {"label": plain(proto.label)} if getattr(proto, "label", "") else None
    for name, text in _strings(proto):
        if name in ("spec", "columns", "config"):
            yield from (Shown(f"{node.type} {where}", plain(said)) for where, said in _words_of_json(text))
        else:
            yield Shown(f"{node.type} {name}", plain(text), label)


def _heights(spec: dict[str, Any]) -> Iterator[Shown]:
    """Where the lines of doses stand, which nobody reads as a number and everybody sees."""
    for trace in spec["data"]:
        if trace.get("name") in DOSE_LINES:
            amounts = {amount for amount in trace["y"] if amount is not None}
            yield from (
                Shown(f"plotly_chart line {trace['name']}", f"{amount:g} mg") for amount in sorted(amounts)
            )


def _cells(node: Any) -> Iterator[Shown]:
    headings = read_headings(node)
    for row in node.value.to_dict("records"):
        whole = {headings.get(name, name): plain(_say(value)) for name, value in row.items()}
        yield from (Shown(f"cell {heading}", text, whole) for heading, text in whole.items())


def read_headings(node: Any) -> dict[str, str]:
    """Column -> what stands above it."""
    said = json.loads(node.proto.columns or "{}")
    return {name: about.get("label") or name for name, about in said.items() if isinstance(about, dict)}


def _say(value: Any) -> str:
    if pd.api.types.is_list_like(value):
        return "; ".join(map(str, value))
    return "" if pd.isna(value) else str(value)


def _strings(message: Any, name: str = "") -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if field.name in _UNSEEN:
            continue
        many = value if field.is_repeated else [value]
        if isinstance(value, dict) or hasattr(value, "items"):
            many = list(value.values())
        for one in many:
            if isinstance(one, str):
                yield field.name, one
            elif hasattr(one, "ListFields"):
                yield from _strings(one, field.name)


def _words_of_json(text: str) -> Iterator[tuple[str, str]]:
    yield from _walk("", json.loads(text or "null"))


def _walk(where: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _walk(name if name != "text" else where or name, one)
    elif isinstance(value, list):
        for one in value:
            yield from _walk(where, one)


def plain(text: str) -> str:
    """As it is read: pictures by the words in them, lines by ' | '."""
    text = _PICTURE.sub(lambda found: base64.b64decode(found[1]).decode(), text)
    text = text.replace("<br>", " | ").replace("  \n", " | ").replace("\n", " | ")
    text = html.unescape(_TAG.sub(" ", text))
    text = _MARKDOWN.sub(r"\1", text).replace("**", "").replace(JOINER, "")
    return " ".join(text.replace("\u00a0", " ").split())
