"""The page that tells how the therapy is said to work, and on what evidence."""

from types import MappingProxyType

import streamlit as st

from lib.ui.how_it_works_text import Evidence, Text, Topic, read_text

# As long as a line is easily read.
_LINE_PX = 900
# A word and a colour each, and what the word means.
_EVIDENCE = MappingProxyType(
    {
        Evidence.HUMAN: ("blue", "measured in people"),
        Evidence.ANIMAL: ("green", "seen in animals"),
        Evidence.CLAIM: ("orange", "said by a page that describes the therapy, and by no study cited here"),
        Evidence.RULE: ("gray", "said by a regulator"),
    }
)


def say_caption() -> str:
    checker = read_text().checker
    checked = f"Checked by {checker}." if checker else "Awaiting a clinician's sign-off."
    return (
        f"What is said of the mechanism, by whom, and in whom it was seen. Not for choosing a dose. {checked}"
    )


def show_page() -> None:
    text = read_text()
    _show_chain(text)
    with st.container(horizontal=True, gap="medium", key="legend"):
        for evidence, (_, meaning) in _EVIDENCE.items():
            st.markdown(f"{_badge(evidence)} {meaning}", width="content")
    for topic in text.topics:
        _show_topic(topic)
    st.header("References", anchor=False)
    st.markdown("\n".join(f"- {reference}{_link(doi)}" for reference, doi in text.references))


def _show_chain(text: Text) -> None:
    """One card a step; what leads on to the next stands before it."""
    st.header("As the source pages tell it", anchor=False)
    with st.container(key="chain"), st.grid(len(text.chain), min_column_width=150, gap="small"):
        for number, (what, detail) in enumerate(text.chain):
            with st.container(border=True, gap=None, height="stretch"):
                st.markdown(f"{'→ ' if number else ''}**{what}**")
                st.caption(detail)


def _show_topic(topic: Topic) -> None:
    """A list: what is said, and under it in whom it was seen and the source."""
    st.header(topic.title, anchor=False)
    said = [f"- {one.text}  \n  {_badge(one.evidence)} :small[{one.source}]" for one in topic.statements]
    st.markdown("\n".join(said), width=_LINE_PX)


def _badge(evidence: Evidence) -> str:
    return f":{_EVIDENCE[evidence][0]}-badge[{evidence}]"


def _link(doi: str) -> str:
    return f" [doi:{doi}](https://doi.org/{doi})" if doi else ""
