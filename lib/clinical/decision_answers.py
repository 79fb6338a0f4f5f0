"""What a physician answers when a decision is signed, and what of it does not hold together. Nothing here proposes a dose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lib.clinical.contraindications import CONTRAINDICATIONS
from lib.clinical.decision_records import DATA, NO_DOSE, REFERRAL, SCORE
from lib.clinical.instruments import INSTRUMENTS

# In alphabetical order: no place in the list speaks for an option.
OPTIONS = MappingProxyType(
    {
        "continue": "Continue",
        "hold": "Hold",
        "integration": "Integration or therapy",
        "interval": "Interval",
        "need_data": "Need data",
        "refer": "Refer",
        "step_down": "Step down",
        "step_up": "Step up",
        "stop": "Stop",
        "technique": "Technique",
    }
)
REASONS = MappingProxyType(
    {
        "adherence": "Adherence",
        "blood_pressure": "Blood pressure",
        "efficacy": "Efficacy",
        "other": "Other, said in the note",
        "patient_preference": "Patient preference",
        "safety": "Safety",
        "supply": "Supply",
        "tolerability": "Tolerability",
    }
)
CHECKS = MappingProxyType(
    {
        "bladder": "Bladder symptoms asked about",
        "blood_pressure": "Blood pressure seen",
        "pregnancy": "Pregnancy asked about, or not possible",
        "prescription_monitoring": "Prescription monitoring looked at",
        "sedatives": "Sedatives, opioids, alcohol asked about",
        "supervisor": "Supervisor named for the next session",
    }
)
CHECK_ANSWERS = ("yes", "no", "not known")
FALL, BELOW = EFFECTS = ("fall", "below")
# With these no dose is taken, so nothing else about doses can be decided with them.
_NO_DOSE = ("hold", "stop")
_DOSING = ("continue", "interval", "step_down", "step_up")
_OF_A_KIND = (("hold", "stop"), ("continue", "step_up", "step_down"), ("continue", "interval"))


@dataclass(frozen=True)
class Effect:
    """What is expected: an instrument's total lower by `points` at least, or below `points`."""

    instrument: str
    kind: str
    points: int


@dataclass(frozen=True)
class Answers:
    """doses in mg, intervals in days, None: nothing typed. new_dose_again_mg: typed once more where something was asked about the
    doses. checks: CHECKS -> CHECK_ANSWERS. absent, present: what was asked about today, of CONTRAINDICATIONS. review_by: days
    since 1970."""

    options: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    old_dose_mg: float | None = None
    new_dose_mg: float | None = None
    new_dose_again_mg: float | None = None
    old_interval_days: float | None = None
    new_interval_days: float | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    effect: Effect | None = None
    review_by: int | None = None
    note: str = ""

    @property
    def target(self) -> str:
        return find_target(self.options)

    @property
    def lets_dosing_go_on(self) -> bool:
        return bool(set(self.options) & set(_DOSING))


def find_target(options: tuple[str, ...]) -> str:
    """What the loop of these options waits for: without a dose that no dose is taken; else a score; a referral or data alone
    wait for themselves."""
    chosen = set(options)
    if chosen & set(_NO_DOSE):
        return NO_DOSE
    if chosen - {"refer", "need_data"}:
        return SCORE
    return REFERRAL if "refer" in chosen else DATA


def find_problems(answers: Answers) -> Iterator[str]:
    """Every reason why this cannot be signed, in the order of the form."""
    yield from _find_in_options(answers)
    yield from _find_in_doses(answers)
    yield from _find_in_checklist(answers)
    yield from _find_in_effect(answers)
    if answers.review_by is None:
        yield "Say by which day the decision is to be reviewed."
    if "other" in answers.reasons and not answers.note.strip():
        yield "The reason is said in the note: write one."


def _find_in_options(answers: Answers) -> Iterator[str]:
    chosen = set(answers.options)
    if not chosen or chosen - set(OPTIONS):
        yield "Choose what is decided: at least one of the options."
    for kind in _OF_A_KIND:
        both = [OPTIONS[name] for name in kind if name in chosen]
        if len(both) > 1:
            yield f"{' and '.join(both)} cannot both be decided."
    if chosen & set(_NO_DOSE) and chosen & {*_DOSING, "technique"}:
        first, other = (min(chosen & set(names)) for names in (_NO_DOSE, {*_DOSING, "technique"}))
        yield f"{OPTIONS[first]} and {OPTIONS[other]} cannot both be decided."
    if not answers.reasons or set(answers.reasons) - set(REASONS):
        yield "Choose at least one reason."


def _find_in_doses(answers: Answers) -> Iterator[str]:
    old, new = answers.old_dose_mg, answers.new_dose_mg
    for name, compares in (("step_up", "above"), ("step_down", "below")):
        if name not in answers.options:
            continue
        if old is None or new is None:
            yield f"{OPTIONS[name]}: type the old and the new dose in mg."
        elif not (new > old if name == "step_up" else 0 < new < old):
            yield f"{OPTIONS[name]}: the new dose has to be {compares} the old one, and more than 0."
    if new is not None and not {"step_up", "step_down"} & set(answers.options):
        yield "A new dose belongs to Step up or Step down; choose one of them, or leave it empty."
    yield from _find_in_intervals(answers)


def _find_in_intervals(answers: Answers) -> Iterator[str]:
    old, new = answers.old_interval_days, answers.new_interval_days
    if "interval" not in answers.options:
        if new is not None:
            yield "A new interval belongs to Interval; choose it, or leave it empty."
    elif new is None or new <= 0:
        yield "Interval: type the new interval in days, more than 0."
    elif new == old:
        yield "Interval: the new interval is the old one."


def _find_in_checklist(answers: Answers) -> Iterator[str]:
    unknown = set(answers.checks) - set(CHECKS) or set(answers.checks.values()) - set(CHECK_ANSWERS)
    missing = [label for name, label in CHECKS.items() if name not in answers.checks]
    if unknown or (answers.lets_dosing_go_on and missing):
        yield f"Answer the checklist while dosing goes on: {', '.join(missing) or 'yes, no or not known'}."
    both = set(answers.absent) & set(answers.present)
    if both:
        named = ", ".join(CONTRAINDICATIONS[name][0] for name in sorted(both))
        yield f"Absent and present at once: {named}."
    if (set(answers.absent) | set(answers.present)) - set(CONTRAINDICATIONS):
        yield "Choose contraindications from the list."


def _find_in_effect(answers: Answers) -> Iterator[str]:
    effect = answers.effect
    if answers.target != SCORE:
        if effect is not None:
            yield "This decision is not judged by a score: leave the expected effect empty."
        return
    if effect is None or effect.instrument not in INSTRUMENTS or effect.kind not in EFFECTS:
        yield "Say what is expected: an instrument, a fall or a total, and the points."
    elif not 1 <= effect.points <= INSTRUMENTS[effect.instrument].max_total:
        yield f"Points of {effect.instrument} run from 1 to {INSTRUMENTS[effect.instrument].max_total}."
