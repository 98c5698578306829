"""Properties of thousands of histories: each a few customers, many judged side by side as one.

Hypothesis makes every history and, where a property does not hold of one, makes it smaller.
``UNCHURN_HISTORIES=2000 pytest tests/history`` proves each property of as many histories, and
``--hypothesis-seed`` says which; what does not hold is found alone before it is told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, Phase, core, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from histories import Told

HISTORIES = int(os.environ.get("UNCHURN_HISTORIES", "25"))
TOGETHER = 100
"""How many histories are judged at once at most: observing as many costs what observing one does."""
Drawn = TypeVar("Drawn")
Asked = TypeVar("Asked")
Judge = Callable[[Sequence[Drawn], Asked, Random], None]
"""Raises where a property does not hold; what it chooses by the last is the same when repeated."""


def prove(
    judge: Judge[Drawn, Asked],
    made: st.SearchStrategy[Drawn],
    asked: Sequence[Asked],
    histories: int = HISTORIES,
) -> None:
    """Judge that many of what is made, some alone and the others side by side, by each of `asked` in turn.

    Raises what `judge` raises, of the smallest history that shows it.
    """
    number = core.global_force_seed or Random().getrandbits(32)
    every = drawn(made, histories, number)
    for place, batch in enumerate(_batches(every, len(asked))):

        def judged(some: Sequence[Drawn], place: int = place) -> None:
            judge(some, asked[place % len(asked)], Random(f"{number} {place}"))

        try:
            judged(batch)
        except Exception as error:
            error.add_note(f"Of {len(batch)} histories together, by --hypothesis-seed={number}.")
            for alone in _alone(judged, batch):
                _shrink(judged, made, histories, number, alone)
            raise


def drawn(made: st.SearchStrategy[Drawn], count: int, number: int) -> list[Drawn]:
    """Draw at most that many, the same for the same number; the simplest comes first."""
    found: list[Drawn] = []
    _each(made, count, number, [Phase.generate], found.append)
    return found


def side_by_side(many: Sequence[Told]) -> Told:
    """Return histories as one, each customer of each a customer of its own."""

    def rows(table: str) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (f"{place} {customer}", *cells)
            for place, told in enumerate(many)
            for customer, *cells in getattr(told, table)
        )

    return Told(rows("subscriptions"), rows("orders"), rows("accounts"))


def _batches(every: Sequence[Drawn], questions: int) -> Iterator[Sequence[Drawn]]:
    """Part what was drawn, at least once for each question; every sixth part is one alone, drawn late."""
    parts = max(questions, 2, -(-len(every) // TOGETHER))
    alone = -(-parts // 6)
    together = len(every) - alone
    for place in range(parts):
        if place % 6 == 0:
            yield every[len(every) - 1 - place // 6 :][:1]
        else:
            nth, of = place - place // 6 - 1, parts - alone
            yield every[together * nth // of : together * (nth + 1) // of]


def _alone(judged: Callable[[Sequence[Drawn]], None], batch: Sequence[Drawn]) -> Sequence[Drawn]:
    """Return the one of which a property does not hold; none where it takes several together."""
    while len(batch) > 1:
        half = len(batch) // 2
        parts = (batch[:half], batch[half:])
        batch = next((part for part in parts if not _holds(judged, part)), ())
    return batch


def _holds(judged: Callable[[Sequence[Drawn]], None], some: Sequence[Drawn]) -> bool:
    try:
        judged(some)
    except Exception:
        return False
    return True


def _shrink(
    judged: Callable[[Sequence[Drawn]], None],
    made: st.SearchStrategy[Drawn],
    histories: int,
    number: int,
    culprit: Drawn,
) -> None:
    """Draw the same again as far as the culprit, and raise of the smallest that does not hold."""
    reached = False

    def judged_from_there(one: Drawn) -> None:
        nonlocal reached
        reached = reached or one == culprit
        if reached:
            judged([one])

    _each(made, histories, number, [Phase.generate, Phase.shrink], judged_from_there)


def _each(
    made: st.SearchStrategy[Drawn],
    count: int,
    number: int,
    phases: Sequence[Phase],
    done: Callable[[Drawn], None],
) -> None:
    """Do something with each that is drawn; the same number draws the same as long as nothing fails."""

    @seeded(number)
    @settings(
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(one=made)
    def each(one: Drawn) -> None:
        done(one)

    each()
