"""What became of customers, read from a file: ids with contacted, accepted, churned, any of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW
from unchurn.errors import DataError, counted, listing
from unchurn.project import Data
from unchurn.tables.cells import as_text
from unchurn.tables.matching import fold
from unchurn.tables.opening import open_table
from unchurn.tables.table import pass_over
from unchurn.tables.truth import sides

FACTS = ("contacted", "accepted", "churned")


def read_outcomes(path: str, key: str, data: Data) -> tuple[dict[tuple[str, str], bool], int]:
    """Return what is known, by id and fact, and how many rows said the same again.

    `key` names the column of ids. A blank says nothing. Raises `DataError` for a file without ids
    or facts, for a cell that is neither yes nor no, and for two rows that contradict each other.
    """
    table = open_table(path, Data(missing=data.missing), Path.cwd())
    headers = {fold(name): name for name in table.columns}
    ids = headers.get(fold(key))
    facts = {each: headers[each] for each in FACTS if each in headers and headers[each] != ids}
    if ids is None or not facts:
        raise DataError(
            f"{path} has no column {key!r} of ids beside one of {listing(FACTS)}; it has "
            f"{listing(table.columns, 12)}.",
            "Give ids and what became of them: yes or no, a blank where it is not known.",
        )
    found: dict[tuple[str, str], bool] = {}
    again = 0
    for batch in table.batches(pass_over, [ids, *facts.values()]):
        names = pc.utf8_trim_whitespace(as_text(batch.column(ids))).to_pylist()
        for fact, header in facts.items():
            for name, value in zip(names, _read(batch, header, path), strict=True):
                if not name or value < 0:
                    continue
                if found.setdefault((name, fact), bool(value)) != bool(value):
                    raise DataError(
                        f"{path} says of {name!r} both yes and no: {fact}.",
                        "Leave one row a customer, or make them agree.",
                    )
                again += 1
    return found, again - len(found)


def _read(batch: pa.RecordBatch, header: str, path: str) -> list[int]:
    """Read yes as 1, no as 0, a blank as -1."""
    cells = pc.utf8_trim_whitespace(as_text(batch.column(header)))
    bare = pc.utf8_rtrim(cells, ".")
    read = sides(bare)
    blank = np.asarray(pc.fill_null(pc.equal(cells, ""), True).to_numpy(zero_copy_only=False))
    wrong = np.flatnonzero((read < 0) & ~blank)
    if len(wrong):
        rows = batch.column(ROW).take(pa.array(wrong[:3])).to_pylist()
        where = ", ".join(f"{row:,}" for row in rows)
        raise DataError(
            f"{counted(len(wrong), 'cell')} of {header!r} in {path} ({listing(cells.take(pa.array(wrong)).to_pylist(), 3)}; "
            f"row {where}) is neither yes nor no.",
            "Write yes or no, true or false, 1 or 0, and leave blank what is not known.",
        )
    said: list[int] = np.where(blank, -1, read).tolist()
    return said
