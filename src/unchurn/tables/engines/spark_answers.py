"""Large work of ours done by Python on Spark's workers: a task for each thing, an answer in a file by its number.

What a thing needs lies in the shared folder, and so do the answers: neither passes through Java. Of a
task that is done twice both write the same, and a file is whole once it has its name.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Protocol

from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.sharing import unseen
from unchurn.tables.engines.spark_query import storage
from unchurn.tables.engines.spark_tasks import each_done
from unchurn.tables.engines.spark_watch import watched

Content = Sequence[bytes | memoryview]
"""The pieces of a file, one after another."""
Fetch = Callable[[str], bytes]
"""Returns the file of a name that was sent along; names are the exchange's own, so one name is one content."""


class Function(Protocol):
    """What is run: an object of a module that workers can import."""

    def __call__(self, thing: Any, fetch: Fetch) -> Content:
        """Return the answer to `thing`, a small plain object."""


def answered(
    session: Any,
    exchange: Exchange,
    name: str,
    files: Mapping[str, Content],
    things: Sequence[Any],
    function: Function,
    advance: Callable[[], None],
) -> Iterator[bytes]:
    """Send `files`, have each of `things` answered, then yield the answers in the things' order.

    `name` tells them from other answers of the same exchange. `advance` is called here as each is done. Raises what `function` raises of our errors, `ConfigError` where
    workers cannot see the files, `ArtefactError` for a place that cannot be used, and what Spark raises
    (see `SparkEngine.connected`).
    """
    with storage(exchange):
        for file, content in files.items():
            exchange.put(file, *content)
    work = _Work(function, exchange.place, name)
    done = partial(each_done, session, work, things, max(1, len(things)))
    watched(session, lambda: list(done()), len(things), advance)
    with storage(exchange):
        for number in range(len(things)):
            yield exchange.get(_answer(name, number))


@dataclass(frozen=True)
class _Work:
    """Answers a thing on a worker."""

    function: Function
    place: str
    name: str

    def __call__(self, number: int, thing: Any) -> None:
        exchange = Exchange(self.place)
        answer = self.function(thing, partial(_fetched, exchange))
        _keep_what_is_loaded()
        exchange.put(_answer(self.name, number), *answer)


@cache
def _keep_what_is_loaded() -> None:
    """Once in a process: PySpark looks for rubbish after every task, 0.06 s in all that our libraries load."""
    gc.collect()
    gc.freeze()


def _fetched(exchange: Exchange, name: str) -> bytes:
    try:
        return exchange.get(name)
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        place = exchange.place.rpartition("/")[
            0
        ]  # what was named, without this exchange's own part
        said = "may not be read" if isinstance(error, PermissionError) else "is not there"
        raise unseen(place, f"{name} {said}") from error


def _answer(name: str, number: int) -> str:
    return f"answers/{name}/{number:06d}"
