"""The texts of one column, each kept once: in a long file a third of the memory."""

from collections.abc import Iterable

# From so many on, a column of which half are different is not worth the looking up.
_MANY = 10_000


class SharedTexts:
    """Gives texts back as they came, the same text as one object; of a column that hardly repeats itself, no longer."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._n_taken = 0
        self._is_worth_it = True

    def take(self, texts: list[str]) -> Iterable[str]:
        if not self._is_worth_it:
            return texts
        self._n_taken += len(texts)
        shared = list(map(self._known.setdefault, texts, texts))
        if len(self._known) > _MANY and 2 * len(self._known) > self._n_taken:
            self._is_worth_it, self._known = False, {}
        return shared
