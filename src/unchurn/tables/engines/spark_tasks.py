"""Our own Python run by Spark's workers, a task for each of a few numbered things."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from unchurn.errors import UnchurnError


def each_done(
    session: Any, work: Callable[[int, Any], Any], things: Sequence[Any], together: int
) -> Iterator[Any]:
    """Have ``work(number, thing)`` done on the workers; yield what it gives, in the things' order.

    `together` of them are given out, and their answers held, at once. `work` is pickled, so it is an
    object of a module that workers can import; a worker that dies has its things done by another.
    Raises `UnchurnError` as `work` does, and what Spark raises (see `SparkEngine.connected`).
    """
    context = session.sparkContext
    task = _Task(work, things)
    for begin in range(0, len(things), together):
        numbers = range(begin, min(begin + together, len(things)))
        with warnings.catch_warnings():
            # PySpark lets its sockets go unclosed
            warnings.simplefilter("ignore", ResourceWarning)
            answers = context.parallelize(numbers, len(numbers)).map(task).collect()
        for answer in answers:
            if isinstance(answer, UnchurnError):
                raise answer
            yield answer


@dataclass(frozen=True)
class _Task:
    """Does one of the things; what a person can act on is an answer, all else is Spark's to try again."""

    work: Callable[[int, Any], Any]
    things: Sequence[Any]

    def __call__(self, number: int) -> Any:
        try:
            return self.work(number, self.things[number])
        except UnchurnError as error:
            return error
