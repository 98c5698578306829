"""Who left, read from a file: ids with yes or no, or with the day of leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW
from unchurn.errors import DataError, counted, listing
from unchurn.project import Churn, Data
from unchurn.tables.cells import as_id, as_text, missing_spellings, present
from unchurn.tables.matching import find_column
from unchurn.tables.opening import open_table
from unchurn.tables.table import Table, pass_over
from unchurn.tables.truth import sides_of_answers

CHURNED, LEFT_ON = "churned", "left_on"
ANSWERS, DAYS = "answers", "days"
_ANY_OTHER = ("", "*")
"""Spellings of who stayed that are no words: a blank, and every other one."""
_ISO = r"^\d{4}-\d{2}-\d{2}([T ].*)?$"


@dataclass(frozen=True)
class ToldLeaving:
    """What a file told: `kind` is ``answers`` or ``days``; `again` rows said the same once more.

    `rows`: customer, and churned (bool) or left_on (date32), sorted; one row an answer, or a leaving: who came
    back may leave again. `key`: the column whose ids customers are called by.
    """

    kind: str
    rows: pa.Table
    again: int
    key: str = ""


def read_leaving(path: str, key: str, answers: tuple[str, ...], data: Data) -> ToldLeaving:
    """Read who left; `key` names the column of ids, `answers` columns of yes and no besides ``churned``.

    Where there is a column ``left_on``, it is read; whoever has no day there has not left. Raises
    `DataError` for a file without these columns or without a row that says anything, for a cell that is neither yes nor
    no, or no ISO day, and for two answers that contradict each other.
    """
    table = open_table(path, Data(missing=data.missing), Path.cwd())
    ids, header, kind = _columns(table, path, key, answers)
    parts, spelled = [], missing_spellings(data.missing)
    for batch in table.batches(pass_over, [ids, header]):
        cells = present(as_text(batch.column(header)), spelled)
        read = _days if kind == DAYS else _answers
        values = read(cells, batch.column(ROW), f"{header!r} in {path}")
        own = pc.utf8_trim_whitespace(as_id(batch.column(ids)))
        known = pc.and_(pc.is_valid(values), pc.fill_null(pc.not_equal(own, ""), False))
        name = LEFT_ON if kind == DAYS else CHURNED
        parts.append(pa.table({"customer": own, name: values}).filter(known))
    rows = pa.concat_tables(parts) if parts else pa.table({})
    if not rows.num_rows:
        raise DataError(
            f"{path} says of nobody who left or stayed.",
            f"Give ids, and {CHURNED} with yes or no, or {LEFT_ON} with a day.",
        )
    names = rows.schema.names
    different = rows.group_by(names, use_threads=False).aggregate([])
    kept = _one_each(rows, path) if kind == ANSWERS else different
    ordered = kept.sort_by([(name, "ascending") for name in names])
    return ToldLeaving(kind, ordered, rows.num_rows - kept.num_rows, key)


def own_label(churn: Churn) -> tuple[str, ...]:
    """Name the column of the label, where its yes is who churned and its words are no others.

    Of one called ``active`` yes is who stayed; one of ``canceled`` and ``live``, or of days, says neither.
    """
    positive = (churn.positive,) if isinstance(churn.positive, str) else churn.positive
    left = [each for each in positive if each]
    stayed = [each for each in churn.negative if each not in _ANY_OTHER]
    plain = all(
        bool((sides_of_answers(pa.array(spelled, pa.string())) == side).all())
        for spelled, side in ((left, 1), (stayed, 0))
    )
    return (churn.target,) if plain and churn.target else ()


def find_answers(headers: Sequence[str], answers: Sequence[str]) -> str | None:
    """Return the header that says who churned: ``churned``, else the first of `answers` that is there.

    Raises `DataError` where two could be it.
    """
    found = (find_column(each, headers, set(answers) - {each}) for each in (CHURNED, *answers))
    return next(filter(None, found), None)


def _columns(table: Table, path: str, key: str, answers: tuple[str, ...]) -> tuple[str, str, str]:
    ids = find_column(key, table.columns)
    rest = [each for each in table.columns if each != ids]
    days = find_column(LEFT_ON, rest)
    header = days or find_answers(rest, answers)
    if ids is None or header is None:
        raise DataError(
            f"{path} has no column {key!r} of ids beside {CHURNED!r} or {LEFT_ON!r}; it has "
            f"{listing(table.columns, 12)}.",
            f"Give ids, and {CHURNED} with yes or no, or {LEFT_ON} with a day: 2027-03-01.",
        )
    return ids, header, DAYS if days else ANSWERS


def _answers(cells: pa.Array, rows: pa.Array, where: str) -> pa.Array:
    read = sides_of_answers(cells)
    _refuse((read < 0) & ~_blank(cells), cells, rows, f"{where}: neither yes nor no", "yes or no")
    return pa.array(read == 1, pa.bool_(), mask=read < 0)


def _days(cells: pa.Array, rows: pa.Array, where: str) -> pa.Array:
    shaped = pc.fill_null(pc.match_substring_regex(cells, _ISO), False)
    text = pc.if_else(shaped, pc.utf8_slice_codeunits(cells, 0, 10), None)
    moments = pc.strptime(text, "%Y-%m-%d", "s", error_is_null=True)
    # a day that no month has is read as one of the next
    same = pc.fill_null(pc.equal(pc.strftime(moments, "%Y-%m-%d"), text), False)
    read = pc.cast(pc.if_else(same, moments, None), pa.date32())
    wrong = np.asarray(pc.is_null(read).to_numpy(zero_copy_only=False)) & ~_blank(cells)
    _refuse(wrong, cells, rows, f"{where}: no day", "days as 2027-03-01")
    return read


def _blank(cells: pa.Array) -> Any:
    return np.asarray(pc.fill_null(pc.equal(cells, ""), True).to_numpy(zero_copy_only=False))


def _refuse(wrong: Any, cells: pa.Array, rows: pa.Array, what: str, how: str) -> None:
    places = pa.array(np.flatnonzero(wrong))
    if not len(places):
        return
    seen = listing(cells.take(places[:3]).to_pylist(), 3)
    at = ", ".join(f"{row:,}" for row in rows.take(places[:3]).to_pylist())
    raise DataError(
        f"{counted(len(places), 'cell')} of {what} ({seen}; row {at}).",
        f"Write {how}, and leave blank what is not known.",
    )


def _one_each(rows: pa.Table, path: str) -> pa.Table:
    """Return one answer a customer. Raises `DataError` where somebody has two."""
    least = rows.group_by("customer", use_threads=False).aggregate(
        [(CHURNED, "min"), (CHURNED, "max")]
    )
    against = least.filter(pc.not_equal(least[f"{CHURNED}_min"], least[f"{CHURNED}_max"]))
    if against.num_rows:
        name = against["customer"][0].as_py()
        raise DataError(
            f"{path} contradicts itself about {counted(against.num_rows, 'customer')}; of {name!r} it says both "
            f"yes and no: {CHURNED}.",
            "Leave one row a customer, or make them agree.",
        )
    return least.select(["customer", f"{CHURNED}_min"]).rename_columns(["customer", CHURNED])
