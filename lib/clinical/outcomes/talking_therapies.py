"""The measures of NHS Talking Therapies over our courses: alike, not certified.

Numerators and denominators as NHS England's annual report counts them (evidence/clinical.md 1.5). Its published percentages come
out of its published counts with these denominators and with no others: all who finished for reliable change, and all who finished
without those known to be no case for recovery. So whoever finished without paired scores stays in, and is counted as not met.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import ELIGIBLE, MISSING_FAILS, PAIRED, Measure, Step
from lib.clinical.outcomes.reported import Reported
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints

VERSION = "NHS-Talking-Therapies-like, annual report 2024-25"
INSTRUMENTS = f"{PHQ9.name} and {GAD7.name}"
# By instrument: a case from this total, and a change that is reliable (NCT05134103). The measure's own, whatever the policy says.
_CASE_FROM, _RELIABLE = (10, 8), (6, 4)
# Attended contacts that make a finished course of treatment (NHS England); ours are dosing sessions.
_FINISHED_SESSIONS = 2
_START = (
    "courses whose first dose lies in the period, from the baseline to the last score, those still running too (NHS counts ended "
    "ones), by PHQ-9 and GAD-7 alone (NHS takes some other questionnaires of anxiety instead), where the clinic collects both or "
    "the patient has a form"
)
_SOURCE = "NHS England, Talking Therapies annual report; NCT05134103 (caseness, reliable change)"


@dataclass(frozen=True)
class Therapies:
    """Courses of treatment, one entry each, as the measures ask of them. patient: keys. is_case, is_no_case: both False where the
    scores at the start do not tell. is_paired: both instruments at both ends; what the has_… say is of those only."""

    patient: Ints
    is_due: Bools
    is_finished: Bools
    is_case: Bools
    is_no_case: Bools
    is_paired: Bools
    has_recovered: Bools
    has_improved: Bools
    has_deteriorated: Bools

    def __len__(self) -> int:
        return len(self.patient)


def judge_courses(facts: Facts, policy: Policy) -> Therapies:
    """facts: with the scores of both instruments. A provisional fall is none (definitions.md 5): it recovers nobody, and makes
    good no rise of the other instrument."""
    both = [facts.scores[one.code] for one in (PHQ9, GAD7)]
    start, end = [one["baseline_total"] for one in both], [one.total("latest") for one in both]
    has_start, has_end = [total != NONE for total in start], [total != NONE for total in end]
    firm = [~one.is_unsure("latest") for one in both]
    fell = [firm[n] & (start[n] - end[n] >= _RELIABLE[n]) for n in range(2)]
    rose = [end[n] - start[n] >= _RELIABLE[n] for n in range(2)]
    is_paired = has_start[0] & has_start[1] & has_end[0] & has_end[1]
    is_case = (start[0] >= _CASE_FROM[0]) | (start[1] >= _CASE_FROM[1])
    has_left = [firm[n] & (end[n] < _CASE_FROM[n]) for n in range(2)]
    return Therapies(
        patient=facts.patient,
        is_due=facts.day_0 + policy.categories.too_early_days <= facts.as_of,
        is_finished=facts.n_sessions >= _FINISHED_SESSIONS,
        is_case=is_case,
        is_no_case=has_start[0] & has_start[1] & ~is_case,
        is_paired=is_paired,
        has_recovered=is_paired & is_case & has_left[0] & has_left[1],
        has_improved=is_paired & (fell[0] | fell[1]) & ~(rose[0] | rose[1]),
        has_deteriorated=is_paired & (rose[0] | rose[1]) & ~(fell[0] | fell[1]),
    )


def _say(limits: tuple[int, int], words: str, joined: str) -> str:
    return f"{PHQ9.name} {words.format(limits[0])} {joined} {GAD7.name} {words.format(limits[1])}"


_FELL, _ROSE = _say(_RELIABLE, "lower by {} or more", "or"), _say(_RELIABLE, "higher by {} or more", "or")
_BELOW = _say(_CASE_FROM, "below {}", "and")
_RECOVERED = f"a case at the start, and at the last score {_BELOW}"
_IMPROVED = f"{_FELL}, and neither higher by as much"
# By name: title, the numerator in words, and who it is.
_MET: Mapping[str, tuple[str, str, Callable[[Therapies], Bools]]] = MappingProxyType(
    {
        "nhs_caseness": (
            "Caseness at the start",
            _say(_CASE_FROM, "{} or more", "or"),
            lambda of: of.is_case,
        ),
        "nhs_recovery": ("Recovery", _RECOVERED, lambda of: of.has_recovered),
        "nhs_reliable_improvement": ("Reliable improvement", _IMPROVED, lambda of: of.has_improved),
        "nhs_reliable_recovery": (
            "Reliable recovery",
            f"{_RECOVERED}; {_IMPROVED}",
            lambda of: of.has_recovered & of.has_improved,
        ),
        "nhs_reliable_deterioration": (
            "Reliable deterioration",
            f"{_ROSE}, and neither lower by as much",
            lambda of: of.has_deteriorated,
        ),
    }
)
_OF_CASES = ("nhs_recovery", "nhs_reliable_recovery")
_IS_BAD = ("nhs_caseness", "nhs_reliable_deterioration")


def build_measures(policy: Policy) -> Mapping[str, Measure]:
    """By name; of Therapies. ELIGIBLE: as published. The bounds stand on everyone due: whoever left before the second session may
    have fared badly too."""
    return MappingProxyType({name: _build(name, _exits(policy)) for name in _MET})


def report_therapies(facts: Facts, policy: Policy) -> list[Reported]:
    """As published, of those courses of which both instruments are asked."""
    therapies = judge_courses(facts.of(PHQ9.code, GAD7.code), policy)
    return [
        Reported(measure, therapies, "latest", INSTRUMENTS) for measure in build_measures(policy).values()
    ]


def _exits(policy: Policy) -> tuple[Step, ...]:
    days = policy.categories.too_early_days
    return (
        Step("not-due", f"begun less than {days} days ago", lambda of: ~of.is_due),
        Step(
            "unfinished",
            f"not finished: fewer than {_FINISHED_SESSIONS} dosing sessions",
            lambda of: ~of.is_finished,
        ),
        Step("no-case", f"no case at the start: {_BELOW}", lambda of: of.is_no_case),
        Step("unpaired", f"{INSTRUMENTS} not at both ends", lambda of: ~of.is_paired),
    )


def _build(name: str, exits: tuple[Step, ...]) -> Measure:
    title, words, is_met = _MET[name]
    of_whom = frozenset({"no-case"} if name in _OF_CASES else ())
    finished = frozenset({"not-due", "unfinished"}) | of_whom
    return Measure(
        name=name,
        version=VERSION,
        title=f"{title} (NHS-like, not certified)",
        start=_START,
        window="from the baseline to the last score of the course",
        source=_SOURCE,
        exits=exits,
        met=Step(name, words, lambda of: of.is_finished & is_met(of)),
        missing=Step("missing", "not finished, or a score is missing", lambda of: _is_unknown(name, of)),
        leaves=MappingProxyType(
            {
                ELIGIBLE: finished,
                PAIRED: finished | {"unpaired"},
                MISSING_FAILS: frozenset({"not-due"}) | of_whom,
            }
        ),
        is_good=name not in _IS_BAD,
    )


def _is_unknown(name: str, of: Therapies) -> Bools:
    is_known = of.is_case | of.is_no_case if name == "nhs_caseness" else of.is_paired
    return ~of.is_finished | ~is_known
