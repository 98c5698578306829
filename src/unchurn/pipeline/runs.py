"""The runs of a project as lines: every scoring and every watch, read from their artefacts.

There is no ledger to write, and so none that could disagree: a run that is there is a line. Artefacts
hold no clock; lines are in the order of the days that they are of, those of no known day last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from unchurn.artefacts import Scores, sha256_of
from unchurn.artefacts.folder import MANIFEST, published_sha256
from unchurn.errors import ArtefactError, ConfigError, listing
from unchurn.modelling.watching.cause import broken_reasons
from unchurn.pipeline.identity import place_of, run_id
from unchurn.pipeline.scored_file import scored_by
from unchurn.project import Project
from unchurn.registry import ModelStore, local_model_store

SCORING, WATCH = "scoring", "watch"
_READ_ERRORS = (OSError, ValueError, KeyError, TypeError, IndexError, pa.ArrowException)


@dataclass(frozen=True)
class RunLine:
    """One scoring or watch. `kind` is ``scoring`` or ``watch``; `as_of` an ISO day, "" where none is known.

    `scoring`: the run whose scores it is about, its own where it is one. `bundle`: sha256 of the
    model's manifest, "" where the registry does not know it. `table`: sha256 of the customers, typed.
    `contact`: that of `Scores.counts`. `level` and `reasons` (the gravest first) are a watch's; of a
    scoring, "" and what makes its list untrustworthy. `broken`: its watch found the table broken, so that it is nobody's month.
    """

    run: str
    kind: str
    as_of: str
    model_version: int | None
    model_run_id: str
    bundle: str
    table: str
    customers: int
    rejected: int
    contact: dict[str, Any] | None
    mean_score: float | None
    level: str
    reasons: tuple[str, ...]
    scoring: str
    broken: bool = False

    @property
    def list_id(self) -> str:
        """Identify the list: the same customers scored by the same model, however often that was done."""
        return run_id(self.table, self.model_version or self.model_run_id)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data, as ``unchurn runs list --json`` prints it."""
        return {**asdict(self), "reasons": list(self.reasons), "list": self.list_id}


@dataclass(frozen=True)
class Runs:
    """Every line that could be read, newest day first, and in words what could not be, by run."""

    lines: tuple[RunLine, ...]
    damaged: Mapping[str, str]

    def find(self, run: str) -> RunLine:
        """Return the line of a run's id. Raises `ConfigError`, or `ArtefactError` where it is damaged."""
        found = next((each for each in self.lines if each.run == run), None)
        if found is not None:
            return found
        if run in self.damaged:
            raise ArtefactError(self.damaged[run], "Do it again with --fresh.")
        known = listing((each.run for each in self.lines), 6)
        raise ConfigError(
            f"There is no scoring or watch {run!r}.",
            f"Runs: {known or 'none yet; run `unchurn score`'}.",
        )

    def lists(self) -> tuple[RunLine, ...]:
        """Return one scoring a list: the same customers scored by the same model again are the same one.

        It is one whose table was not broken, where there is one, and of those the earliest day's.
        """
        found: dict[str, list[RunLine]] = {}
        for line in self.lines:
            if line.kind == SCORING:
                found.setdefault(line.list_id, []).append(line)
        chosen = {min(each, key=lambda one: (one.broken, one.as_of)).run for each in found.values()}
        return tuple(each for each in self.lines if each.kind == SCORING and each.run in chosen)


def list_runs(project: Project, store: ModelStore | None = None) -> Runs:
    """Read every scoring and watch below the project's root; nothing is changed.

    `store` is where versions are, by default on this machine.
    """
    read: list[RunLine] = []
    damaged: dict[str, str] = {}
    bundles = _Bundles(project, store)
    for folder, reader in _folders(project.root / "runs"):
        try:
            read.append(reader(folder, bundles))
        except _READ_ERRORS as error:
            damaged[folder.name] = f"The run {folder.name} cannot be read: {error}."
    ordered = _ordered(_completed(read), _doubted(read), bundles.champion)
    return Runs(tuple(ordered), damaged)


def _ordered(lines: Sequence[RunLine], doubted: set[str], champion: int | None) -> list[RunLine]:
    """Sort the newest day first, and of a day what its scorings are judged by first.

    That is the champion's, then one that is not `doubted`, then the largest: a trial on a few, or with another
    model, is not the month.
    """
    ordered = sorted(
        lines,
        key=lambda each: (
            each.kind == WATCH,
            each.model_version is None or each.model_version != champion,
            each.scoring in doubted,
            -each.customers,
            each.run,
        ),
    )
    return sorted(ordered, key=lambda each: each.as_of, reverse=True)


def scores_of(project: Project, line: RunLine) -> Path:
    """Return the file of the scores that a line is about, checked against its hash.

    Raises `ArtefactError` where it has changed or is gone.
    """
    path = place_of(project, line.scoring, Scores) / "scores.parquet"
    try:
        sound = sha256_of(path) == published_sha256(path)
    except _READ_ERRORS:
        sound = False
    if not sound:
        raise ArtefactError(
            f"The scores of the run {line.scoring} are gone or have changed: {path}.",
            "Score the same table again with --fresh.",
        )
    return path


class _Bundles:
    """What the registry knows of versions, asked once each; nothing where it cannot be asked."""

    def __init__(self, project: Project, store: ModelStore | None) -> None:
        opened = store or local_model_store(project)
        self._known = {each.version: each.entry for each in opened.registry.records()}
        self.champion = opened.registry.alias("champion")
        self.runs = project.root / "runs"

    def of(self, version: int | None) -> tuple[str, str]:
        """Return a version's training run and the sha256 of its bundle."""
        entry = self._known.get(version) if version is not None else None
        return (entry.run_id, entry.bundle_sha256) if entry else ("", "")


def _folders(runs: Path) -> Iterator[tuple[Path, Any]]:
    for manifest in sorted(runs.glob(f"*/*/{MANIFEST}")):
        reader = _READERS.get(manifest.parent.name)
        if reader:
            yield manifest.parent.parent, reader


def _scoring(folder: Path, bundles: _Bundles) -> RunLine:
    counts = _document(folder / "scores", "counts.json")
    version, mean, day = scored_by(str(folder / "scores" / "scores.parquet"))
    trained, bundle = bundles.of(version)
    trained = trained or counts.get("model_run_id", "")
    notes = [each["words"] for each in counts["notes"] if each["code"] == "untrusted"]
    return RunLine(
        folder.name,
        SCORING,
        counts.get("as_of") or day,
        version,
        trained,
        bundle,
        _table(folder),
        counts["rows_out"],
        counts["rejected"],
        counts["contact"],
        mean,
        "",
        tuple(notes),
        folder.name,
    )


def _table(folder: Path) -> str:
    """Return the sha256 of a scoring's customers: by the Batch, or by a watch where that is not kept here."""
    if (folder / "batch" / MANIFEST).is_file():
        return published_sha256(folder / "batch" / "customers.parquet")
    return str(_document(folder / "watch", "watch.json")["table"])


def _watch(folder: Path, bundles: _Bundles) -> RunLine:
    found = _document(folder / "watch", "watch.json")
    scoring = bundles.runs / found["run_id"]
    counts = _document(scoring / "scores", "counts.json")
    return RunLine(
        folder.name,
        WATCH,
        found["as_of"],
        found["model_version"],
        found["model_run_id"],
        bundles.of(found["model_version"])[1],
        found["table"],
        found["customers"],
        counts["rejected"],
        counts["contact"],
        scored_by(str(scoring / "scores" / "scores.parquet"))[1],
        found["level"],
        tuple(each["words"] for each in found["reasons"]),
        found["run_id"],
        bool(broken_reasons(found)),
    )


_READERS = {"scores": _scoring, "watch": _watch}


def _completed(lines: Sequence[RunLine]) -> list[RunLine]:
    """Add what other runs of the same table know: the day, the run of a model without a version, a broken table."""
    days = _days(lines)
    trained = {each.scoring: each.model_run_id for each in lines if each.kind == WATCH}
    filled = [
        replace(
            each,
            as_of=each.as_of or days.get(_same(each), ""),
            model_run_id=each.model_run_id or trained.get(each.run, ""),
        )
        for each in lines
    ]
    watches = [each for each in filled if each.kind == WATCH]
    # the same table was good in its own month, and may be again once a rule is mended
    sound = {(*_same(each), each.as_of) for each in watches if not each.broken}
    broken = {(*_same(each), each.as_of) for each in watches if each.broken} - sound
    return [replace(each, broken=(*_same(each), each.as_of) in broken) for each in filled]


def _doubted(lines: Sequence[RunLine]) -> set[str]:
    """Find scorings whose list should not be trusted, or whose watch asks to act.

    They come after the others of their day: a table that was refused and sent again is two scorings, and
    what came true is to be said of the mended one first.
    """
    return {
        each.scoring
        for each in lines
        if each.level == "act" or (each.kind == SCORING and each.reasons)
    }


def _same(line: RunLine) -> tuple[str, int | None]:
    return line.table, line.model_version


def _days(lines: Sequence[RunLine]) -> dict[tuple[str, int | None], str]:
    """Find the first day that a run of each table was of: a plain table that is only scored names none."""
    found: dict[tuple[str, int | None], str] = {}
    for line in lines:
        if line.as_of:
            found[_same(line)] = min(line.as_of, found.get(_same(line), line.as_of))
    return found


def _document(folder: Path, name: str) -> dict[str, Any]:
    """Read a document of an artefact, checked against its manifest. Raises `ValueError`."""
    body = (folder / name).read_bytes()
    if hashlib.sha256(body).hexdigest() != published_sha256(folder / name):
        raise ValueError(f"{name} has changed since it was published")
    found: dict[str, Any] = json.loads(body)
    return found
