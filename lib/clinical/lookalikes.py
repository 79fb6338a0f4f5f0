"""Ids that look like one another and are not: by another case, another alphabet, or spaces that do not show."""

import unicodedata

# Letters of Cyrillic and Greek that look like Latin ones, in small letters.
_LATIN = str.maketrans(
    "авекмнорстхуіјѕԁԛԝ" + "αβεζηικμνορτυχ",
    "abekmhopctxyijsdqw" + "abezhikmvoptux",
)
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})


def fold_alike(text: str) -> str:
    """The same for two ids that a reader takes for one."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LATIN)
    return "".join(letter for letter in folded if unicodedata.category(letter) not in ("Cf", "Zs"))


def mixes_scripts(text: str) -> bool:
    """Whether letters of two alphabets that look alike stand in one id."""
    if text.isascii():
        return False
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()}
    return len(names & _SCRIPTS) > 1
