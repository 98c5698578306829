from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import Table, open_table, parquet_source, parts
from unchurn.tables.evidence import Evidence
from unchurn.tables.gathering import Callbacks, Ends, gather_here, joined_ends, taken
from unchurn.tables.last_rows import Below
from unchurn.tables.parts import Part, gathered, merged, parts_of
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import Survey, survey
from unchurn.tables.table import pass_over

CELLS = (
    "", "na", "-", "unknown", "0", "-1", "-999", "1", "01", "1.5", "1,5", "1,234", "1.234,5",
    "12345678901234567", "1e5", "inf", "5 MB", "3 tickets", "2 visits", "12 Cr", "€5", ">5", "20%",
    "yes", "no", "2024-01-31", "31/01/2024", "01/02/2024", "1.2.2024", "24-01-31", "31-01-99",
    "0000-00-00", "9999-12-31", "20240131", "1706659200", "45000", "2024-01", "2024-01-31T10:00Z",
)  # fmt: skip
NAMES = ("x", "start_date", "amount")


def whole_and_apart(table: Table, cuts: list[int]) -> tuple[Survey, Survey]:
    """Survey a table in one pass, and in parts cut after these rows."""
    seen = table.rows or sum(batch.num_rows for batch in table.batches(pass_over))
    ends = sorted({min(cut, seen) for cut in cuts} | {seen})

    def gather(table: Table, found: Mapping[str, Evidence], hears: Callbacks) -> Ends:
        rows = pa.Table.from_batches(table.batches(hears.reject)).combine_chunks()
        fresh, kept, begin = pickle.dumps(dict(found)), Ends(), 0
        for end in ends:
            part = pickle.loads(fresh)
            told = taken(rows.slice(begin, end - begin).to_batches(), part)
            for name, evidence in found.items():
                evidence.merge(pickle.loads(pickle.dumps(part[name])))
            kept, begin = joined_ends(kept, told), end
        hears.ended(table.files[0])
        return kept

    made = [
        survey(table, Data(), UNSTATED, Silent(), (), pass_over, ("x",), each)
        for each in (gather_here, gather)
    ]
    return made[0], made[1]


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(*(st.sampled_from(CELLS) for _ in NAMES)), min_size=3, max_size=40),
    st.lists(st.integers(1, 40), max_size=6),
)
def test_evidence_merged_is_evidence_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], cuts: list[int]
) -> None:
    path = tmp_path_factory.mktemp("parts") / "t.csv"
    text = "".join("k," + ",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    path.write_text("key," + ",".join(NAMES) + "\n" + text)
    whole, apart = whole_and_apart(open_table(str(path), Data(), path.parent), cuts)
    assert apart == whole


@pytest.mark.slow
def test_rows_alone_and_many_different_cells_are_merged(tmp_path: Path) -> None:
    lines = [
        f"{n * 7.3},{n % 11},id {n},{n} word{n % 80},2024-01-{n % 28 + 1:02}\n" for n in range(700)
    ]
    (tmp_path / "t.csv").write_text("a,b,x,w,on_date\n" + "".join(lines))
    table = open_table("t.csv", Data(), tmp_path)
    for cuts in (list(range(100)), [350], [1, 699]):
        whole, apart = whole_and_apart(table, cuts)
        assert apart == whole


def test_more_different_cells_than_are_kept_are_so_in_any_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from unchurn.tables.distinct import Distinct

    values = pa.array([f"v{n}" for n in range(12)])
    one = np.ones(12, np.int64)
    for limit, beyond in ((11, True), (12, False)):
        whole = Distinct(limit)
        for begin in range(0, 12, 5):
            part = Distinct(limit)
            part.add(values.slice(begin, 5), one[begin : begin + 5])
            whole.merge(part)
        found, rows = whole.items()
        assert (whole.beyond, len(found), int(rows.sum())) == (beyond, *(2 * [0 if beyond else 12]))
        assert (whole.least, whole.most) == ("v0", "v9")


def customers(rows: int, first: int = 0) -> pa.Table:
    """Rows with nulls, moments, native numbers and numbers as text, the last a total."""
    draw = np.random.default_rng(first)
    numbers = np.arange(first, first + rows)
    return pa.table(
        {
            "id": [f"C{n:05}" for n in numbers],
            "charge": pa.array(draw.normal(50, 9, rows).round(2), mask=draw.random(rows) < 0.1),
            "calls": pa.array(draw.integers(0, 9, rows)),
            "paid": [f"{value:,.2f}" for value in draw.random(rows) * 9000],
            "joined": pa.array([dt.datetime(2020, 1, 1) + dt.timedelta(int(n)) for n in numbers]),
            "churned": draw.choice(["yes", "no"], rows).tolist(),
        }
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_source, "batch_rows", lambda width: 256)
    monkeypatch.setattr(parts, "FEWEST", 1)


def parted_rows(cut: list[Part]) -> Iterator[pa.RecordBatch]:
    for part in cut:
        yield from pickle.loads(pickle.dumps(part)).batches(Below())


def surveyed(table: Table, wanted: int) -> tuple[Survey, list[str]]:
    ended: list[str] = []

    def gather(table: Table, found: Mapping[str, Evidence], hears: Callbacks) -> Ends:
        cut = parts_of(table, wanted)
        fresh = pickle.dumps(dict(found))
        answers = [pickle.loads(pickle.dumps(gathered(part, pickle.loads(fresh)))) for part in cut]

        def end(path: Path) -> None:
            ended.append(path.name)
            hears.ended(path)

        return merged(table, zip(cut, answers, strict=True), found, replace(hears, ended=end))

    return survey(table, Data(), UNSTATED, Silent(), ("churned",), gather=gather), ended


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("groups", [100, 256, 700, 5000])
@pytest.mark.parametrize("wanted", [1, 3, 100])
def test_parts_yield_the_batches_of_the_whole(tmp_path: Path, groups: int, wanted: int) -> None:
    pq.write_table(customers(1500), tmp_path / "t.parquet", row_group_size=groups)
    table = open_table("t.parquet", Data(), tmp_path)
    cut = parts_of(table, wanted)
    assert len(cut) == {1: 1, 3: 3, 100: 5}[wanted]
    whole = list(table.batches(pass_over))
    found = list(parted_rows(cut))
    assert [each.num_rows for each in found] == [each.num_rows for each in whole]
    assert found == whole


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("wanted", [2, 7, 100])
def test_files_their_totals_and_other_headers_are_as_one_pass_has_them(
    tmp_path: Path, wanted: int
) -> None:
    (tmp_path / "t").mkdir()
    for number, rows in enumerate((900, 256, 1300, 40)):
        made = customers(rows, number * 2000)
        total = pa.table({"id": ["Total"], "calls": [rows * 4]})
        made = pa.concat_tables([made, total], promote_options="default") if number % 2 else made
        if number == 2:
            made = made.select(["churned", "joined", "paid", "id", "charge", "calls"])
            made = made.rename_columns(["Churned", "joined", "paid", "id", "charge", "calls"])
        pq.write_table(made, tmp_path / "t" / f"{number}.parquet")
    table = open_table("t", Data(), tmp_path)
    whole = survey(table, Data(), UNSTATED, Silent(), ("churned",))
    told, short = list(table.told), table.short
    assert told
    again = replace(open_table("t", Data(), tmp_path))
    apart, ended = surveyed(again, wanted)
    assert apart == whole
    assert (again.told, again.short) == (told, short)
    assert ended == [path.name for path in table.files]
    assert [b.to_pylist() for b in parted_rows(parts_of(table, wanted))] == [
        b.to_pylist() for b in table.batches(pass_over)
    ]


def test_the_same_is_read_where_a_copy_was_sent(tmp_path: Path) -> None:
    pq.write_table(customers(50), tmp_path / "t.parquet")
    table = open_table("t.parquet", Data(), tmp_path)
    from unchurn.tables.engines.shared_folder import Exchange
    from unchurn.tables.parts import sent

    there = Exchange(str(tmp_path / "shared")).copied(tmp_path / "t.parquet", "source/0")
    whole = list(table.batches(pass_over))
    (tmp_path / "t.parquet").unlink()
    assert list(parted_rows(sent(parts_of(table, 2), [there]))) == whole
