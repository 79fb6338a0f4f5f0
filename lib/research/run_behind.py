"""Work on one block while the next one is fetched: what waits for SQLite or Arrow does not hold Python's lock."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Block = TypeVar("Block")
Done = TypeVar("Done")


def run_behind(work: Callable[[Block], Done], blocks: Iterable[Block]) -> Iterator[Done]:
    """work(block) of each, in order, in a thread of its own; never more than two blocks at once. Blocks are fetched by the
    caller's thread, so that a store's connection stays in one."""
    with ThreadPoolExecutor(1) as worker:
        waiting: Future[Done] | None = None
        for block in blocks:
            begun = worker.submit(work, block)
            if waiting:
                yield waiting.result()
            waiting = begun
        if waiting:
            yield waiting.result()
