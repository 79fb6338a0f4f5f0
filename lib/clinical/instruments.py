"""PHQ-9 and GAD-7: what is published about them, each fact with its citation on the line above."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Instrument:
    """One questionnaire. `bands` are (lowest total, name), ascending; `item_names` in the order of the form.

    `item_groups`: beside each item whether it speaks of mood or of the body; empty where that is not settled.
    """

    code: int
    name: str
    item_names: tuple[str, ...]
    item_groups: tuple[str, ...]
    bands: tuple[tuple[int, str], ...]
    loinc_panel: str
    loinc_total: str
    loinc_items: tuple[str, ...]
    citation: str

    @property
    def n_items(self) -> int:
        return len(self.item_names)

    @property
    def max_total(self) -> int:
        return self.n_items * MAX_ANSWER

    def band(self, total: int) -> str:
        """The severity band that a total falls in."""
        return next(name for lowest, name in reversed(self.bands) if total >= lowest)


# Every item of both is answered 0 not at all, 1 several days, 2 more than half the days, 3 nearly every day
# (Kroenke 2001; Spitzer 2006), over the last two weeks.
MAX_ANSWER = 3
# LOINC answer list LL358-3.
ANSWER_CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
ANSWERS = ("not at all", "several days", "more than half the days", "nearly every day")
RECALL_DAYS = 14
# Position of PHQ-9 item 9, "thoughts that you would be better off dead, or of hurting yourself" (Kroenke 2001).
ITEM_9 = 8

PHQ9 = Instrument(
    code=0,
    name="PHQ-9",
    item_names=(
        "Interest",
        "Mood",
        "Sleep",
        "Energy",
        "Appetite",
        "Self-esteem",
        "Concentration",
        "Psychomotor",
        "Death or self-harm",
    ),
    # Ours, for reading only: no rule and no total knows of groups. Factor studies agree on sleep, energy and appetite as
    # somatic; they differ on concentration and psychomotor, which therefore have no group, and item 9 stands for itself.
    item_groups=("mood", "mood", "somatic", "somatic", "somatic", "mood", "", "", ""),
    # Kroenke, Spitzer, Williams 2001, J Gen Intern Med 16:606–613.
    bands=((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately severe"), (20, "severe")),
    # LOINC 44249-1 and its members.
    loinc_panel="44249-1",
    loinc_total="44261-6",
    loinc_items=(
        "44250-9",
        "44255-8",
        "44259-0",
        "44254-1",
        "44251-7",
        "44258-2",
        "44252-5",
        "44253-3",
        "44260-8",
    ),
    citation="Kroenke 2001",
)

GAD7 = Instrument(
    code=1,
    name="GAD-7",
    item_names=(
        "Nervous",
        "Control of worry",
        "Worry",
        "Trouble relaxing",
        "Restless",
        "Irritable",
        "Afraid",
    ),
    # Ours, for reading only, as above: irritability has no group.
    item_groups=("mood", "mood", "mood", "somatic", "somatic", "", "mood"),
    # Spitzer, Kroenke, Williams, Löwe 2006, Arch Intern Med 166:1092–1097.
    bands=((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")),
    # LOINC 69737-5 and its members.
    loinc_panel="69737-5",
    loinc_total="70274-6",
    loinc_items=("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"),
    citation="Spitzer 2006",
)

INSTRUMENTS = MappingProxyType({instrument.name: instrument for instrument in (PHQ9, GAD7)})
BY_CODE = tuple(sorted(INSTRUMENTS.values(), key=lambda instrument: instrument.code))
