"""What was read, kept for whoever asks the same: of each question the reading of the newest state, and no older one."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class _Kept:
    """lock: of two who ask at once, one reads. state: that of the value; None as long as there is none."""

    lock: Lock = field(default_factory=Lock)
    state: tuple[object, ...] | None = None
    value: Any = None


class Readings:
    """By question. most: so many questions, those asked last."""

    def __init__(self, most: int):
        self._most = most
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = Lock()

    def recall(self, question: Hashable, state: tuple[object, ...], read: Callable[[], Any]) -> Any:
        """What is kept of the question in this state, or else is read now, in place of that of another state: among 100,000
        patients a queue takes 40 MB, and every change of anything makes it another one."""
        kept = self._find(question)
        with kept.lock:
            if kept.state != state:
                kept.state = kept.value = None
                kept.value = read()
                kept.state = state
            return kept.value

    def _find(self, question: Hashable) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(question, _Kept())
            self._kept.move_to_end(question)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept
