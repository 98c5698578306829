"""Blank and repeated ids of a list: said with a count and examples, nobody dropped."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.artefacts import ROW, Column
from unchurn.tables import arriving_ids
from unchurn.tables.arriving_ids import ArrivingIds
from unchurn.tables.typing import type_batch

ID = Column("cid", "text", "id")
DAY = Column("day", "date", "snapshot")


def said(*batches: list[str | None], days: list[str] | None = None) -> list[tuple[str, int, str]]:
    """Look at ids batch by batch."""
    columns = (ID, DAY) if days else (ID,)
    looked, row = ArrivingIds(columns), 1
    for cells in batches:
        rows = pa.array(range(row, row + len(cells)), pa.int64())
        arrays = {ROW: rows, "cid": pa.array(cells, pa.string())}
        batch = pa.record_batch(arrays | ({"day": pa.array(days)} if days else {}))
        looked.look(type_batch(batch, columns))
        row += len(cells)
    return [(each.code, each.count, each.words) for each in looked.findings()]


def test_blank_ids_are_named_by_their_rows() -> None:
    """Empty ones and nulls alike; the first rows are shown."""
    assert said(["a", "", "b"]) == [
        ("blank-ids", 1, "1 customer has no 'cid' (row 2): scored, but not to be told apart.")
    ]
    ((code, count, words),) = said(["a", None, " "], ["", "b"], [""])
    assert (code, count) == ("blank-ids", 4)
    assert "(rows 2, 3, 4, …)" in words


def test_repeated_ids_are_shown() -> None:
    """Within a batch and across; blank ones are no repeats of each other."""
    assert said(["a", "b"], ["c", "a"], ["a"]) == [
        ("repeated-ids", 2, "2 rows repeat the 'cid' of an earlier one: 'a'; each row is scored.")
    ]
    ((_, count, words),) = said([*"abcdef", *"abcde"])
    assert count == 5
    assert "'a', 'b', 'c', …" in words
    assert said([*"abc"], [*"def"]) == []


def test_ids_without_another_value_are_named() -> None:
    """They may head groups; a table of which one column is full has none, and so has one of one column."""
    columns = (ID, Column("fee", "number"), Column("plan", "category"))

    def heads(fees: list[str | None], plans: list[str | None]) -> list[tuple[str, int]]:
        looked = ArrivingIds(columns)
        ids = ["Region 1", "C1", "", "C2"]
        cells = pa.record_batch({ROW: [1, 2, 3, 4], "cid": ids, "fee": fees, "plan": plans})
        looked.look(type_batch(cells, columns))
        found = {each.code: each for each in looked.findings()}
        assert "bare-ids" not in found or "(row 1; 'Region 1')" in found["bare-ids"].words
        return [(code, each.count) for code, each in found.items() if code == "bare-ids"]

    assert heads(["", "1", "", "2"], ["", "pro", "", ""]) == [("bare-ids", 1)]
    assert heads(["", "1", "", "2"], ["pro", "pro", "", ""]) == []
    assert heads(["0", "1", "2", "2"], ["", "", "", ""]) == []
    assert {code for code, *_ in said(["Region 1"])} == set()


def test_customers_of_another_day_are_no_repeats() -> None:
    """A panel has a row for each customer and snapshot."""
    assert said(["a", "a", "b"], days=["2024-01-01", "2024-02-01", "2024-02-01"]) == []
    ((code, count, _),) = said(["a", "a", "a"], days=["2024-01-01", "2024-02-01", "2024-02-01"])
    assert (code, count) == ("repeated-ids", 1)


def test_a_list_too_long_to_compare_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the list."""
    monkeypatch.setattr(arriving_ids, "MOST", 4)
    ((_, count, words),) = said([*"abab"], [*"abcd"])
    assert count == 2
    assert "(of the first 4 rows)" in words


@given(st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), max_size=9), max_size=9))
def test_repeats_are_counted_as_a_set_would(batches: list[list[str]]) -> None:
    """However the list is cut into batches."""
    cells = Counter(each for batch in batches for each in batch)
    found = said(*[list(batch) for batch in batches])
    assert sum(count for _, count, _ in found) == sum(cells.values()) - len(cells)
