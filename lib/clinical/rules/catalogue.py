"""The rules by name: what each is called on a screen, where its numbers stand and what hides it."""

from dataclasses import dataclass
from types import MappingProxyType

INFO, WATCH, MEDIUM, HIGH, CRITICAL = range(5)
ITEM_9 = "suicidality_item_9"
TOLERABILITY = "tolerability"
ITEM_9_RULES = (ITEM_9, "item_9_not_answered")
SEVERITIES = ("info", "watch", "medium", "high", "critical")


@dataclass(frozen=True)
class Rule:
    """policy_table: where its numbers and source stand. is_safety: nothing hides it, and high is for "Safety now". hidden_by:
    stronger rules of the queue."""

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
    Rule("low_oxygen", "Low oxygen saturation", "low_oxygen", is_safety=True),
    Rule("slow_recovery", "Slow recovery", "slow_recovery", is_safety=True),
    Rule(TOLERABILITY, "Adverse event", "tolerability", is_safety=True),
    Rule("urinary_symptoms", "Urinary symptoms", "urinary_symptoms", is_safety=True),
    Rule("liver_enzymes", "Liver enzymes", "liver_enzymes", is_safety=True),
)
_WORSE = ("relapse", "reliable_deterioration")
_NO_RESPONSE = ("non_responder", "non_improver")
_EFFICACY = (
    Rule("reliable_deterioration", "Worse than baseline", "reliable_deterioration"),
    Rule("relapse", "Relapse", "relapse"),
    Rule("non_responder", "No response at the checkpoint", "non_responder"),
    Rule("non_improver", "Not improving", "non_improver", hidden_by=("non_responder", "relapse")),
    Rule(
        "gad7_non_response", "Anxiety not improving", "gad7_non_response", hidden_by=(*_NO_RESPONSE, *_WORSE)
    ),
    # While a patient is watched for it already, the same first look again is no news.
    Rule(
        "non_improver_unconfirmed",
        "Not improving, one look",
        "non_improver",
        hidden_by=(*_NO_RESPONSE, *_WORSE, "possible_relapse", "early_watch"),
    ),
    Rule("possible_relapse", "Possible relapse", "relapse", hidden_by=_WORSE),
    Rule("worsening_without_baseline", "Worse, no baseline", "worsening_without_baseline"),
    Rule("discordant_instruments", "PHQ-9 and GAD-7 disagree", "discordant_instruments"),
    Rule("partial_and_flat", "Partial and flat", "partial_and_flat", hidden_by=("non_responder", "relapse")),
    Rule(
        "off_expected_course",
        "Off the expected course",
        "off_expected_course",
        hidden_by=(*_NO_RESPONSE, *_WORSE, "non_improver_unconfirmed", "early_watch"),
    ),
    Rule("early_watch", "Not improving yet", "early_watch", hidden_by=(*_NO_RESPONSE, *_WORSE)),
)
_FOLLOW_UP = (
    Rule("no_recent_score", "No recent score", "no_recent_score"),
    Rule("not_assessable", "Not assessable", "not_assessable"),
)
_PRACTICE = (
    Rule("dose_limits", "Dose limit passed", "dose_limits"),
    Rule("misuse_signals", "Signal of misuse", "misuse_signals"),
    Rule("protocol_gaps", "Protocol gap", "protocol_gaps"),
    Rule("benzodiazepine", "Benzodiazepine", "benzodiazepine"),
    Rule("stale_baseline", "Stale baseline", "baseline"),
    Rule("integration_missed", "Integration not logged", "integration_missed"),
    Rule("in_person_due", "In-person evaluation due", "in_person_due"),
)
EFFICACY_RULES = tuple(rule.name for rule in _EFFICACY)
RULES = MappingProxyType({rule.name: rule for rule in (*_SAFETY, *_EFFICACY, *_PRACTICE, *_FOLLOW_UP)})
# The rules of definitions.md 6; the others are those of docs/further_rules.md.
FIRST_RULES = frozenset(
    {
        *(
            "suicidality_item_9",
            "item_9_not_answered",
            "blood_pressure",
            "sedation",
            "reliable_deterioration",
        ),
        *("relapse", "possible_relapse", "non_responder", "non_improver", "non_improver_unconfirmed"),
        *("gad7_non_response", "no_recent_score", "not_assessable"),
    }
)
