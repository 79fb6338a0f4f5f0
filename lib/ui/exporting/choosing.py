"""Of whom, which tables, in which form, of which class: kept in the address, but for the words of a release."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib.research.choices import (
    FORM_WORDS,
    NO_STUDY_DAYS,
    PRIVACY_WORDS,
    TOPICS,
    USUAL_TOPICS,
    FileForm,
    Privacy,
    topics_of,
)
from lib.research.cohort import Cohort
from lib.services import saved_cohorts
from lib.services.access import Permission, can
from lib.services.cohort_releases import Purpose
from lib.services.errors import NotFoundError
from lib.services.exports import Order
from lib.ui import access, address
from lib.ui.asking import ask
from lib.ui.choosing import choose_one

_EVERYBODY = "Everybody in your clinics"
_NONE = "none"


@dataclass(frozen=True)
class Chosen:
    """cohort: None for everybody."""

    order: Order
    cohort: Cohort | None


def choose_order() -> Chosen | None:
    """None where nothing can be made of what is chosen; the page says why."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="export-of"):
        cohort = _choose_cohort()
        form = FileForm(choose_one("Form", "form", "Tidy CSV", list(FileForm)[1:], _FORMS) or FileForm.TIDY)
        privacy = Privacy(
            choose_one("Class", "class", _CLASSES[Privacy.DEIDENTIFIED], _other_classes(), _CLASSES)
            or Privacy.DEIDENTIFIED
        )
    topics = () if privacy is Privacy.AGGREGATE else _choose_topics(form)
    about_form = "" if privacy is Privacy.AGGREGATE else f"{FORM_WORDS[form]}. "
    st.caption(f"{about_form}{PRIVACY_WORDS[privacy]}.")
    if form is FileForm.FHIR and privacy is Privacy.DEIDENTIFIED:
        st.info(NO_STUDY_DAYS, icon=":material/event_busy:")
        return None
    if not topics and privacy is not Privacy.AGGREGATE:
        st.info("Choose at least one table.", icon=":material/table:")
        return None
    if cohort is None and privacy is not Privacy.IDENTIFIED:
        text = "Choose a saved cohort: files of this class are of people who agreed to research."
        st.info(text, icon=":material/group:")
        return None
    patients = cohort.patients if cohort else None
    return Chosen(Order(topics, form, privacy, patients), cohort)


_FORMS: dict[str, str] = {FileForm.ADAM: "ADaM-like CSV", FileForm.REDCAP: "REDCap", FileForm.FHIR: "FHIR R4"}
_CLASSES: dict[str, str] = {
    Privacy.AGGREGATE: "Aggregate",
    Privacy.DEIDENTIFIED: "De-identified",
    Privacy.IDENTIFIED: "Identified",
}


def _other_classes() -> list[str]:
    may_identify = can(access.actor(), Permission.SEE_PATIENTS)
    return [Privacy.AGGREGATE, *([Privacy.IDENTIFIED] if may_identify else [])]


def _choose_cohort() -> Cohort | None:
    listed: pd.DataFrame = ask(saved_cohorts.list_cohorts)
    names = {
        str(row.cohort_key): f"{row.name}, version {row.version}" for row in listed.itertuples(index=False)
    }
    key = choose_one("Cohort", "of", _EVERYBODY, list(names), names)
    if not key:
        return None
    try:
        return ask(saved_cohorts.load_cohort, int(key)).now
    except NotFoundError:
        return None


def _choose_topics(form: FileForm) -> tuple[str, ...]:
    """Without a word in the address the usual ones; a form holds some of them."""
    allowed = topics_of(form)
    if not address.read("tables"):
        address.write("tables", ".".join(USUAL_TOPICS))
    address.show_choices("tables", allowed)
    chosen = st.multiselect(
        "Tables",
        allowed,
        format_func=lambda name: TOPICS[name].words,
        key="tables",
        on_change=_follow_topics,
    )
    return tuple(chosen)


def _follow_topics() -> None:
    address.follow_choices("tables")
    if not address.read("tables"):
        address.write("tables", _NONE)


def choose_purpose(privacy: Privacy) -> Purpose:
    """What a release says of itself; rows go to somebody who is named."""
    has_rows = privacy is not Privacy.AGGREGATE
    with st.container(horizontal=True, key="export-purpose"):
        project = st.text_input("Project", key="export-project")
        why = st.text_input("Purpose", key="export-why")
        recipient = st.text_input("Recipient", key="export-recipient") if has_rows else ""
        agreement = st.text_input("Data use agreement", key="export-agreement") if has_rows else ""
    return Purpose(project or "", why or "", recipient or "", agreement or "")
