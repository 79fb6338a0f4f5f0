"""Values that few people have: texts become their class or "other", numbers go no further than those of k people do."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from lib.research.plan import OTHER


@dataclass
class Texts:
    """Which texts of a column at least k people have. What is common is no longer followed: memory holds the rare ones. classify:
    from a text to its class, "" for none; a rare text becomes its class where rare texts of it are those of k people."""

    k: int
    classify: Callable[[str], str] | None = None
    common: set[str] = field(default_factory=set)
    _rare: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"who": [], "text": []}, dtype="object"))

    def add(self, who: pd.Index, texts: pd.Series) -> None:
        pairs = pd.DataFrame({"who": who.to_numpy(), "text": texts.to_numpy()}).dropna()
        pairs = pairs[~pairs["text"].isin(self.common)]
        pairs = pd.concat([self._rare, pairs], ignore_index=True).drop_duplicates()
        counts = pairs["text"].value_counts()
        self.common |= set(counts.index[counts >= self.k])
        self._rare = pairs[~pairs["text"].isin(self.common)]

    @property
    def _classes(self) -> dict[str, str]:
        """By rare text its class, of those classes that may be told."""
        if self.classify is None:
            return {}
        rare = self._rare.assign(of=[self.classify(str(text)) for text in self._rare["text"]])
        counts = rare[rare["of"] != ""].groupby("of")["who"].nunique()
        told = rare[rare["of"].isin(counts.index[counts >= self.k])]
        return dict(zip(told["text"], told["of"], strict=True))

    @property
    def n_folded(self) -> int:
        """How many people have a value that becomes "other"."""
        return int(self._rare.loc[~self._rare["text"].isin(self._classes), "who"].nunique())

    def fold(self, texts: pd.Series) -> pd.Series:
        """A missing value stays missing. Where nothing but "other" would be left, of fewer than k people, all are: it would tell
        who they are."""
        plain = texts.astype("object")
        if not self.common and self._rare["who"].nunique() < self.k:
            return plain.mask(plain.notna())
        folded = plain.map(self._classes).where(lambda of: of.notna(), OTHER)
        return plain.where(texts.isna() | texts.isin(self.common), folded)


@dataclass
class Known:
    """Whether at least k people have a value at all, of what others may know of somebody, such as that they died."""

    k: int
    _who: set[object] = field(default_factory=set)

    def add(self, who: pd.Index, values: pd.Series) -> None:
        self._who |= set(who[values.notna().to_numpy()])

    def fold(self, values: pd.Series) -> pd.Series:
        """As they are, or all missing."""
        return values if len(self._who) >= self.k else values.mask(values.notna())


@dataclass
class Numbers:
    """Between which values of a column at least k people have some at each end."""

    k: int
    _least: "pd.Series[float]" = field(default_factory=lambda: pd.Series(dtype="float64"))
    _most: "pd.Series[float]" = field(default_factory=lambda: pd.Series(dtype="float64"))

    def add(self, who: pd.Index, numbers: pd.Series) -> None:
        of = pd.DataFrame(
            {"who": who.to_numpy(), "n": pd.to_numeric(numbers).astype("float64").to_numpy()}
        ).dropna()
        by = of.groupby("who")["n"]
        self._least = pd.concat([self._least, by.min()]).groupby(level=0).min()
        self._most = pd.concat([self._most, by.max()]).groupby(level=0).max()

    @property
    def limits(self) -> tuple[float, float] | None:
        """None where fewer than k people have a value at all, or not enough for both ends to be apart: nothing is told."""
        if len(self._least) < self.k:
            return None
        low = float(self._least.nsmallest(self.k).iloc[-1])
        high = float(self._most.nlargest(self.k).iloc[-1])
        return (low, high) if low <= high else None

    def fold(self, numbers: pd.Series) -> pd.Series:
        """Values beyond the limits become the limit; all are missing where there are none."""
        if self.limits is None:
            return numbers.mask(numbers.notna())
        return numbers.clip(*self.limits)
