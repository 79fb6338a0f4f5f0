"""Values that few people have: texts become "other", numbers go no further than those of k people do."""

from dataclasses import dataclass, field

import pandas as pd

from lib.research.plan import OTHER


@dataclass
class Texts:
    """Which texts of a column at least k people have. What is common is no longer followed: memory holds the rare ones."""

    k: int
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
    def n_folded(self) -> int:
        """How many people have a value that becomes "other"."""
        return int(self._rare["who"].nunique())

    def fold(self, texts: pd.Series) -> pd.Series:
        """A missing value stays missing."""
        return texts.astype("object").where(texts.isna() | texts.isin(self.common), OTHER)


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
