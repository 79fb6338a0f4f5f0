"""What the columns of the ADaM-like files mean."""

from lib.clinical.instruments import BY_CODE
from lib.research.adam.codes import CATEGORIES, EVERY
from lib.research.adam.times import ENDPOINTS
from lib.research.derived_notes import CLINIC, PATIENT
from lib.research.table import ColumnNote, Risk

_YES = (("Y", "yes"),)
_BASELINE = "the form that status has as baseline of the first course (docs/glossary.md)"
# A line of columns: name | type | label | derivation | risk, of those after the patient and the clinic.
_FIRST_DOSE = "the first dosing session that counts"


def _read(lines: str, values: dict[str, tuple[tuple[str, str], ...]]) -> tuple[ColumnNote, ...]:
    notes = [PATIENT, CLINIC]
    for line in lines.strip().splitlines():
        name, type_, label, derivation, risk = (cell.strip() for cell in line.split("|"))
        notes.append(
            ColumnNote(
                name,
                label,
                type_,
                values=values.get(name, _YES if name.endswith("FL") else ()),
                derivation=derivation or "as recorded",
                risk=Risk[risk or "SENSITIVE"],
            )
        )
    return tuple(notes)


ADSL = _read(
    f"""
AGE | whole | age at the first dose, years | from the birth date; of a birth year alone, the year taken off | QUASI
AGEU | choice | unit of AGE | YEARS | NONE
SEX | choice | sex | F, M, or U for any other word | QUASI
INDIC | text | what is treated | | QUASI
TRTSDT | date | date of the first dose | {_FIRST_DOSE} | DATE
TRTEDT | date | date of the last dose of the first course | | DATE
TRTDURD | whole | days of the first course, both ends in | TRTEDT - TRTSDT + 1 |
NCOURSE | whole | courses with a dose | |
SAFFL | choice | had a dose | Y or N |
PHQ9BL | whole | PHQ-9 total at baseline | {_BASELINE} |
GAD7BL | whole | GAD-7 total at baseline | {_BASELINE} |
EOSDT | date | end of treatment at the clinic | | DATE
DCSREAS | text | why it ended | | FREE_TEXT
DTHDT | date | date of death | | QUASI
DTHFL | choice | died | DTHDT is there |
""",
    {
        "SEX": (("F", "female"), ("M", "male"), ("U", "another word or unknown")),
        "SAFFL": (("Y", "yes"), ("N", "no")),
    },
)
ADQS = _read(
    f"""
ASEQ | whole | number of the row within the patient | | NONE
PARCAT1 | choice | questionnaire, as QSCAT has it | | NONE
PARAMCD | choice | which answer or total, CDISC's test code | | NONE
PARAM | text | the same in words | | NONE
PARAMN | whole | its place in the questionnaire | | NONE
PARAMTYP | choice | DERIVED for totals | | NONE
ADT | date | date of the form | | DATE
ADTM | moment | with the time of day where it is known | | DATE
ADY | whole | study day: 1 on TRTSDT, -1 the day before, no 0 | from TRTSDT; by policy from the first form, without a dose |
AVISIT | text | nominal visit | Baseline; Before baseline; Week n, 3 days before to 3 after its day, from 1 on |
AVISITN | whole | its number: -1, 0, n | |
AVAL | whole | the answer, or the total | items never filled in; a total by its questionnaire's rule, DTYPE where prorated |
AVALCAT1 | text | severity band of a total | lib/clinical/instruments.py |
BASE | whole | AVAL at baseline | AVAL of the row with ABLFL |
BASECAT1 | text | severity band of BASE | |
CHG | whole | change from baseline; negative is better | AVAL - BASE, after the baseline only |
PCHG | number | the same in per cent of BASE | 100 x CHG / BASE; empty where BASE is 0 |
CHGCAT1 | choice | IMPROVED, NO CHANGE or WORSENED | CHG against the policy's reliable change |
ABLFL | choice | this is the baseline | {_BASELINE} |
ANL01FL | choice | baseline or follow-up of the first course that counts of its date | |
DTYPE | choice | PRORATED: missing items stand at the mean of the others | |
TRTSDT | date | date of the first dose | {_FIRST_DOSE} | DATE
""",
    {
        "PARCAT1": tuple((category, BY_CODE[code].name) for code, (category, _) in CATEGORIES.items()),
        "PARAMCD": tuple((one.code, one.name) for one in EVERY),
        "PARAMTYP": (("DERIVED", "computed from other rows"),),
        "DTYPE": (("PRORATED", "one or two items are missing"),),
        "CHGCAT1": tuple((word, word.lower()) for word in ("IMPROVED", "NO CHANGE", "WORSENED")),
    },
)
_WHEN = """
ASTDT | date | date | | DATE
ASTDTM | moment | with the time of day where it is known | | DATE
ASTDY | whole | study day: 1 on TRTSDT, -1 the day before, no 0 | from TRTSDT |
"""
ADEX = _read(
    f"""
ASEQ | whole | number of the row within the patient | | NONE
PARAMCD | choice | DOSE | | NONE
PARAM | text | the same in words | | NONE
AVAL | number | dose taken, mg | | QUASI
EXDOSU | choice | unit of AVAL | mg | NONE
EXTRT | text | drug | | QUASI
EXDOSFRM | text | formulation | | QUASI
EXROUTE | text | route | | QUASI
{_WHEN.strip()}
""",
    {},
)
ADAE = _read(
    f"""
AESEQ | whole | number of the row within the patient | | NONE
AETERM | text | the event, in the clinic's word; no MedDRA | | QUASI
AESEV | choice | MILD, MODERATE or SEVERE | |
AESER | choice | serious in the regulatory sense | Y or N |
ADURN | number | how long it lasted | |
ADURU | choice | unit of ADURN | MINUTES | NONE
AEACNOTH | text | what was done | | FREE_TEXT
AEOUT | text | how it ended | | FREE_TEXT
{_WHEN.strip()}
TRTEMFL | choice | began on the day of the first dose or later | ASTDT >= TRTSDT |
""",
    {"AESER": (("Y", "yes"), ("N", "no"))},
)
ADTTE = _read(
    """
PARAMCD | choice | instrument and endpoint | | NONE
PARAM | text | the same in words | | NONE
STARTDT | date | the day it is counted from | TRTSDT; of a relapse the confirmed response | DATE
ADT | date | date of the event, or of the last look without it | | DATE
AVAL | whole | days, STARTDT is 1 | ADT - STARTDT + 1 |
CNSR | choice | 0 an event, 1 censored | censored at the last follow-up, without one at STARTDT |
EVNTDESC | text | what it is | |
SRCDOM | choice | file of the row that says so | | NONE
SRCVAR | choice | column of ADT there | | NONE
SRCSEQ | whole | its ASEQ | | NONE
""",
    {
        "PARAMCD": tuple(
            (f"{one.name[:3]}{end.code}", f"{one.name}: {end.words}") for one in BY_CODE for end in ENDPOINTS
        ),
        "CNSR": (("0", "event"), ("1", "censored")),
    },
)
