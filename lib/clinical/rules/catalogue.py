"""The rules by name: what each is called on a screen, what it looks at, what clears it and what hides it."""

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
    clears_when: str
    is_safety: bool = False
    hidden_by: tuple[str, ...] = ()


RULES = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule(
                "suicidality_item_9",
                "Item 9 positive",
                "suicidality_item_9",
                "a named clinician closes it; a newer form does not",
                is_safety=True,
            ),
            Rule(
                "item_9_not_answered",
                "Item 9 not answered",
                "item_9_not_answered",
                "the next PHQ-9 has an answer to item 9",
                is_safety=True,
            ),
            Rule(
                "blood_pressure",
                "Blood pressure",
                "blood_pressure",
                "the next dosing session is recorded within the limits",
                is_safety=True,
            ),
            Rule(
                "sedation",
                "Deep sedation",
                "sedation",
                "the next dosing session is recorded above the limit",
                is_safety=True,
            ),
            Rule(
                "reliable_deterioration",
                "Worse than baseline",
                "reliable_deterioration",
                "the next total is no longer reliably above baseline",
            ),
            Rule(
                "relapse",
                "Relapse",
                "relapse",
                "the next total is below the relapse numbers",
            ),
            Rule(
                "non_responder",
                "No response at the checkpoint",
                "non_responder",
                "a total at or below half of baseline, or below 10",
            ),
            Rule(
                "non_improver",
                "Not improving",
                "non_improver",
                "a total at least 5 points and 20 % below baseline, or below 10",
                hidden_by=("non_responder",),
            ),
            Rule(
                "gad7_non_response",
                "Anxiety not improving",
                "gad7_non_response",
                "a GAD-7 total at least 4 points below baseline",
            ),
            Rule(
                "non_improver_unconfirmed",
                "Not improving, one look",
                "non_improver",
                "a total at least 5 points and 20 % below baseline; a second look confirms it",
                hidden_by=("non_responder",),
            ),
            Rule(
                "possible_relapse",
                "Possible relapse",
                "relapse",
                "the next total is below the relapse numbers; a second look confirms it",
            ),
            Rule(
                "no_recent_score",
                "No recent score",
                "no_recent_score",
                "a valid PHQ-9, or the end of treatment",
            ),
            Rule(
                "not_assessable",
                "Not assessable",
                "not_assessable",
                "a baseline and a follow-up at least 14 days after the first dose",
            ),
        )
    }
)
