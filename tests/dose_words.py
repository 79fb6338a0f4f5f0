"""Which words may stand around a number of mg or mg/kg, and what the number then has to be.

Each phrase names its number: the last dose taken, the order of a day, a sum, a step, a ceiling that is called one. A number in
words that no phrase knows is a finding: whoever writes new words with a dose in them says here what the dose is.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from dose_records import Patient, Session
from ui_texts import Shown, plain

ROOT = Path(__file__).resolve().parents[1]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NUMBER = r"\d[\d,]*(?:\.\d+)?"
# A number before the unit, alone or at the end of a range or a change; or behind a heading that ends in the unit.
DOSE = re.compile(rf"{NUMBER}(?= ?mg(?:/kg)?(?![\w/]))|(?<=\(mg\): ){NUMBER}|(?<=\(mg/kg\): ){NUMBER}")
_ON = rf"(?P<on>\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}})"
_KG = rf"(?: \((?:(?P<kg>{NUMBER}) mg/kg|weight not recorded|no weight)\))?"
Match = re.Match[str]
Check = Callable[[Patient, Match, Shown], bool]


class Finding(NamedTuple):
    """A number that is not what its words say, or that stands in words which no phrase knows."""

    where: str
    text: str
    why: str


class Phrase(NamedTuple):
    """place: the beginning of the place where it is looked for. check: of a patient's page; of another page without one."""

    name: str
    place: str
    words: re.Pattern[str]
    check: Check


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def day_of(text: str) -> date:
    day, month, year = text.split()
    return date(int(year), MONTHS.index(month) + 1, int(day))


def is_per_kg(session: Session, said: str | None, digits: int = 1) -> bool:
    """What is said of mg/kg: the dose by the last weight, or nothing where no weight is known."""
    if session.per_kg is None or said is None:
        return session.per_kg is None and said is None
    return said == f"{session.per_kg:.{digits}f}"


def is_prescribed(session: Session, said: str | None, *, is_said_when_alike: bool = False) -> bool:
    """What is said of the prescribed dose; where it is the dose taken, it need not be said."""
    if said is not None:
        return session.prescribed == number(said)
    return session.prescribed is None or (not is_said_when_alike and session.prescribed == session.taken)


def _last_dose(patient: Patient, found: Match, _: Shown) -> bool:
    last = patient.last
    return (
        last is not None
        and last.taken == number(found["mg"])
        and last.on == day_of(found["on"])
        and is_per_kg(last, found["kg"])
        and (found["prescribed"] is None or last.prescribed == number(found["prescribed"]))
    )


def _dose_of_list(patient: Patient, found: Match, _: Shown) -> bool:
    last = patient.last
    return (
        last is not None
        and last.taken == number(found["mg"])
        and is_per_kg(last, found["kg"])
        and len(patient.current) == int(found["n"])
    )


def _range(patient: Patient, found: Match, _: Shown) -> bool:
    """The lowest and the highest dose of the first so many sessions of a course."""
    first = patient.of_course(int(found["course"] or 1))[: int(found["n"])]
    doses = [one.taken or 0 for one in first]
    low, high = number(found["low"]), number(found["high"] or found["low"])
    return len(first) == int(found["n"]) and (min(doses), max(doses)) == (low, high)


def _first_step(patient: Patient, found: Match, _: Shown) -> bool:
    return number(found["mg"]) in {run[0] for run in patient.runs() if run}


def _step(patient: Patient, found: Match, _: Shown) -> bool:
    mg, change = number(found["mg"]), number(found["change"])
    return (mg - change, mg) in {pair for run in patient.runs() for pair in pairwise(run)}


def _last_prescribed(patient: Patient, found: Match, _: Shown) -> bool:
    return patient.runs()[-1][-1] == number(found["mg"])


def _ceiling(patient: Patient, found: Match, _: Shown) -> bool:
    return patient.ceiling == number(found["mg"])


def _height_of_line(patient: Patient, found: Match, _: Shown) -> bool:
    return any(number(found["mg"]) in run for run in patient.runs())


def _height_of_head(patient: Patient, found: Match, _: Shown) -> bool:
    """A session that was not taken stands at what was prescribed for it, or on the floor."""
    return number(found["mg"]) in patient.doses() | {0}


def _height_of_sum(patient: Patient, found: Match, _: Shown) -> bool:
    return number(found["mg"]) in {0, *(one.sum_so_far for one in patient.counting)}


def _session_hover(patient: Patient, found: Match, _: Shown) -> bool:
    wanted = int(found["number"]) if found["number"] else None
    return any(
        one.number == wanted
        and (found["mg"] is not None) == one.counts
        and (found["mg"] is None or (one.taken == number(found["mg"]) and is_per_kg(one, found["kg"])))
        and is_prescribed(one, found["prescribed"], is_said_when_alike=True)
        for one in _on(patient, found["on"])
    )


def _on(patient: Patient, said: str) -> list[Session]:
    return [one for one in patient.sessions if one.on == day_of(said)]


def _order_hover(patient: Patient, found: Match, _: Shown) -> bool:
    before = [None, *patient.orders]
    return any(
        one.on == day_of(found["on"])
        and one.mg == (number(found["mg"]) if found["mg"] else None)
        and (was.mg if was else None) == (number(found["before"]) if found["before"] else None)
        for was, one in zip(before, patient.orders, strict=False)
    )


def _order_on(patient: Patient, found: Match, _: Shown) -> bool:
    return any(one.on == day_of(found["on"]) and one.mg == number(found["mg"]) for one in patient.orders)


def _last_order(patient: Patient, found: Match, shown: Shown) -> bool:
    return patient.orders[-1].mg == number(found["mg"]) and _order_on(patient, found, shown)


def _session_cell(patient: Patient, found: Match, shown: Shown) -> bool:
    return any(
        one.taken == (number(found["mg"]) if found["mg"] else None)
        and is_per_kg(one, found["kg"])
        and is_prescribed(one, found["prescribed"])
        for one in _sessions_of_row(patient, shown)
    )


def _sessions_of_row(patient: Patient, shown: Shown) -> list[Session]:
    """Of a table: the sessions of the row's date, and of its time where it has one."""
    day, _, time = (shown.row or {})["Date"].partition(", ")
    own = _on(patient, day)
    if ":" not in time:
        return own
    hours, minutes = time.split(":")
    return [
        one for one in own if one.second is not None and one.second // 60 == int(hours) * 60 + int(minutes)
    ]


def _exposure_cell(patient: Patient, found: Match, shown: Shown) -> bool:
    said = re.fullmatch(r"no\. (\d+), course (\d+)", (shown.row or {})["Session"])
    assert said
    own = [
        one
        for one in _sessions_of_row(patient, shown)
        if (one.number, one.course) == (int(said[1]), int(said[2]))
    ]
    what = shown.place.removeprefix("cell ")
    return (
        len(own) == 1
        and {
            "Dose": own[0].taken == number(found["mg"]),
            "Per kg": is_per_kg(own[0], found["mg"], digits=2),
            "Cumulative": own[0].sum_so_far == number(found["mg"]),
        }[what]
    )


def _step_taken(patient: Patient, found: Match, _: Shown) -> bool:
    return any(
        one.taken == number(found["mg"])
        and (was := patient.before(one)) is not None
        and (was.course, was.taken) == (one.course, number(found["before"]))
        for one in _on(patient, found["on"])
        if one.counts
    )


def _step_of_card(patient: Patient, found: Match, _: Shown) -> bool:
    whole = [one for one in patient.counting if one.status != "partial"]
    return any(
        one.on == day_of(found["on"])
        and one.taken == number(found["mg"])
        and (place == 0 or whole[place - 1].taken != one.taken)
        for place, one in enumerate(whole)
    )


def _taken_on(patient: Patient, found: Match, _: Shown) -> bool:
    return any(one.counts and one.taken == number(found["mg"]) for one in _on(patient, found["on"]))


def _of_that_session(patient: Patient, found: Match, shown: Shown) -> bool:
    """In a list that names a session: its number and course too."""
    wanted = (int(found["number"]), int(found["course"]), number(found["mg"]))
    return any((one.number, one.course, one.taken) == wanted for one in _on(patient, found["on"]))


def _sum(patient: Patient, found: Match, _: Shown) -> bool:
    own = patient.current
    is_course = "course" not in found.re.groupindex or int(found["course"]) == own[0].course
    return is_course and len(own) == int(found["n"]) and own[-1].sum_so_far == number(found["mg"])


def _sum_at_the_end(patient: Patient, found: Match, _: Shown) -> bool:
    return patient.current[-1].sum_so_far == number(found["mg"])


def _sum_on(patient: Patient, found: Match, _: Shown) -> bool:
    return any(
        (one.taken, one.sum_so_far) == (number(found["mg"]), number(found["sum"]))
        for one in _on(patient, found["on"])
    )


def _strength(patient: Patient, found: Match, shown: Shown) -> bool:
    row = shown.row or {}
    return any(
        one.on == day_of(row["Date"])
        and row["Tablets"] == f"{one.tablets:g}"
        and one.strength == number(found["mg"])
        for one in patient.fills
    )


def _over_ceiling(patient: Patient, found: Match, shown: Shown) -> bool:
    mg, ceiling = number(found["mg"]), number(found["ceiling"])
    return patient.ceiling == ceiling < mg and _taken_on(patient, found, shown)


def _large_step(patient: Patient, found: Match, _: Shown) -> bool:
    mg, before = number(found["mg"]), number(found["before"])
    limits = policy()["dose_limits"]
    is_large = mg - before > limits["step_mg"]["value"]
    is_large &= 100 * (mg - before) > limits["step_percent"]["value"] * before
    return is_large and any(
        one.taken == mg and (was := patient.before(one)) is not None and was.used == before
        for one in _on(patient, found["on"])
        if one.counts
    )


def _overuse(patient: Patient, found: Match, _: Shown) -> bool:
    return (number(found["mg"]), number(found["dispensed"])) in set(patient.supplies())


def _refill(patient: Patient, found: Match, _: Shown) -> bool:
    return (number(found["left"]), number(found["last"])) == patient.left_before(day_of(found["on"]))


def _decided(patient: Patient, found: Match, _: Shown) -> bool:
    said = [number(found[name]) if found[name] else None for name in ("old", "new")]
    return tuple(said) in patient.decided


def _opened(patient: Patient, shown: Shown) -> list[Session]:
    """The session that is open: the heading above names its day."""
    said = re.search(rf"Session of {_ON}", shown.under)
    return _on(patient, said["on"]) if said else []


def _opened_taken(patient: Patient, found: Match, shown: Shown) -> bool:
    own = _opened(patient, shown)
    return any(one.taken == number(found["mg"]) and is_per_kg(one, found["kg"]) for one in own)


def _opened_prescribed(patient: Patient, found: Match, shown: Shown) -> bool:
    return any(one.prescribed == number(found["mg"]) for one in _opened(patient, shown))


def _stored(patient: Patient, found: Match, _: Shown) -> bool:
    """Behind the heading of a stored field."""
    return number(found["mg"]) in patient.doses()


def _step_limit(_: Any, found: Match, shown: Shown) -> bool:
    limits = policy()["dose_limits"]
    percent = found.groupdict().get("percent")
    is_percent = percent is None or limits["step_percent"]["value"] == number(percent)
    return is_percent and limits["step_mg"]["value"] == number(found["mg"])


_ANAESTHETIC = {"low": "iv_low_mg_per_kg", "usual": "iv_usual_mg_per_kg", "high": "iv_high_mg_per_kg"}
_ENDS = {"lowest": "low", "lower end": "low", "usual": "usual", "highest": "high", "upper end": "high"}


def _anaesthetic(end: str) -> float:
    return float(policy()["anaesthesia"][_ANAESTHETIC[end]]["value"])


def _anaesthetic_range(_: Any, found: Match, shown: Shown) -> bool:
    said = [number(found[name]) for name in ("low", "high", "usual")]
    return said == [_anaesthetic(end) for end in ("low", "high", "usual")]


def _named_number(_: Any, found: Match, shown: Shown) -> bool:
    """A number of the policy behind its own name."""
    if found["end"]:
        return found["unit"] == "mg/kg" and _anaesthetic(_ENDS[found["end"]]) == number(found["mg"])
    return found["unit"] == "mg" and policy()["dose_limits"]["step_mg"]["value"] == number(found["mg"])


_NAMES = (
    r"(?:Limit of a step between two doses taken|"
    r"(?:Anaesthetic dose into a vein|Intravenous anaesthetic dose), (?P<end>lowest|lower end|usual|highest|upper end))"
)


def _value_beside_its_name(patient: Any, found: Match, shown: Shown) -> bool:
    """In a row, or in a field: the name stands in the heading beside it."""
    row = shown.row or {}
    name = next((row[heading] for heading in ("Number", "Parameter", "label") if row.get(heading)), "")
    said = re.match(rf"{_NAMES}.*", name)
    text = f"{said[0].partition(' (')[0]} {found['mg']} {found['unit']}" if said else ""
    again = re.fullmatch(rf"{_NAMES} (?P<mg>{NUMBER}) (?P<unit>mg/kg|mg)", text)
    return again is not None and _named_number(patient, again, shown)


def _phrase(name: str, place: str, words: str, check: Check) -> Phrase:
    return Phrase(name, place, re.compile(words), check)


_V = rf"(?P<mg>{NUMBER})"
_M = rf"{_V} mg"
# The first that covers a number judges it.
OF_A_PATIENT = (
    _phrase(
        "last dose taken",
        "",
        rf"last dose {_M}{_KG}(?: of (?P<prescribed>{NUMBER}) mg prescribed)?(?:, partly taken,)? on {_ON}",
        _last_dose,
    ),
    _phrase("last dose, in a list", "cell Dose", rf"^{_M}{_KG}, (?P<n>\d+) sessions?$", _dose_of_list),
    _phrase(
        "doses before the latest form",
        "",
        rf"after (?P<n>\d+) sessions?(?: of course (?P<course>\d+))?(?: \(\d+ missed\))? at "
        rf"(?P<low>{NUMBER})(?:–(?P<high>{NUMBER}))? mg",
        _range,
    ),
    _phrase("first dose of the line", "plotly_chart annotations", rf"^{_M}$", _first_step),
    _phrase("step of the line", "plotly_chart annotations", rf"^(?P<change>[+−]{NUMBER}) → {_M}$", _step),
    _phrase("last prescribed", "plotly_chart annotations", rf"^last prescribed {_M}$", _last_prescribed),
    _phrase("ceiling, in the margin", "plotly_chart annotations", rf"^patient's ceiling {_M}$", _ceiling),
    _phrase(
        "sum of the course, in the margin",
        "plotly_chart annotations",
        rf"^{_M} \| in this course$",
        _sum_at_the_end,
    ),
    _phrase("line of what was prescribed", "plotly_chart line prescribed", rf"^{_M}$", _height_of_line),
    _phrase("heads of doses taken", "plotly_chart line dose taken", rf"^{_M}$", _height_of_head),
    _phrase("line of the sum", "plotly_chart line cumulative", rf"^{_M}$", _height_of_sum),
    _phrase("dots of the sum", "plotly_chart line after each session", rf"^{_M}$", _height_of_sum),
    _phrase(
        "a session, at the mouse",
        "plotly_chart hovertext",
        rf"^(?:S(?P<number>\d+)|[a-z ]+) · {_ON}.*?(?: \| taken {_M}{_KG})?(?: \| only part of the dose)?"
        rf" \| prescribed (?:(?P<prescribed>{NUMBER}) mg|not recorded)",
        _session_hover,
    ),
    _phrase(
        "an order, at the mouse",
        "plotly_chart hovertext",
        rf"^Order: [a-z ]+ \| (?:{_M}|dose not recorded), [^|]*?(?:\(before: (?P<before>{NUMBER}) mg\) )?\| {_ON}",
        _order_hover,
    ),
    _phrase(
        "sum to a session, at the mouse",
        "plotly_chart hovertext",
        rf"^{_ON}: {_M} \| (?P<sum>{NUMBER}) mg in the course so far$",
        _sum_on,
    ),
    _phrase(
        "a session, in its table",
        "cell Dose",
        rf"^(?:{_M} \((?:(?P<kg>{NUMBER}) mg/kg|no weight)\)|none taken|not recorded)"
        rf"(?:, prescribed (?P<prescribed>{NUMBER}) mg)?$",
        _session_cell,
    ),
    _phrase("a session's exposure", "cell Dose", rf"^{_M}$", _exposure_cell),
    _phrase("a session's exposure per kg", "cell Per kg", rf"^{_M}/kg$", _exposure_cell),
    _phrase("sum to a session", "cell Cumulative", rf"^{_M}$", _exposure_cell),
    _phrase(
        "a step that was taken",
        "cell Step",
        rf"^{_ON}: (?P<before>{NUMBER}) → {_M} taken \(\d+ sessions?\)$",
        _step_taken,
    ),
    _phrase("a tablet", "cell Strength", rf"^{_M}$", _strength),
    _phrase("a step, on the review's card", "", rf"{_M} from {_ON}, PHQ-9 before it", _step_of_card),
    _phrase("sum of the course", "", rf"Taken in the course: {_M} in (?P<n>\d+) sessions?", _sum),
    _phrase(
        "sum of the course, in words",
        "",
        rf"^{_M} taken in course (?P<course>\d+) over (?P<n>\d+) sessions?",
        _sum,
    ),
    _phrase("ceiling", "", rf"[Cc]eiling(?: recorded for this patient:)? {_M}", _ceiling),
    _phrase("last order", "", rf"last order {_M}(?: every {NUMBER} days)?, {_ON}", _last_order),
    _phrase("an order, on paper", "paper", rf"{_ON}: {_M}(?: every {NUMBER} days)?, ", _order_on),
    _phrase("dose of the curve", "", rf"^(?:No curve for )?{_M} on {_ON}", _taken_on),
    _phrase("an opened session's dose taken", "", rf"Dose taken: {_M}{_KG}", _opened_taken),
    _phrase("an opened session's dose prescribed", "", rf"Dose prescribed: {_M}", _opened_prescribed),
    _phrase(
        "above the ceiling",
        "",
        rf"[Ss]ession of {_ON}: taken {_M}, this patient's recorded ceiling (?P<ceiling>{NUMBER}) mg",
        _over_ceiling,
    ),
    _phrase(
        "a large step",
        "",
        rf"[Ss]ession of {_ON}: (?:[^|]*?; )?taken {_M} after (?P<before>{NUMBER}) mg",
        _large_step,
    ),
    _phrase(
        "more taken than dispensed", "", rf"[Tt]aken {_M} of (?P<dispensed>{NUMBER}) mg dispensed", _overuse
    ),
    _phrase(
        "dispensed again early",
        "",
        rf"[Dd]ispensed again on {_ON} with (?P<left>{NUMBER}) mg unaccounted for of (?P<last>{NUMBER}) mg the time before",
        _refill,
    ),
    _phrase(
        "a signed decision",
        "",
        rf"(?:· |, |: |^)(?:(?P<old>{NUMBER}) mg|not recorded) → (?P<new>{NUMBER}) mg",
        _decided,
    ),
    _phrase("a stored value", "", rf"\(mg\): (?P<mg>{NUMBER})", _stored),
)
# On every page; a limit is called one in the same breath.
OF_THE_POLICY = (
    _phrase(
        "limit of a step",
        "",
        rf"a step above {_M} and (?P<percent>{NUMBER}) % of the dose before",
        _step_limit,
    ),
    _phrase(
        "limit of a step, in plain words",
        "",
        rf"above the patient's own recorded ceiling, more than {_M} and (?P<percent>{NUMBER}) % above the dose before",
        _step_limit,
    ),
    _phrase("a number behind its name", "", rf"{_NAMES} {_V} (?P<unit>mg/kg|mg)", _named_number),
    _phrase("a number beside its name", "", rf"^(?:now )?{_V} (?P<unit>mg/kg|mg)$", _value_beside_its_name),
    _phrase(
        "what exposure is a share of",
        "",
        rf"of the dose over (?P<low>{NUMBER})–(?P<high>{NUMBER}) mg/kg intravenously "
        rf"\(in brackets {NUMBER} % over (?P<usual>{NUMBER}) mg/kg\)",
        _anaesthetic_range,
    ),
)


def phrases_in(shown: Shown) -> set[str]:
    """Whose words a text holds."""
    return {
        phrase.name
        for phrase in (*OF_A_PATIENT, *OF_THE_POLICY)
        if shown.place.startswith(phrase.place) and phrase.words.search(shown.text)
    }


def find_wrong(shown: Shown, patient: Patient | None) -> list[Finding]:
    """The numbers of a text that are not what their words say. patient: whose page or row it is."""
    judged = _judge(shown, patient)
    return [
        Finding(
            shown.place, _around(shown.text, place), judged.get(place.start(), "no phrase knows these words")
        )
        for place in DOSE.finditer(shown.text)
        if judged.get(place.start(), "no phrase") is not None
    ]


def _judge(shown: Shown, patient: Patient | None) -> dict[int, str | None]:
    """By where a number starts: None, or why it is wrong. The first phrase that covers it judges it."""
    judged: dict[int, str | None] = {}
    for start, end in _published(shown.text):
        judged |= {place.start(): None for place in DOSE.finditer(shown.text) if start <= place.start() < end}
    for phrase in (*(OF_A_PATIENT if patient else ()), *OF_THE_POLICY):
        if not shown.place.startswith(phrase.place):
            continue
        for found in phrase.words.finditer(shown.text):
            why = None if phrase.check(patient, found, shown) else f"not the {phrase.name}"
            for place in DOSE.finditer(shown.text):
                if found.start() <= place.start() < found.end():
                    judged.setdefault(place.start(), why)
    return judged


def _around(text: str, place: Match) -> str:
    return text[max(0, place.start() - 60) : place.end() + 30]


def _published(text: str) -> Iterator[tuple[int, int]]:
    """Where a sentence of a data file stands whole."""
    for said in published_sentences():
        at = text.find(said)
        while at >= 0:
            yield at, at + len(said)
            at = text.find(said, at + 1)


@cache
def policy() -> dict[str, Any]:
    return tomllib.loads((ROOT / "data" / "policy.toml").read_text("utf-8"))


@cache
def published_sentences() -> tuple[str, ...]:
    """The sentences with a dose of the files that are read as they are: sources, and what is said of the therapy."""
    files = ("policy.toml", "how_it_works.toml", "protocols.toml")
    told = [tomllib.loads((ROOT / "data" / name).read_text("utf-8")) for name in files]
    return tuple(text for text in map(plain, _texts(told)) if DOSE.search(text))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
