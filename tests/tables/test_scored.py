"""A list in the order people read it: the first rows, or all of them, never with more memory."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ConfigError
from unchurn.tables import scored
from unchurn.tables.output import write_scores
from unchurn.tables.scored import AS_SCORED, MOST, Arrangement, top_scores


def listed(folder: Path, rows: list[tuple], how: Arrangement, suffix: str = ".parquet") -> Path:
    """Write rows of (id, probability, expected_value) as a list."""
    ids, chances, worth = zip(*rows, strict=True) if rows else ((), (), ())
    table = pa.table(
        {
            "Phone": pa.array(ids, pa.string()),
            "probability": pa.array(chances, pa.float64()),
            "expected_value": pa.array(worth, pa.float64()),
            "place": pa.array(range(len(ids)), pa.int64()),
        }
    )
    pq.write_table(table, folder / "scores.parquet", row_group_size=7)
    (folder / "rejects.csv").write_text("row_number,line,reason,text\n")
    out = folder / f"list{suffix}"
    write_scores(folder / "scores.parquet", folder / "rejects.csv", out, arrangement=how)
    return out


FEW = st.sampled_from([0.0, 0.25, 0.5, 1.0])
LISTS = st.lists(st.tuples(st.sampled_from("abc"), FEW, st.none() | FEW), max_size=40)


def wanted(rows: list[tuple], by: str) -> list[int]:
    """Sort places in plain Python: the value, the id, the place; unknown values last."""
    at = {"probability": 1, "expected_value": 2}.get(by)

    def key(place: int) -> tuple:
        row = rows[place]
        if at is None:
            return (row[0], place)
        return (row[at] is None, -(row[at] or 0.0), row[0], place)

    return sorted(range(len(rows)), key=key)


@settings(
    max_examples=40,
)
@given(rows=LISTS, by=st.sampled_from(list(scored.SORTS)), most=st.integers(1, 50))
def test_sorted_and_first_are_what_python_sorts(tmp_path, monkeypatch, rows, by, most) -> None:
    """However the list is cut into batches and parts; ties by id, then by place."""
    monkeypatch.setattr(scored, "_ROWS", 5 * 16)
    monkeypatch.setattr(scored, "_RUN_BYTES", 300)
    right = wanted(rows, by)
    whole = pq.read_table(listed(tmp_path, rows, Arrangement(by)))
    assert whole["place"].to_pylist() == right
    top = pq.read_table(listed(tmp_path, rows, Arrangement(by, most)))
    assert top["place"].to_pylist() == right[:most]
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "list.parquet", "rejects.csv", "scores.parquet",
    ]  # fmt: skip


ROWS = [("b", 0.123456, 2.675), ("a", 0.123456, None), ("c", 0.9, 1e300)]


def test_csv_json_lines_and_parquet_are_arranged_alike(tmp_path: Path) -> None:
    """The same rows in the same order, rounded; figures beyond decimals are left as they are."""
    how = Arrangement.of("probability", 2, 2)
    lines = listed(tmp_path, ROWS, how, ".csv").read_text().splitlines()
    assert lines[1:] == ["c,0.9,1e+300,2", "a,0.12,,1"]
    rows = listed(tmp_path, ROWS, how, ".jsonl").read_text().splitlines()
    assert [json.loads(each)["probability"] for each in rows] == [0.9, 0.12]
    table = pq.read_table(listed(tmp_path, ROWS, how))
    assert table["probability"].to_pylist() == [0.9, 0.12]


def test_rounding_comes_after_sorting(tmp_path: Path) -> None:
    """Rows that look alike when rounded keep the order of what was computed."""
    rows = [("a", 0.111, 0.0), ("b", 0.112, 0.0)]
    table = pq.read_table(listed(tmp_path, rows, Arrangement.of("probability", None, 1)))
    assert table["Phone"].to_pylist() == ["b", "a"]
    assert table["probability"].to_pylist() == [0.1, 0.1]


def test_a_list_as_scored_is_the_scores_to_the_byte(tmp_path: Path) -> None:
    """Without an arrangement nothing is read and written anew."""
    out = listed(tmp_path, ROWS, AS_SCORED)
    assert out.read_bytes() == (tmp_path / "scores.parquet").read_bytes()
    assert listed(tmp_path, ROWS, AS_SCORED, ".csv").read_text().splitlines()[1] == (
        "b,0.123456,2.675,0"
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"top": 0}, "--top is 0; it must be between 1 and 100,000"),
        ({"top": -5}, "--top is -5; it must be between 1"),
        ({"top": MOST + 1}, "--top is 100,001"),
        ({"digits": 20}, "--round is 20; it must be between 1 and 10"),
        ({"digits": 0}, "--round is 0"),
        ({"sort": "risk"}, "--sort is 'risk'"),
        ({"sort": "expected_value"}, "clv is not given"),
    ],
)
def test_what_cannot_be_is_refused_in_words(asked: dict, words: str) -> None:
    """With the value seen and the bounds."""
    with pytest.raises(ConfigError, match=words):
        Arrangement.of(**asked)


def test_the_first_are_by_worth_where_there_are_costs() -> None:
    """And by probability otherwise; a sort that is named wins."""
    assert Arrangement.of(top=5, costs=True).sort == "expected_value"
    assert Arrangement.of(top=5).sort == "probability"
    assert Arrangement.of("id", 5, costs=True).sort == "id"
    assert Arrangement.of("expected-value", costs=True).sort == "expected_value"
    assert Arrangement.of(digits=2, costs=True) == Arrangement(digits=2)


def test_the_riskiest_are_plain_rows(tmp_path: Path) -> None:
    """Ties by id; a list shorter than asked for is whole."""
    listed(tmp_path, ROWS, AS_SCORED)
    assert [row["Phone"] for row in top_scores(tmp_path / "scores.parquet", 9)] == ["c", "a", "b"]


@pytest.mark.parametrize("how", [Arrangement("probability", 50), Arrangement("id")])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, monkeypatch, how: Arrangement) -> None:
    """Four times the rows take the same memory of Arrow's, sorted or cut."""
    monkeypatch.setattr(scored, "_ROWS", 1000)
    monkeypatch.setattr(scored, "_RUN_BYTES", 64_000)

    def peak(rows: int) -> int:
        names = [f"{number * 7919 % rows:09}" for number in range(rows)]
        listed(tmp_path, [(name, 1 / (1 + int(name)), 0.0) for name in names], AS_SCORED)
        before = pa.default_memory_pool()
        counted = pa.proxy_memory_pool(pa.system_memory_pool())
        pa.set_memory_pool(counted)
        try:
            files = tmp_path / "scores.parquet", tmp_path / "rejects.csv", tmp_path / "out.csv"
            write_scores(*files, arrangement=how)
        finally:
            pa.set_memory_pool(before)
        return counted.max_memory()

    small, large = peak(10_000), peak(40_000)
    assert large < 1.5 * small, (small, large)
