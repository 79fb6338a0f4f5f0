"""Which adverse events, by their term, ask for somebody at once, and which name a urinary symptom.

Terms are text in the style of MedDRA's preferred terms. A term is found by what it contains: a miss is worse than a false find.
"""

import re

import pandas as pd

# Adverse events of ketamine and compounded ketamine that are acute at any severity: Ketalar label (emergence reactions,
# respiratory depression); FDA notice of 10 Oct 2023 (psychiatric events, respiratory depression, abuse); Hull 2022 (exclusions).
CRITICAL_TERM = re.compile(
    r"suicid|\bself[- ]?(harm|injur)|mani[ac]\b|psychotic|psychosis|loss of consciousness|unconscious|unresponsive"
    r"|(?<!pre)syncope|respiratory (depression|arrest|failure)|chest pain|overdose",
    re.IGNORECASE,
)
# Lower urinary tract symptoms of ketamine: FDA notice of 10 Oct 2023; Ketalar label (genitourinary pain).
URINARY_TERM = re.compile(
    r"dysuria|pollakiuria|micturition|ha?ematuria|cystitis|bladder|urinary|urination|nocturia|genitourinary",
    re.IGNORECASE,
)
# Classes of terms, for files that may not tell a term that few people have; a term is of the first that it contains.
TERM_CLASSES = (("critical event", CRITICAL_TERM), ("urinary symptom", URINARY_TERM))


def classify_term(term: str) -> str:
    """The class of a term by its words; "" for a term of none."""
    return next((name for name, pattern in TERM_CLASSES if pattern.search(term)), "")


def match_terms(terms: pd.Series, pattern: re.Pattern[str]) -> pd.Series:
    """Whether each term contains the pattern; every distinct term is looked at once."""
    found = {term: pattern.search(term) is not None for term in terms.unique()}
    return terms.map(found).astype(bool) if found else pd.Series(False, terms.index)
