"""Items in batches, each of which may hold so many and weigh so much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def batches(
    items: Iterable[Item], weigh: Callable[[Item], int], most: int, heaviest: float
) -> Iterator[list[Item]]:
    """Yield `items` in order, in batches of at most `most` that weigh no more than `heaviest`.

    One that alone weighs more is a batch of its own.
    """
    batch: list[Item] = []
    weight = 0
    for item in items:
        size = weigh(item)
        if batch and (len(batch) >= most or weight + size > heaviest):
            yield batch
            batch, weight = [], 0
        batch.append(item)
        weight += size
    if batch:
        yield batch
