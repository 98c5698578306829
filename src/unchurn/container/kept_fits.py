"""Fits that a training job keeps, so that it goes on where it was when it is started again.

A file holds one fit, in the form in which hosts exchange them, behind a digest of it all and what it is
the fit of. It is written whole or not at all, and nothing in it can be run when it is read.
"""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from unchurn.artefacts import dump_json, sha256_of
from unchurn.artefacts.folder import MANIFEST
from unchurn.container.folders import Folders
from unchurn.container.log import Log
from unchurn.container.outcome import ending_at_once
from unchurn.errors import HostError
from unchurn.modelling.fitting.pool import ALONE, Fit, Job, Spread
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.fitting.travelling import decoded, encoded, packed_rows
from unchurn.pipeline.identity import code_sha256, config_sha256
from unchurn.project import Project

T = TypeVar("T")
SUFFIX = ".fit"
_UNFINISHED = ".unfinished"
_DIGITS = 16
TOLD_TO_END_SECONDS = 180.0
"""How long a host that misses another waits to be told to end, before it takes that for a failure."""


@dataclass
class KeptFits:
    """A `Spread` whose fits are kept in `folder`, and are taken from there where they are.

    `training` tells one training from every other: its table, its configuration, its code. Of each fit
    its rows and the threads tell too: sums of floats depend on them. `note` is told what was taken, and what could not be.
    """

    folder: Path
    training: Mapping[str, Any]
    note: Callable[[str], None]
    hosts: Spread = ALONE
    _taken: list[str] = field(default_factory=list)
    _rows: dict[int, tuple[Rows, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the folder; clear what a training that was killed left half written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob(f"*{_UNFINISHED}"):
            path.unlink(missing_ok=True)
        if foreign := sum(not path.name.startswith(self._own) for path in self.folder.iterdir()):
            self.note(
                f"{foreign:,} files in {self.folder} are no fits of this table, configuration and version: "
                "they are ignored."
            )

    @property
    def words(self) -> str:
        """Say how many fits of this training are kept, and where."""
        count = len(list(self.folder.glob(f"{self._own}*{SUFFIX}")))
        return f"{count:,} fits are kept in {self.folder}."

    def over(self, hosts: Spread) -> KeptFits:
        """Share fits out among `hosts`, of which each keeps its own."""
        self.hosts = hosts
        return self

    def done(
        self,
        jobs: Sequence[Job[T]],
        threads: int,
        here: Callable[[Sequence[Job[T]]], list[T]],
        advance: Callable[[], None],
    ) -> list[T]:
        """Take what is kept, have the rest fitted and keep it. Raises what the hosts raise."""
        own = [self._kept(each) for each in jobs]
        found = self.hosts.done(own, threads, here, advance)
        if self._taken:
            words = f"{len(self._taken):,} of {len(jobs):,} fits were kept in {self.folder}"
            self.note(f"{words}: they are not fitted again.")
            self._taken.clear()
        return found

    def _kept(self, job: Job[T]) -> Job[T]:
        if not isinstance(job, Fit):
            return job
        told = {"of": repr(job.how), "rows": self._digest(job.rows), "training": self.training}
        return _Kept(self, job, told)

    def _digest(self, rows: Rows) -> str:
        """Return that of a table's rows, looked at once."""
        if id(rows) not in self._rows:
            found = hashlib.sha256()
            for piece in packed_rows(rows):
                found.update(piece)
            self._rows[id(rows)] = rows, found.hexdigest()
        return self._rows[id(rows)][1]

    def take(self, what: bytes) -> Any:
        """Return the fit of `what`, or None where none is kept that can be read."""
        path = self._place(what)
        try:
            found = _read(path.read_bytes(), what)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.note(f"{path.name} cannot be used, and is fitted again: {error}.")
            return None
        self._taken.append(path.name)
        return found

    def keep(self, what: bytes, fit: Any) -> None:
        """Keep the fit of `what`; where it cannot be written, the training goes on without it."""
        path = self._place(what)
        unfinished = path.with_name(f"{path.name}{_UNFINISHED}")
        try:
            unfinished.write_bytes(_written(what, fit))
            unfinished.replace(path)
        except OSError as error:
            self.note(f"{path.name} could not be kept: {error}.")
            with suppress(OSError):
                unfinished.unlink()

    @property
    def _own(self) -> str:
        return f"{_short(dump_json(self.training))}-"

    def _place(self, what: bytes) -> Path:
        return self.folder / f"{self._own}{_short(what)}{SUFFIX}"


@contextmanager
def keeping(
    folders: Folders, project: Project, training: Mapping[str, Any], work: Path
) -> Iterator[KeptFits | None]:
    """Give what keeps the fits of a training, None where the job has no place for them.

    SIGTERM ends the job at once, and what it made in `work`. Spot takes the hosts of a job one after
    another: whoever misses one is soon told to end, too, and has not failed before.
    """
    kept = None
    if place := folders.checkpoints:
        known = {
            "code": code_sha256(),
            "config": config_sha256(project),
            "machine": platform.machine(),
            "prepared": sha256_of(folders.channel("prepared") / MANIFEST),
        }
        kept = KeptFits(place, {**training, **known}, Log().note)
    with ending_at_once(folders.output, work, lambda: kept.words if kept else ""):
        try:
            yield kept
        except HostError:
            if kept:
                time.sleep(TOLD_TO_END_SECONDS)
            raise


@dataclass(frozen=True)
class _Kept:
    """A job by what it is the fit of."""

    kept: KeptFits
    job: Job[Any]
    told: Mapping[str, Any]

    def __call__(self, threads: int) -> Any:
        what = dump_json({**self.told, "threads": threads})
        found = self.kept.take(what)
        if found is None:
            found = self.job(threads)
            self.kept.keep(what, found)
        return found


def _short(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()[:_DIGITS]


def _written(what: bytes, fit: Any) -> bytes:
    parts, body = encoded([fit])
    told = b"%d\n%s%s\n" % (len(what), what, json.dumps(parts[0]).encode())
    raw = b"".join([told, *body])
    return hashlib.sha256(raw).hexdigest().encode() + b"\n" + raw


def _read(raw: bytes, what: bytes) -> Any:
    """Read what `_written` made. Raises `ValueError` for what it did not, or not of `what`."""
    digest, _, told = raw.partition(b"\n")
    if hashlib.sha256(told).hexdigest().encode() != digest:
        raise ValueError(f"its {len(raw):,} bytes are not those that were written")
    size, _, rest = told.partition(b"\n")
    if rest[: int(size)] != what:
        raise ValueError("it is the fit of something else")
    parts, _, body = rest[int(size) :].partition(b"\n")
    return decoded([json.loads(parts)], body)[0]
