"""FHIR answers whose questions no known code names: read by the question's words, or waiting; never counted away."""

from typing import Any

import pytest
from intake.fhir_examples import LOINC, bundle, item, observation, outcomes, read, response, rows

from lib.clinical.instruments import GAD7, PHQ9

OK = ["assessments ok"]
WHICH = ["assessments held which-instrument item 9?"]
ITEM = ["assessments held which-item item 9?"]
GAD7_TOTAL = observation("70274-6", 5, effectiveDateTime="2026-02-01")
QUESTIONS = (
    "Little interest or pleasure in doing things",
    "Feeling down, depressed, or hopeless",
    "Trouble falling or staying asleep, or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    "Feeling bad about yourself - or that you are a failure",
    "Trouble concentrating on things, such as reading",
    "Moving or speaking so slowly that others noticed",
    "Thoughts that you would be better off dead, or of hurting yourself in some way",
)
WORDS = ("Not at all", "Several days", "More than half the days", "Nearly every day")


def local(words: str, code: str = "x") -> dict:
    return {"valueCoding": {"system": "http://example.org", "code": code, "display": words}}


def asked(*questions: str, points: str = "111111113") -> list[dict]:
    """Answers by words to questions with linkIds that nobody knows."""
    return [
        item(f"a{number}x", local(WORDS[int(one)]), **({"text": question} if question else {}))
        for number, (question, one) in enumerate(zip(questions, points, strict=False))
    ]


def of_form(*items: dict, **changes: Any) -> dict:
    return response(list(items), **({"questionnaire": None} | changes))


DIFFICULTY = local("Somewhat difficult")
RESPONSES = {
    "the words of the nine questions": (of_form(*asked(*QUESTIONS)), OK),
    "and the question after them": (
        of_form(*asked(*QUESTIONS), item("d", DIFFICULTY, text="How difficult have these problems made it")),
        OK,
    ),
    "nine answers and no word of a question": (of_form(*asked(*[""] * 9)), WHICH),
    "and the answer to the question after them": (of_form(*asked(*[""] * 9), item("d", DIFFICULTY)), WHICH),
    "sixteen answers": (of_form(*asked(*[""] * 16, points="1111111131111111")), WHICH),
    "both forms, one of them by words": (of_form(*asked(*QUESTIONS), *asked(*[""] * 7)), OK + WHICH),
    "item 9 alone by words": (of_form(*asked(QUESTIONS[8])), ["assessments held code-of-an-item item 9 = 1"]),
    "item 9 by words that are not the form's": (
        of_form(item("s", {"valueString": "a few times"}, text="Have you thought of suicide?")),
        WHICH,
    ),
    "an item 9 that is answered in other words": (
        of_form(*asked(*QUESTIONS[:8]), item("s", {"valueString": "often"}, text="Thoughts of self-harm")),
        ITEM,
    ),
    "a linkId and words of different questions": (
        of_form(item("/44250-9", local(WORDS[3]), text=QUESTIONS[8])),
        WHICH,
    ),
    "a questionnaire that joins its words": (
        of_form(*asked(*QUESTIONS), questionnaire="http://example.org/Questionnaire/MyPHQ9"),
        OK,
    ),
    "one whose name has PHQ in it": (
        of_form(item("q", {"valueBoolean": True}), questionnaire="http://example.org/Questionnaire/phq9form"),
        WHICH,
    ),
    "more answers than the form that its name says": (
        of_form(*asked(*[""] * 16, points="1111111131111111"), questionnaire="http://example.org/gad-7"),
        ITEM,
    ),
    "PHQ-9 for teens by unknown linkIds": (
        of_form(*asked(*[""] * 9), questionnaire="http://example.org/phq-9-modified"),
        ITEM,
    ),
    "a form of another name": (of_form(item("q", {"valueBoolean": True}), questionnaire="x/intake"), []),
}


@pytest.mark.parametrize(("document", "expected"), RESPONSES.values(), ids=RESPONSES.keys())
def test_what_becomes_of_a_response(document, expected):
    assert outcomes(bundle(document, GAD7_TOTAL)) == sorted([*expected, *OK], key=lambda one: "ok" not in one)


def coded_as(code: str, *, text: str = "", system: str = "http://example.org", points: int = 1) -> dict:
    """A component, or the code and value of an observation."""
    words = {"text": text} if text else {}
    return {"code": {"coding": [{"system": system, "code": code}], **words}, "valueInteger": points}


def panel(*components: dict, **changes: Any) -> dict:
    return observation("44249-1", None, component=list(components) or None, **changes)


EIGHT = [coded_as(code, system=LOINC) for code in PHQ9.loinc_items[:8]]
NINTH = PHQ9.loinc_items[8]


def alone(*args: Any, **changes: Any) -> dict:
    return observation("", None, **coded_as(*args, **changes))


def member_of(component: dict) -> list[dict]:
    """A panel whose one unknown member is another resource."""
    known = [
        observation("", None, id=str(number), effectiveDateTime="2026-03-03", **one)
        for number, one in enumerate(EIGHT)
    ]
    last = observation("", None, id="last", effectiveDateTime="2026-03-02", **component)
    members = [{"reference": f"Observation/{one['id']}"} for one in (*known, last)]
    return [*known, last, observation("44249-1", None, hasMember=members)]


LONE = ["assessments held code-of-an-item item 9 = 3"]
OBSERVATIONS = {
    "a panel of local codes, with the questions": (
        [panel(*(coded_as(f"L{number}", text=said) for number, said in enumerate(QUESTIONS)))],
        OK,
    ),
    "a panel of local codes alone": ([panel(*(coded_as(f"L{number}") for number in range(9)))], ITEM),
    "item 9's code mistyped": ([panel(*EIGHT, coded_as("44260-0", system=LOINC, points=3))], ITEM),
    "item 9's code mistyped, with its words": (
        [panel(*EIGHT, coded_as("44260-0", system=LOINC, text=QUESTIONS[8], points=3))],
        ITEM,
    ),
    "item 1's code, with item 9's words": (
        [panel(*EIGHT[1:], coded_as(PHQ9.loinc_items[0], system=LOINC, text=QUESTIONS[8], points=3))],
        ITEM,
    ),
    "a member by a mistyped code": (member_of(coded_as("44260-0", system=LOINC, points=3)), ITEM),
    "a panel without an answer": ([panel()], ["assessments held unknown-answer item 9?"]),
    "a panel whose members are not in the file": (
        [panel(hasMember=[{"reference": "Observation/elsewhere"}])],
        ["assessments held unknown-answer item 9?"],
    ),
    "item 9 with system LOINC": ([alone(NINTH, system="LOINC", points=3)], LONE),
    "item 9 with a slash after the system": ([alone(NINTH, system="http://loinc.org/", points=3)], LONE),
    "item 9 with another scheme": ([alone(NINTH, system="HTTPS://LOINC.org", points=3)], LONE),
    "item 9 by LOINC's OID": ([alone(NINTH, system="urn:oid:2.16.840.1.113883.6.1", points=3)], LONE),
    "item 9 by a local code and its words": ([alone("PSY9", text=QUESTIONS[8], points=3)], LONE),
    "item 9 by a local code that names it": ([alone("PHQ9_9", points=3)], WHICH),
    "item 9's code in a local system": ([alone(NINTH, points=3)], WHICH),
    "eight items, and item 9's code mistyped": (
        [*(observation("", None, **one) for one in EIGHT), alone("44260-0", system=LOINC, points=3)],
        ITEM,
    ),
    "blood pressure": ([alone("8480-6", system=LOINC, text="Systolic blood pressure", points=120)], []),
    "a PHQ-15": ([alone("x", text="Patient Health Questionnaire 15 item (PHQ-15)")], []),
}


@pytest.mark.parametrize(("documents", "expected"), OBSERVATIONS.values(), ids=OBSERVATIONS.keys())
def test_what_becomes_of_observations(documents, expected):
    found = outcomes(bundle(*documents, GAD7_TOTAL))
    assert sorted(found) == sorted([*expected, *OK])


def test_an_answer_of_an_unknown_code_is_seen_where_item_9_is_missing():
    (row,) = rows(panel(*EIGHT, coded_as("44260-0", system=LOINC, points=3)))
    assert row["item_9"] == "? 3" and row["item_8"] == "1"


def test_members_of_gad_7_by_other_codes_wait_without_an_item_9():
    codes = [coded_as(code, system=LOINC) for code in GAD7.loinc_items[:6]]
    (row,) = rows(observation("69737-5", None, component=[*codes, coded_as("L7", points=3)]))
    assert row["instrument"] == "GAD-7" and not row.get("item_9")


def test_what_is_counted_is_told():
    document = bundle(GAD7_TOTAL, alone("8480-6", system=LOINC, points=120))
    assert any("8480-6 (1)" in said for said in read(document)["assessments"].warnings)
