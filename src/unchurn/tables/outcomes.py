"""What became of customers, read from a file: ids with contacted, accepted, churned, revenue, any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW
from unchurn.errors import CustomersError, DataError, counted, listing
from unchurn.project import Data
from unchurn.tables.amounts import read_amounts
from unchurn.tables.cells import Missing, as_id, as_text, missing_spellings, present
from unchurn.tables.contact_list import CUSTOMER
from unchurn.tables.leaving import CHURNED, LEFT_ON, find_answers
from unchurn.tables.matching import find_column, fold
from unchurn.tables.opening import open_table
from unchurn.tables.table import pass_over
from unchurn.tables.truth import sides_of_answers

FACTS = ("contacted", "accepted", CHURNED)
REVENUE = "revenue"


@dataclass(frozen=True)
class ToldOutcomes:
    """Facts by id and name, amounts in currency by id, and how many cells said the same again."""

    facts: dict[tuple[str, str], bool]
    revenue: dict[str, float]
    again: int


def read_outcomes(path: str, key: str, answers: tuple[str, ...], data: Data) -> ToldOutcomes:
    """Read what became of customers; `key` names the column of ids, else it is the one of a campaign's list of everybody.

    A blank, or what is missing in a table, says nothing.

    `answers` are columns that say who churned where there is none called so. Raises `DataError` for a file without ids or outcomes, or with days
    of leaving instead of who churned, for a cell that is neither yes nor no, or no amount, and for two rows that contradict each other.
    """
    table = open_table(path, Data(missing=data.missing), Path.cwd())
    ids = find_column(key, table.columns) or find_column(CUSTOMER, table.columns)
    wanted = (*FACTS, REVENUE)
    rest = [each for each in table.columns if each != ids]
    headers = {each: find_column(each, rest) for each in wanted if each != CHURNED}
    headers[CHURNED] = find_answers(rest, answers)
    found = {each: header for each in wanted if (header := headers[each])}
    if ids is None or not found:
        raise DataError(
            f"{path} has no column {key!r} of ids beside one of {listing(wanted)}; it has "
            f"{listing(table.columns, 12)}.",
            f"Give ids (under {key!r}, or {CUSTOMER!r} as in the list of --members) and what became of them: yes or no, or an amount; a blank where it is not known.",
        )
    if CHURNED not in found:
        _refuse_days(path, table.columns)
    money = found.pop(REVENUE, "")
    facts: dict[tuple[str, str], bool] = {}
    names: list[str] = []
    cells: list[pa.Array] = []
    told, spelled = 0, missing_spellings(data.missing)
    for batch in table.batches(pass_over, [ids, *found.values(), *([money] if money else [])]):
        own = pc.utf8_trim_whitespace(as_id(batch.column(ids))).to_pylist()
        for fact, header in found.items():
            told += _add_facts(facts, fact, own, _read(batch, header, path, spelled), path)
        if money:
            names += own
            cells.append(present(as_text(batch.column(money)), spelled))
    revenue, paid = read_amounts(names, cells, money, path, table.delimiter) if money else ({}, 0)
    return ToldOutcomes(facts, revenue, told - len(facts) + paid - len(revenue))


def _refuse_days(path: str, columns: Sequence[str]) -> None:
    """Raise `DataError` for days of leaving, which `read_leaving` reads: passed over, nobody would have left."""
    if days := [each for each in columns if fold(each) == fold(LEFT_ON)]:
        raise DataError(
            f"{path} has {days[0]!r}, days of leaving, and no {CHURNED!r}; of a campaign's customers days are not read.",
            f"Add a column {CHURNED}: yes for whoever left before the campaign's end, no for the others.",
        )


def _add_facts(
    facts: dict[tuple[str, str], bool], fact: str, names: list[str], said: list[int], path: str
) -> int:
    """Add what a column says of customers, and return of how many it says anything."""
    told = 0
    for name, value in zip(names, said, strict=True):
        if not name or value < 0:
            continue
        if facts.setdefault((name, fact), bool(value)) != bool(value):
            raise CustomersError(
                f"{path} says of {name!r} both yes and no: {fact}.",
                "Leave one row a customer, or make them agree.",
                f"The file says of a customer both yes and no: {fact}.",
            )
        told += 1
    return told


def _read(batch: pa.RecordBatch, header: str, path: str, spelled: Missing) -> list[int]:
    """Read yes as 1, no as 0, a blank and what is `spelled` so as -1."""
    cells = present(as_text(batch.column(header)), spelled)
    read = sides_of_answers(cells)
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
