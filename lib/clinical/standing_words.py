"""What is said to the letter of the definitions (section 7), on every screen and on paper; a test compares it."""

STANDING_LINE = (
    "Decision support for licensed clinicians. Not live monitoring. Flags ask for review; review does not mean raise. "
    "Compounded ketamine is not FDA-approved for these uses."
)
ITEM_9_POSITIVE = (
    "Item 9 positive ({answer}). Same-day clinician contact and a structured assessment before the next dose. "
    "If in immediate danger: emergency services / 988 (US)."
)
ITEM_9_ZERO = (
    "Item 9: denied on this form. Not a risk assessment: in one large cohort 71.6 % of those who died by suicide had answered "
    "'not at all' on their last form."
)
SYNTHETIC = "Synthetic data: made-up patients"


def say_unreadable(n_forms: int) -> str:
    """Of forms that nobody could read: 2 forms wait in the review queue: an item 9 on it may be unread."""
    forms = f"{n_forms} form{' waits' if n_forms == 1 else 's wait'}"
    return f"{forms} in the review queue: an item 9 on it may be unread"


def say_item_9_positive(evidence: str) -> str:
    """What an open item-9 flag asks for, with the highest answer, which its evidence begins with."""
    head = evidence.partition(":")[0]
    return ITEM_9_POSITIVE.format(answer=head[head.find("(") + 1 : head.find(")")])
