"""What files have told of who left: kept below the project's root as artefacts, one a file.

Nothing is changed once it is known; a file adds what is new in it. What was known on a day is what files
of that day and earlier told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import Outcomes
from unchurn.disk import discard, publish
from unchurn.errors import ArtefactError, DataError, counted, listing
from unchurn.modelling.watching.matured import Window
from unchurn.pipeline.identity import run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.readers import kept_for_readers
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.tables.leaving import DAYS, ToldLeaving
from unchurn.tables.matching import fold
from unchurn.tables.parquet import write_parquet

FOLDER = "outcomes"
_NO_DAYS = pa.schema(
    [("customer", pa.string()), ("left_on", pa.date32()), ("known_on", pa.string())]
)
_NO_ANSWERS = pa.schema(
    [("customer", pa.string()), ("churned", pa.bool_()), ("known_on", pa.string())]
)


@dataclass(frozen=True)
class Known:
    """What was told until a day. `days`: customer, left_on, known_on; one row a leaving.

    `answers`: customer, churned, known_on; of one scoring, and a yes stands, for only a no can be too early.
    `days_told`: days (ISO) on which files with days of leaving were told, ascending.
    """

    days: pa.Table
    answers: pa.Table
    days_told: tuple[str, ...]

    def days_reach(self, window: Window | None) -> bool:
        """Tell whether days of leaving were told late enough that who is not among them stayed."""
        return (
            window is not None
            and bool(self.days_told)
            and self.days_told[-1] >= str(window.settled)
        )


def known_outcomes(project: Project, as_of: str, scoring: str, key: str) -> Known:
    """Read what was told until the day `as_of`: answers of one scoring, and days of customers by their ids.

    `key` is the column of ids; another column's may be spelled alike and be somebody else's. Without ids ("")
    nobody's days are known.

    Raises `ArtefactError` where what was kept has changed.
    """
    days, answers = [_NO_DAYS.empty_table()], [_NO_ANSWERS.empty_table()]
    told = []
    for made in _kept(project):
        about = made.told
        ours = _same_ids(about, key) if about["kind"] == DAYS else about["scoring"] == scoring
        if about["as_of"] > as_of or not ours:
            continue
        rows = pq.read_table(made.outcomes)
        dated = rows.append_column("known_on", pa.repeat(about["as_of"], rows.num_rows))
        (days if about["kind"] == DAYS else answers).append(dated)
        if about["kind"] == DAYS:
            told.append(about["as_of"])
    first = pa.concat_tables(days).group_by(["customer", "left_on"], use_threads=False)
    found = first.aggregate([("known_on", "min")]).rename_columns(_NO_DAYS.names)
    said = pa.concat_tables(answers).group_by("customer", use_threads=False)
    said = said.aggregate([("churned", "any"), ("known_on", "max")])
    return Known(found, said.rename_columns(_NO_ANSWERS.names), tuple(told))


def take_in(
    project: Project,
    told: ToldLeaving,
    as_of: str,
    scoring: str,
    settled: str,
    progress: Progress,
) -> list[str]:
    """Keep what is new in a file, known on the day `as_of`, and say what it was.

    `scoring` is the run that answers are about, "" of days. Until the day `settled`, "" where it is not
    known, nobody has stayed for good: a later yes may follow a no. Raises `DataError`, and keeps nothing, where the file contradicts
    what is known.
    """
    name = run_id(told.kind, as_of, scoring, fold(told.key), _sha256(told.rows))
    folder = project.root / FOLDER
    with kept_for_readers(project), held(folder / ".taking-in", progress):
        place = folder / name / Outcomes.__name__.lower()
        if place.exists():
            return ["This file was taken in before."]
        known = known_outcomes(project, "9999-12-31", scoring, told.key)
        new = (
            _new_days(told, known)
            if told.kind == DAYS
            else _new_answers(told, known, as_of, settled)
        )
        about = {
            "version": 1,
            "kind": told.kind,
            "as_of": as_of,
            "scoring": scoring,
            "customers": new.num_rows,
            "again": told.again,
            **({"key": told.key} if told.kind == DAYS else {}),
        }
        _publish(place, new, about)
    before = told.rows.num_rows - new.num_rows
    notes = [f"{counted(new.num_rows, 'fact')} taken in, {before:,} known before."]
    if told.again:
        notes.append(f"{counted(told.again, 'row')} stood in the file more than once.")
    if several := told.rows.num_rows - len(told.rows["customer"].unique()):
        notes.append(
            f"{counted(several, 'leaving is', 'leavings are')} of customers who had come back."
        )
    return notes


def _same_ids(about: Mapping[str, Any], key: str) -> bool:
    """Tell whether a file of days calls customers by that column of ids; one of before may be by any."""
    return bool(key) and fold(about.get("key", key)) == fold(key)


def _kept(project: Project) -> Sequence[Outcomes]:
    """Return what was told, in the order of days, then of names."""
    folders = (project.root / FOLDER).glob(f"*/{Outcomes.__name__.lower()}")
    found = [Outcomes.load(folder) for folder in sorted(folders)]
    return sorted(found, key=lambda each: str(each.told["as_of"]))


def _new_days(told: ToldLeaving, known: Known) -> pa.Table:
    """Return days of leaving that are not known. A later day than was told of is another leaving."""
    keys = ["customer", "left_on"]
    new = told.rows.join(known.days.select(keys), keys, join_type="left anti", use_threads=False)
    last = known.days.group_by("customer", use_threads=False).aggregate([("known_on", "max")])
    joined = new.join(last, "customer", use_threads=False)
    later = pc.greater(pc.cast(joined["left_on"], pa.string()), joined["known_on_max"])
    _refuse(joined.filter(pc.invert(pc.fill_null(later, True))), "left_on")
    return new.sort_by([(each, "ascending") for each in keys])


def _new_answers(told: ToldLeaving, known: Known, as_of: str, settled: str) -> pa.Table:
    """Return answers that are not known, and a no that is final where it was told too early before."""
    before = known.answers.rename_columns(["customer", "before", "known_on"])
    joined = told.rows.join(before, "customer", use_threads=False)
    differs = pc.fill_null(pc.not_equal(joined["churned"], joined["before"]), False)
    early = pc.fill_null(pc.less(joined["known_on"], settled), False)
    may = pc.and_(early, joined["churned"])
    _refuse(joined.filter(pc.and_(differs, pc.invert(may))), "churned")
    kept = pc.or_(pc.is_null(joined["before"]), differs)
    if as_of >= settled:
        kept = pc.or_(kept, pc.and_(early, pc.invert(joined["churned"])))
    return joined.filter(kept).select(["customer", "churned"]).sort_by("customer")


def _refuse(against: pa.Table, what: str) -> None:
    if against.num_rows:
        named = listing(sorted(against["customer"].to_pylist()), 3)
        raise DataError(
            f"{counted(against.num_rows, 'outcome contradicts', 'outcomes contradict')} earlier ones: {named} ({what}). Nothing "
            "was taken in.",
            "What was told before stays; correct the file, or leave these customers out.",
        )


def _publish(place: Path, rows: pa.Table, about: dict[str, object]) -> None:
    staging = place.with_name(f".{place.name}.staging")
    try:
        discard(staging)
        staging.mkdir(parents=True)
        path = staging / "outcomes.parquet"
        write_parquet(rows.combine_chunks().to_batches(), path, rows.schema)
        Outcomes(path, about).save(staging)
        publish(staging, place)
    except OSError as error:
        raise ArtefactError(
            f"The outcomes could not be kept in {place}: {error.strerror or error}.",
            "Free some space or fix the permissions, and give the same file again.",
        ) from error
    finally:
        discard(staging)


def _sha256(rows: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()
