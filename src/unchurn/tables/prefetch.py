"""Making the next item while the one before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from unchurn.thread_limit import few_threads

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Yield `items` in order, each made in another thread while the one before it is used.

    Arrow and XGBoost let go of the interpreter while they work, so that reading, predicting
    and writing overlap. One item waits at most; where threads are few, none does.
    Raises what `items` raises.
    """
    if few_threads():
        yield from items
        return
    source = iter(items)
    with ThreadPoolExecutor(1) as pool:
        try:
            waiting = pool.submit(_take, source)
        except RuntimeError:  # no thread was started, so nothing of the source was taken
            yield from source
            return
        while item := waiting.result():
            waiting = pool.submit(_take, source)
            yield item[0]


def _take(source: Iterator[Item]) -> tuple[Item, ...]:
    for item in source:
        return (item,)
    return ()
