"""The colours of every figure, for a light and a dark page (docs: the palette was tested for colour blindness)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Streamlit ships this face itself; nothing is fetched from outside.
FONT_FAMILY = '"Source Sans", "Source Sans 3", "DejaVu Sans", sans-serif'


@dataclass(frozen=True)
class Theme:
    """Colours by role. `bands` run from minimal to severe; `answers` are the fills of an item answered 0 to 3; `shade` is
    see-through and lies over the bands."""

    name: str
    paper: str
    ink: str
    muted: str
    faint: str
    stems: str
    half_tone: str
    hatch: str
    shade: str
    bands: tuple[str, ...]
    answers: tuple[str, ...]
    answer_digits: tuple[str, ...]
    instruments: Mapping[str, str]
    pale_instruments: Mapping[str, str]
    categories: Mapping[str, str]

    @property
    def dose(self) -> str:
        """Doses are drawn in ink: colour tells instruments apart and nothing else."""
        return self.ink

    def instrument(self, name: str) -> str:
        """The one colour of an instrument; an instrument without its own is drawn in ink."""
        return self.instruments.get(name, self.ink)

    def pale_instrument(self, name: str) -> str:
        return self.pale_instruments.get(name, self.muted)


LIGHT = Theme(
    name="light",
    paper="#FFFFFF",
    ink="#333333",
    muted="#5F6368",
    faint="#D0D3D7",
    stems="#8A8F94",
    half_tone="#B8B8B8",
    hatch="#C4C4C4",
    shade="rgba(196,160,40,0.16)",
    bands=("#FFFFFF", "#F8F8F9", "#F1F1F3", "#E9E9EC", "#E0E0E4"),
    answers=("#FFFFFF", "#BBD9EA", "#5E9DC4", "#005A8C"),
    answer_digits=("#005A8C", "#00344F", "#FFFFFF", "#FFFFFF"),
    instruments=MappingProxyType({"PHQ-9": "#005A8C", "GAD-7": "#B84E00"}),
    pale_instruments=MappingProxyType({"PHQ-9": "#8FB7CF", "GAD-7": "#E0AE8B"}),
    categories=MappingProxyType(
        {
            "remission": "#00336E",
            "response": "#2B8CBE",
            "partial": "#B8B8B8",
            "no response": "#F28E2B",
            "worse": "#8C1D04",
            "relapse": "#8C1D04",
            "below caseness": "#FFFFFF",
            "not assessable": "#FFFFFF",
        }
    ),
)

DARK = Theme(
    name="dark",
    paper="#0F1720",
    ink="#E6E9ED",
    muted="#A3ADB8",
    faint="#384452",
    stems="#77828E",
    half_tone="#6B7682",
    hatch="#4A5664",
    shade="rgba(214,180,70,0.17)",
    bands=("#0F1720", "#141D28", "#1A2430", "#212C39", "#293543"),
    answers=("#0F1720", "#1F4F6E", "#3C8DBD", "#8CCBF0"),
    answer_digits=("#6DBBE8", "#E6F3FB", "#08131C", "#08131C"),
    instruments=MappingProxyType({"PHQ-9": "#6DBBE8", "GAD-7": "#F59A57"}),
    pale_instruments=MappingProxyType({"PHQ-9": "#3B6F8E", "GAD-7": "#8C5E3C"}),
    categories=MappingProxyType(
        {
            "remission": "#A9CBFF",
            "response": "#4FA9DA",
            "partial": "#8A8F94",
            "no response": "#F28E2B",
            "worse": "#E2603F",
            "relapse": "#E2603F",
            "below caseness": "#0F1720",
            "not assessable": "#0F1720",
        }
    ),
)
THEMES = MappingProxyType({theme.name: theme for theme in (LIGHT, DARK)})


def see_through(color: str, opacity: float) -> str:
    """#RRGGBB as plotly wants it with an opacity."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
