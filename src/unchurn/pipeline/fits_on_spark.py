"""The fits of a training on Spark's workers, where whoever started this process gave it a cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from unchurn.disk import discard
from unchurn.modelling.fitting.pool import ALONE, Fit, Job, Spread
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.fitting.travelling import packed, packed_rows, unpacked, unpacked_rows
from unchurn.modelling.scoring.answering import computing, require_same
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_answers import Content, Fetch, answered
from unchurn.tables.engines.spark_session import cluster_session

T = TypeVar("T")
_FOLDER = ".fits.staging"
_opened: dict[str, Rows] = {}
"""The rows that this process, a worker, fitted on last, by what they are called."""


def spread_of(project: Project, folder: Path, progress: Progress) -> Spread:
    """Return who does the fits of a run in `folder`: Spark's workers where [engine] names it, else this process."""
    if project.engine.kind != "spark" or project.train.device != "cpu":
        return ALONE
    return FitsOnSpark(project, folder, progress)


@dataclass(frozen=True)
class FitsOnSpark:
    """A `Spread` over the workers of a cluster; where none was given, this process does it all.

    The rows of a batch go once into the shared folder. A fit keeps the threads that it has here,
    so that the model is the same to the byte.
    """

    project: Project
    folder: Path
    progress: Progress

    def done(
        self,
        jobs: Sequence[Job[T]],
        threads: int,
        here: Callable[[Sequence[Job[T]]], list[T]],
        advance: Callable[[], None],
    ) -> list[T]:
        """Have the workers do all `jobs`. Raises as `answered` and `SparkEngine.connected` do."""
        fits = [each for each in jobs if isinstance(each, Fit)]
        if not fits or len(fits) < len(jobs) or cluster_session() is None:
            return here(jobs)
        engine, scratch = self.project.engine, self.folder / _FOLDER
        try:
            with SparkEngine(engine.threads, engine.memory_mb).connected(scratch) as opened:
                return self._answered(*opened, fits, threads, advance)
        finally:
            discard(scratch)

    def _answered(
        self,
        session: Any,
        exchange: Any,
        fits: Sequence[Fit[Any]],
        threads: int,
        advance: Callable[[], None],
    ) -> list[Any]:
        cores = session.sparkContext.defaultParallelism
        self.progress.note(f"{len(fits)} fits on {cores} cores of Spark's workers.")
        tables = {id(each.rows): each.rows for each in fits}
        names = {key: f"rows/{number}" for number, key in enumerate(tables)}
        files = {names[key]: packed_rows(rows) for key, rows in tables.items()}
        things = [(names[id(each.rows)], each.how) for each in fits]
        function = Fitting(exchange.place, threads, computing())
        return [
            unpacked(answer)
            for answer in answered(session, exchange, "fits", files, things, function, advance)
        ]


@dataclass(frozen=True)
class Fitting:
    """What a worker does: one fit, by `threads` threads, of rows that were sent to `place`."""

    place: str
    threads: int
    versions: Mapping[str, str]

    def __call__(
        self, thing: tuple[str, Callable[[Rows, int], tuple[Any, ...]]], fetch: Fetch
    ) -> Content:
        """Fit. Raises `ConfigError` where other versions compute here."""
        name, how = thing
        return packed(how(self._rows(name, fetch), self.threads))

    def _rows(self, name: str, fetch: Fetch) -> Rows:
        key = f"{self.place}/{name}"
        if key not in _opened:
            require_same(self.versions)
            _opened.clear()  # before others are read: one table of rows is in memory
            _opened[key] = unpacked_rows(fetch(name))
        return _opened[key]
