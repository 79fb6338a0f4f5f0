"""One question about a file, drawn with the file's own examples; and what was chosen."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.intake.choices import Question
from lib.ui import import_answers
from lib.ui.display import escape
from lib.ui.import_answers import OfferedFile

_MOST_RADIOS = 5
_LOOKS_LIKE = "the file looks like this"


def ask(file: OfferedFile, question: Question) -> None:
    """Only what the file shows of itself is chosen beforehand. A question without options is answered in another way."""
    if not question.options:
        st.warning(escape(question.text), icon=":material/help:")
        return
    options = list(question.options)
    is_chosen = import_answers.is_of_the_file(question) and question.suggested in options
    words = {
        option: f"{text} – {_LOOKS_LIKE}" if option == question.suggested else text
        for option, text in question.options.items()
    }
    st.markdown(escape(question.text))
    if question.examples:
        st.code("\n".join(question.examples), language=None)
    said: dict[str, Any] = {
        "label": escape(question.text),
        "options": options,
        "index": options.index(question.suggested) if is_chosen else None,
        "key": _key(file, question),
        "label_visibility": "collapsed",
    }
    if len(options) <= _MOST_RADIOS:
        st.radio(**said, format_func=lambda option: escape(words[option]))
    else:
        st.selectbox(**said, format_func=words.__getitem__, placeholder="Choose one")


def keep(file: OfferedFile, questions: Sequence[Question]) -> None:
    """What has been chosen; what has not is asked again."""
    for question in questions:
        answer = st.session_state.get(_key(file, question), "")
        if answer in question.options:
            import_answers.keep_answers(file, {question.key: str(answer)})
            import_answers.note_said(file.key, {question.text: question.options[str(answer)]})


def _key(file: OfferedFile, question: Question) -> str:
    return f"answer-{file.key}-{question.key}"
