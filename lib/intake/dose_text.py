"""What the text of a dose says. Only one number with one unit of mass is a dose; the rest is told, never worked out."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

PER_KG = "mg/kg"
SURE, LOW = "sure", "low"
_PER_MG = {"mg": Decimal(1), "g": Decimal(1000)}
# Ours: a dose written in grams that is above this is taken for a slip of the unit, as 100 g for 100 mg.
_HIGHEST_FROM_GRAMS_MG = 2_000

_UNITS = {
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams"), "mg"),
    **dict.fromkeys(("g", "gm", "gram", "grams"), "g"),
    **dict.fromkeys(("mg/kg", "mg per kg", "mg / kg", "mg kg-1"), PER_KG),
    **dict.fromkeys(("mcg", "ug", "μg", "microgram", "micrograms"), "mcg"),
    **dict.fromkeys(("ml", "mls", "cc"), "ml"),
}
_FORMS = {
    "troche": "troches? troch",
    "lozenge": "lozenges?",
    "tablet": "tablets? tabs? tablette tabletten pills?",
    "odt": "odts?",
    "rdt": "rdts?",
    "capsule": "capsules? caps?",
    "film": "films? strips?",
    "spray": "sprays? puffs?",
    "drop": "drops?",
}
_FORM_WORDS = {form: re.compile(rf"\b({'|'.join(words.split())})\b") for form, words in _FORMS.items()}
_NUMBER = re.compile(r"(?<![0-9.,])[0-9]{1,6}(?:[.,][0-9]{1,4})?(?![0-9]|[.,][0-9])")
# How it was given does not change how much it was: the sublingual route may stand beside the dose. Another one may not.
_ROUTE = r"(?:sl|s\.l\.|sublingual|sublingually)"
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_ONE_DOSE = re.compile(rf"(?:{_ROUTE} )?({_NUMBER.pattern}) ?({_UNIT})?\.?(?: {_ROUTE})?")
_UNIT_WORD = re.compile(rf"(?<![a-z])({_UNIT})(?![a-z/])")
# 1,200 is twelve hundred or one and a fifth. With a leading zero (0,125) it can only be the latter.
_AMBIGUOUS = re.compile(r"[1-9][0-9]*[.,][0-9]{3}")
_SIGNED = re.compile(r"[-+–−] ?[0-9]")
_ADVICE = "write the dose that was taken, as a number of mg"
# In the order in which they are looked for: what such a text says, in words.
_SHAPES = (
    (re.compile(r"[-=] ?>|[→⇒➔]|\bto\b|\bthen\b|increas|decreas|titrat|\bup\b|\bdown\b"), "a change of dose"),
    (re.compile(r"/ ?kg|\bper kg\b|\bkg\b"), "a dose for each kilogram of weight"),
    (re.compile(r"[0-9] ?/ ?[0-9]|[⁄]|\bhalf\b|\bquarter\b|\bthird\b|\bhalbe?\b"), "a fraction"),
    (re.compile(r"[0-9] ?[x×*]|[x×*] ?[0-9]|\btwice\b|\bdouble\b|\bbid\b"), "a multiple"),
    (re.compile(r"[0-9a-z] ?[-–—‑] ?[0-9]|\bor\b"), "a range or a choice of doses"),
)  # fmt: skip


@dataclass(frozen=True)
class DoseText:
    """One text, read. amount: the number as written, with a decimal point ("" where there is none, or more than one) · unit: mg,
    g, mg/kg, mcg, ml or "" · form: troche, tablet … or "" · confidence: "sure", "low", or "" for an empty text · code, reason:
    of a doubtful one, a sentence without the text itself of what was understood and what to do"""

    amount: str = ""
    unit: str = ""
    form: str = ""
    confidence: str = ""
    code: str = ""
    reason: str = ""

    @property
    def dose_mg(self) -> str:
        """The cell of dose_mg: "" unless the text is sure."""
        if self.confidence != SURE:
            return ""
        return f"{(Decimal(self.amount) * _PER_MG[self.unit]).normalize():f}"


def read_dose(text: str, unit: str = "") -> DoseText:
    """unit: what a bare number in this column is a number of (mg, g, mg/kg, mcg), "" where nobody has said it."""
    folded = " ".join(text.casefold().split())
    if not folded:
        return DoseText()
    said = _describe(folded, unit)
    if found := _ONE_DOSE.fullmatch(folded):
        return _read_one(
            said, found.group(1), unit if found.group(2) is None else _UNITS[found.group(2)], unit
        )
    return _doubt(said, "dose-text", f"The cell says {_name_shape(folded)}")


def _read_one(said: DoseText, number: str, unit: str, unit_of_column: str) -> DoseText:
    """A text that has nothing but one number, and perhaps its unit."""
    said = DoseText(said.amount, unit, said.form)
    in_doubt = (
        (
            _AMBIGUOUS.fullmatch(number),
            "dose-text",
            "The cell's point or comma may part thousands or decimals",
        ),
        (unit == PER_KG, "dose-per-kg", "The cell is a dose for each kilogram of weight"),
        (not unit, "dose-unit", "The cell is a number without a unit, and its column names none"),
        (unit not in _PER_MG, "dose-text", "The cell's unit is not one of mass in mg or g"),
        (unit_of_column not in ("", *_PER_MG), "dose-text", "The cell's unit is not that of its column"),
    )
    for is_so, code, understood in in_doubt:
        if is_so:
            return _doubt(said, code, understood)
    sure = DoseText(said.amount, unit, said.form, SURE)
    if unit == "g" and Decimal(sure.dose_mg) > _HIGHEST_FROM_GRAMS_MG:
        return _doubt(said, "dose-text", f"Read in grams the cell is more than {_HIGHEST_FROM_GRAMS_MG:,} mg")
    return sure


def _describe(folded: str, unit: str) -> DoseText:
    """What can be told of any text: its number, where it has only one, its unit and its form."""
    numbers = _NUMBER.findall(folded)
    is_one = len(numbers) == 1 and not _SIGNED.search(folded) and not _has_fraction(folded)
    units = {_UNITS[word] for word in _UNIT_WORD.findall(folded)}
    forms = [form for form, word in _FORM_WORDS.items() if word.search(folded)]
    return DoseText(
        amount=numbers[0].replace(",", ".") if is_one and not _AMBIGUOUS.fullmatch(numbers[0]) else "",
        unit=units.pop() if len(units) == 1 else "" if units else unit,
        form=forms[0] if len(forms) == 1 else "",
    )


def _name_shape(folded: str) -> str:
    numbers = _NUMBER.findall(folded)
    if _has_fraction(folded):
        return "a fraction"
    for shape, words in _SHAPES:
        if shape.search(folded):
            return words
    if not numbers:
        return "no number that can be read as a dose"
    if len(numbers) > 1:
        return "more than one number"
    if any(word.search(folded) for word in _FORM_WORDS.values()):
        return "a number beside a form, which may be its strength or its count"
    return "more than a number and its unit"


def _has_fraction(folded: str) -> bool:
    """½ and the like, which are numbers to a reader and none to a program."""
    return any(unicodedata.category(character) == "No" for character in folded)


def _doubt(said: DoseText, code: str, understood: str) -> DoseText:
    return DoseText(said.amount, said.unit, said.form, LOW, code, f"{understood}: {_ADVICE}.")
