"""The rules by name: what each is called on a screen, where its numbers stand and what hides it."""

from dataclasses import dataclass
from types import MappingProxyType

INFO, WATCH, MEDIUM, HIGH, CRITICAL = range(5)
SEVERITIES = ("info", "watch", "medium", "high", "critical")


@dataclass(frozen=True)
class Rule:
    """policy_table: where its numbers and source stand. is_safety: nothing hides it. hidden_by: stronger rules of the queue."""

    name: str
    label: str
    policy_table: str
    is_safety: bool = False
    hidden_by: tuple[str, ...] = ()


_SAFETY = (
    Rule("suicidality_item_9", "Item 9 positive", "suicidality_item_9", is_safety=True),
    Rule("item_9_not_answered", "Item 9 not answered", "item_9_not_answered", is_safety=True),
    Rule("blood_pressure", "Blood pressure", "blood_pressure", is_safety=True),
    Rule("sedation", "Deep sedation", "sedation", is_safety=True),
)
_STRONGER = ("non_responder",)
_EFFICACY = (
    Rule("reliable_deterioration", "Worse than baseline", "reliable_deterioration"),
    Rule("relapse", "Relapse", "relapse"),
    Rule("non_responder", "No response at the checkpoint", "non_responder"),
    Rule("non_improver", "Not improving", "non_improver", hidden_by=_STRONGER),
    Rule("gad7_non_response", "Anxiety not improving", "gad7_non_response"),
    Rule("non_improver_unconfirmed", "Not improving, one look", "non_improver", hidden_by=_STRONGER),
    Rule("possible_relapse", "Possible relapse", "relapse"),
)
_FOLLOW_UP = (
    Rule("no_recent_score", "No recent score", "no_recent_score"),
    Rule("not_assessable", "Not assessable", "not_assessable"),
)
EFFICACY_RULES = tuple(rule.name for rule in _EFFICACY)
RULES = MappingProxyType({rule.name: rule for rule in (*_SAFETY, *_EFFICACY, *_FOLLOW_UP)})
