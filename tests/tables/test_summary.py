from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import ColumnSummary
from unchurn.modelling.splitting.split import groups
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.stated import UNSTATED, Stated
from unchurn.tables.summary import Survey, survey
from unchurn.tables.typing import type_batch

Surveyed = Callable[..., Survey]


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., ColumnSummary]:
    """Write cells as a CSV column and summarise it."""

    def looking(cells: list[str], name: str = "x", kind: str = "", **data: Any) -> ColumnSummary:
        lines = "".join(f'"{cell}",k\n' for cell in cells)
        (tmp_path / "t.csv").write_text(f"{name},other\n{lines}")
        given = Data(**data)
        forced = {name: kind} if kind else {}
        return survey(
            open_table("t.csv", given, tmp_path), given, Stated(forced), Silent()
        ).columns[0]

    return looking


def test_blank_and_spelled_missing_cells_are_counted(look: Callable[..., ColumnSummary]) -> None:
    """TotalCharges with blanks is a number column with missing cells."""
    found = look(["1", " ", "", "NA", "n/a", "NaN", "NULL", "?", "2.5"])
    assert (found.column.kind, found.missing, found.distinct) == ("number", 7, 2)
    assert (found.minimum, found.maximum, found.integers) == ("1", "2.5", False)


def test_none_and_unknown_are_values(look: Callable[..., ColumnSummary]) -> None:
    """`None` and `Unknown` say something; `-` does when nobody says it is missing."""
    found = look(["None", "Unknown", "-", "x"])
    assert (found.column.kind, found.missing, found.distinct) == ("category", 0, 4)
    assert look(["-", "1", "2"], missing=("-",)).column.kind == "number"


def test_a_missing_spelling_that_is_a_number_is_missing(look: Callable[..., ColumnSummary]) -> None:
    """[data] missing = ["999"] takes precedence over reading 999."""
    found = look(["1", "999", "3"], missing=("999",))
    assert (found.missing, found.maximum) == (1, "3")


def test_the_decimal_sign_is_decided_by_the_whole_column(
    look: Callable[..., ColumnSummary],
) -> None:
    """One unmistakable cell tells how the ambiguous ones are meant."""
    assert look(["1,234", "5,678"]).column.decimal == "."
    found = look(["1,234", "5,678", "1,5"])
    assert (found.column.decimal, found.maximum) == (",", "5.678")
    found = look(["1.234,50", "12"])
    assert (found.column.decimal, found.maximum) == (",", "1234.5")


def test_leading_zeros_make_codes(look: Callable[..., ColumnSummary]) -> None:
    """``007`` survives; so does every cell beside it."""
    found = look(["007", "12", "0"])
    assert (found.column.kind, found.leading_zeros, found.minimum) == ("category", 1, "0")
    found = look(["0003E03", "0004E03", "1299E99"])
    assert (found.column.kind, found.leading_zeros) == ("category", 2)


@pytest.mark.parametrize("name", ["Area Code", "zip", "postal_code", "ZIPCode", "Postcode"])
def test_codes_by_name_are_categories(look: Callable[..., ColumnSummary], name: str) -> None:
    """Area and postal codes are no quantities."""
    assert look(["415", "408"], name).column.kind == "category"


def test_two_valued_numbers_stay_numbers(look: Callable[..., ColumnSummary]) -> None:
    """0 and 1 are numbers, yes and no a category."""
    assert look(["0", "1", "1.0"]).column.kind == "number"
    assert look(["0", "1", "1.0"]).distinct == 2
    assert look(["yes", "no"]).column.kind == "category"


def test_infinities_are_missing_and_counted(look: Callable[..., ColumnSummary]) -> None:
    """inf and 1e400 have no value and do not hide the column's range."""
    found = look(["1", "inf", "1e400", "-Infinity", "3"])
    assert (found.column.kind, found.infinite, found.maximum) == ("number", 3, "3")


@pytest.mark.parametrize(("bad", "kind"), [(1, "number"), (3, "category")])
def test_a_few_unreadable_cells_do_not_unmake_a_number(
    look: Callable[..., ColumnSummary], bad: int, kind: str
) -> None:
    """Below 2% they are missing and counted; above, the column is a category."""
    found = look([str(n % 10) for n in range(100 - bad)] + ["oops"] * bad)
    assert (found.column.kind, found.unreadable) == (kind, bad if kind == "number" else 0)


def test_forced_kinds_are_obeyed(look: Callable[..., ColumnSummary]) -> None:
    """[columns] types overrules what the cells say."""
    assert look(["1", "2"], kind="category").column.kind == "category"
    assert look(["a", "2"], kind="number").unreadable == 1
    assert look(["20240131"], kind="date").minimum == "2024-01-31"


@pytest.mark.parametrize(
    ("cells", "sentinels"),
    [
        (["-999", "1", "2"], ("-999",)),
        (["-999.0", "-9999", "0"], ("-9999", "-999")),
        (["-999", "-5", "2"], ()),
        (["-999", "-999"], ()),
    ],
)
def test_numeric_sentinels_need_everything_else_to_be_positive(
    look: Callable[..., ColumnSummary], cells: list[str], sentinels: tuple[str, ...]
) -> None:
    """-999 is missing only where no other number is below zero."""
    found = look(cells)
    assert found.column.sentinels == sentinels
    assert found.missing == len(sentinels)


def test_date_sentinels_and_orders(look: Callable[..., ColumnSummary]) -> None:
    """9999-12-31 is never, and the order is decided by the column."""
    found = look(["2024-01-05", "9999-12-31", "1900-01-01"])
    assert (found.column.kind, found.missing, found.maximum) == ("date", 2, "2024-01-05")
    assert look(["01/02/2024", "31/01/2024"]).column.date_order == "dmy"
    assert look(["01/02/2024", "01/31/2024"]).column.date_order == "mdy"
    assert look(["2024-01-05 10:00"]).minimum == "2024-01-05 10:00:00"


def test_nearly_unique_words_are_text(look: Callable[..., ColumnSummary]) -> None:
    """Names and phone numbers are text; states are categories."""
    assert look([f"Name{n}" for n in range(300)]).column.kind == "text"
    assert look([f"{n:03d}-{n:04d}" for n in range(300)]).column.kind == "text"
    assert look([f"State{n % 51}" for n in range(300)]).column.kind == "category"


def test_an_all_missing_column_is_a_category_without_values(
    look: Callable[..., ColumnSummary],
) -> None:
    """Nothing is inferred from nothing."""
    found = look(["", "NA"])
    assert (found.column.kind, found.distinct, found.minimum) == ("category", 0, "")


def test_the_summary_does_not_depend_on_row_order(tmp_path: Path) -> None:
    """Shuffled rows give the same summary, beyond the limit of distinct cells too."""
    rows = [f"{n},{n % 7}.5,v{n % 40},{n * 37 % 1000 / 7:.3f}" for n in range(130_000)]
    found = []
    for _ in range(2):
        (tmp_path / "t.csv").write_text("id,b,c,d\n" + "\n".join(rows) + "\n")
        found.append(
            survey(open_table("t.csv", Data(), tmp_path), Data(), UNSTATED, Silent()).columns
        )
        random.Random(1).shuffle(rows)
    assert found[0] == found[1]
    assert found[0][0].distinct == 100_000
    assert found[0][0].top == ()


cell = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(float),
)


@settings(
    max_examples=25,
)
@given(
    numbers=st.lists(st.none() | cell, min_size=2, max_size=12),
    words=st.lists(
        st.none() | st.sampled_from(["a", "b", "Unknown", "-"]), min_size=12, max_size=12
    ),
)
def test_csv_parquet_and_json_lines_of_one_table_have_one_summary(
    tmp_path: Path, numbers: list[float | None], words: list[str | None]
) -> None:
    """The format of a file is no property of its customers."""
    import json

    table = {"n": [None if n is None else float(n) for n in numbers], "w": words[: len(numbers)]}
    rows = list(zip(table["n"], table["w"], strict=True))
    pq.write_table(pa.table(table), tmp_path / "t.parquet")
    text = [f"{'' if n is None else repr(n)},{w or ''}" for n, w in rows]
    (tmp_path / "t.csv").write_text("\n".join(["n,w", *text]) + "\n")
    lines = [json.dumps({"n": n, "w": w}) for n, w in rows]
    (tmp_path / "t.jsonl").write_text("\n".join(lines) + "\n")
    found = [
        survey(open_table(f"t.{suffix}", Data(), tmp_path), Data(), UNSTATED, Silent()).columns
        for suffix in ("csv", "parquet", "jsonl")
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    "ids",
    [
        [f"{n // 2}.1{'0' * (n % 2)}" for n in range(40)],
        [f"{n // 2}{'.0' * (n % 2)}" for n in range(40)],
        [f"2024-{'0' * (n % 2)}1-{n // 2 + 10}" for n in range(40)],
    ],
)
def test_ids_are_counted_as_text(tmp_path: Path, ids: list[str]) -> None:
    """7.1 and 7.10 are two customers, whose rows a split keeps apart; as a feature they are equal."""
    path = tmp_path / "t.csv"
    path.write_text("id,x\n" + "".join(f"{each},{n}\n" for n, each in enumerate(ids)))
    table = open_table(str(path), Data(), tmp_path)
    named = survey(table, Data(), UNSTATED, Silent(), ids=("id",)).columns[0]
    assert named.distinct == 40
    assert list(named.examples) == sorted(ids)[:5]
    assert survey(table, Data(), UNSTATED, Silent()).columns[0].distinct == 20
    (batch,) = table.batches(pytest.fail)
    typed = type_batch(batch, [replace(named.column, role="id")])
    contents = np.arange(40, dtype=np.uint64)
    assert len(np.unique(groups(typed["id"], contents, contents).keys)) == 40
