"""Whatever the bytes: tables, or a refusal; and answers come back as they were written."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from intake.examples import NOW
from intake.fhir_examples import (
    CODES,
    KNOWN,
    adverse_event,
    as_bytes,
    bundle,
    dose,
    item,
    observation,
    order,
    patient,
    phq9_items,
    response,
    rows,
)

from lib.clinical.instruments import ANSWERS, GAD7, PHQ9
from lib.intake.check import check_rows
from lib.intake.fhir.reading import is_fhir, read_fhir
from lib.intake.unreadable import UnreadableFile

RESOURCES = [
    patient("7", ("MR", "A1")),
    response(),
    response(phq9_items(links=tuple("123456789"))),
    observation("44261-6", 15),
    observation("29463-7", ("valueQuantity", {"value": 70.5, "code": "kg"})),
    dose(),
    order(),
    adverse_event(),
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
    ["", "2026-03", "Patient/7", "#p", "44260-8", "LA6571-9", "\ud800", "\u0000", "1e400", -1, 10**40]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoiled(draw):
    """A good resource with one of its values, somewhere inside, replaced by anything, or taken away."""
    resource = json.loads(json.dumps(draw(st.sampled_from(RESOURCES))))
    places = []
    waiting = [resource]
    while waiting:
        current = waiting.pop()
        keys = list(current) if isinstance(current, dict) else range(len(current))
        places += [(current, key) for key in keys]
        waiting += [current[key] for key in keys if isinstance(current[key], dict | list)]
    for holder, key in draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        if isinstance(holder, dict) or key < len(holder):
            holder[key] = draw(VALUES)
    return resource


def read_or_refuse(data: bytes) -> None:
    """Tables whose rows can be checked, or a refusal; every lost row is named."""
    try:
        tables = read_fhir("file.json", data)
    except UnreadableFile as refused:
        assert str(refused).startswith("file.json: ")
        return
    assert tables and len({table.kind.name for table in tables}) == len(tables)
    for table in tables:
        checked = check_rows(table, KNOWN, NOW)
        assert len(checked.accepted) + len(checked.problems) + checked.n_repeated == len(table.lines) + len(
            table.broken
        )


@given(st.lists(spoiled(), min_size=1, max_size=3), st.booleans())
def test_spoiled_resources_are_tables_or_refused(resources, is_bundle):
    document = bundle(*resources) if is_bundle else tuple(map(json.dumps, resources))
    read_or_refuse(as_bytes(document) if is_bundle else "\n".join(document).encode())


@given(st.data())
def test_an_item_9_is_never_lost(data):
    """Whatever else is wrong with a response, its item 9 of 3 is taken, or waits where somebody looks."""
    good = response(phq9_items("000000003"), id="r", language="en", author={"reference": "Patient/7"})
    document = json.loads(json.dumps(good))
    items = document["item"]
    holders = [document, document["subject"], *items[:8], *(one["answer"][0] for one in items[:8])]
    for holder in data.draw(st.lists(st.sampled_from(holders), min_size=1, max_size=3)):
        name = data.draw(st.sampled_from([key for key in holder if key != "item"] or ["x"]))
        if data.draw(st.booleans()):
            holder.pop(name, None)
        else:
            holder[name] = data.draw(
                VALUES | st.sampled_from(["Patient", "Encounter", "http://x/gad-7", "http://x/phq-2"])
            )
    try:
        tables = read_fhir("file.json", json.dumps(bundle(patient("7"), document)).encode())
    except UnreadableFile:
        return
    found = False
    for table in tables:
        checked = check_rows(table, KNOWN, NOW)
        problems = checked.problems
        found |= bool((problems["may_hold_item_9"] | problems["item_9"].eq(3).fillna(False)).any())
        found |= table.kind.name == "assessments" and bool(checked.accepted["item_9"].eq(3).any())
    assert found


@given(VALUES)
def test_any_json_is_tables_or_refused(value):
    read_or_refuse(json.dumps({"resourceType": "Bundle", "entry": value}).encode())
    read_or_refuse(json.dumps(value).encode())


@given(st.binary(max_size=40), st.integers(0, 300))
def test_any_bytes_are_tables_or_refused(noise, at):
    data = as_bytes(bundle(response()))
    read_or_refuse(noise)
    read_or_refuse(data[:at] + noise + data[at:])
    is_fhir(noise)


@st.composite
def written_answers(draw):
    """A form's points (None: not answered), and the response that says them, each answer in one of the ways that FHIR has."""
    form = draw(st.sampled_from([PHQ9, GAD7]))
    points = draw(st.lists(st.none() | st.integers(0, 3), min_size=form.n_items, max_size=form.n_items))
    links = draw(st.sampled_from(["/{code}", "{code}", "{name}-{number}", "{number}", "/group/{code}"]))
    items = []
    for number, (code, answer) in enumerate(zip(form.loinc_items, points, strict=True), 1):
        if answer is not None:
            link = links.format(code=code, number=number, name=form.name.lower())
            items.append(item(link, draw(_ways(answer))))
    nested = items if draw(st.booleans()) else [{"linkId": "group", "item": items}]
    name = form.name.lower()
    return form, points, response(nested, questionnaire=f"http://example.org/Questionnaire/{name}")


def _ways(points: int) -> st.SearchStrategy:
    coding = {"system": "http://loinc.org", "code": CODES[points], "display": ANSWERS[points].capitalize()}
    return st.sampled_from(
        [
            {"valueCoding": coding},
            {"valueCoding": {"code": CODES[points]}},
            {
                "valueCoding": {
                    "system": "http://example.org",
                    "code": str(points),
                    "display": ANSWERS[points],
                }
            },
            {"valueCoding": {"display": ANSWERS[points].upper()}},
            {"valueInteger": points},
            {"valueDecimal": float(points)},
            {"valueString": ANSWERS[points]},
        ]
    )


@given(written_answers())
def test_answers_come_back_as_they_were_written(written):
    form, points, document = written
    (row,) = rows(document)
    assert row["instrument"] == form.name
    read = [row.get(f"item_{number}", "") for number in range(1, form.n_items + 1)]
    assert read == ["" if answer is None else str(answer) for answer in points]


@given(st.decimals(0, 1000, allow_nan=False, allow_infinity=False, places=6))
def test_a_dose_comes_back_with_every_digit(value: Decimal):
    data = as_bytes(dose(12345)).replace(b"12345", str(value).encode())
    (row,) = rows(data, "dosing_sessions")
    assert Decimal(row["dose_mg"]) == value
