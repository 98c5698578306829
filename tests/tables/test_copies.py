"""Copies among the files of a table are refused by their bytes and named by their names."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.copies import copied_by_name
from unchurn.tables.table import pass_over


def table_of(rows: int) -> pa.Table:
    return pa.table({"id": [f"C{n}" for n in range(rows)], "x": list(range(rows))})


def as_csv(table: pa.Table, path: Path) -> None:
    path.write_text("".join(f"{a},{b}\n" for a, b in [("id", "x"), *zip(*table.to_pydict().values(), strict=True)]))  # fmt: skip


def as_json(table: pa.Table, path: Path) -> None:
    import json

    path.write_text(json.dumps(table.to_pylist()))


WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {
    "csv": as_csv,
    "json": as_json,
    "parquet": pq.write_table,
    "arrow": lambda table, path: feather.write_feather(table, str(path)),
}


def rows(folder: Path) -> int:
    table = open_table(str(folder), Data(), folder)
    return sum(batch.num_rows for batch in table.batches(pass_over))


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_same_bytes_twice_are_refused(tmp_path: Path, suffix: str) -> None:
    """Under any name; the message names both, the original first, and the way on."""
    for name, size in (("Copy of b", 30), ("b", 30), ("a", 12)):
        WRITERS[suffix](table_of(size), tmp_path / f"{name}.{suffix}")
    with pytest.raises(DataError) as caught:
        open_table(".", Data(), tmp_path)
    assert f"Copy of b.{suffix} holds the very bytes of b.{suffix}" in caught.value.message
    assert "name the files to read with a glob" in caught.value.hint
    assert rows(tmp_path / f"b.{suffix}") == 30


def test_under_different_values_of_a_column_they_are_two(tmp_path: Path) -> None:
    """Folders that name a column tell the customers apart; within one of them nothing does."""
    for region in ("north", "south"):
        (tmp_path / f"t/region={region}").mkdir(parents=True)
        as_csv(table_of(30), tmp_path / f"t/region={region}/part-0.csv")
    assert rows(tmp_path / "t") == 60
    as_csv(table_of(30), tmp_path / "t/region=south/part-1.csv")
    with pytest.raises(DataError, match=r"part-1.csv holds the very bytes of part-0.csv"):
        rows(tmp_path / "t")


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_parts_without_rows_are_nothing_twice(tmp_path: Path, suffix: str) -> None:
    """Writers of parts leave empty ones, all of the same bytes."""
    for number, size in enumerate((30, 0, 0, 0)):
        WRITERS[suffix](table_of(size), tmp_path / f"part-{number}.{suffix}")
    assert rows(tmp_path) == 30
    assert open_table(".", Data(), tmp_path).notes == []


def test_tiny_parts_are_read_and_said(tmp_path: Path) -> None:
    """A few rows may be the same by chance, where a table has no ids."""
    for number in range(3):
        as_csv(table_of(2), tmp_path / f"part-{number}.csv")
    as_csv(table_of(5), tmp_path / "part-3.csv")
    assert rows(tmp_path) == 11
    (said,) = open_table(".", Data(), tmp_path).notes
    assert (said.code, said.severity, said.count) == ("same-files", "warning", 3)


@pytest.mark.parametrize(
    "copy",
    [
        "a_backup.csv", "Copy of a.csv", "a (1).csv", "a - Copy.csv", "a copy 2.csv", "A_OLD.csv",
        "a - Kopie (2).csv", "Kopie von a.csv", "backup_a.csv", "a_bak_2024-01-31.csv", "a.csv.gz",
        "a.xlsx", "a (1) - copy.tsv", "a_orig.csv",
    ],
)  # fmt: skip
def test_a_name_that_says_copy_is_said(copy: str) -> None:
    """However programs and persons call it, beside what it is a copy of."""
    (said,) = copied_by_name([Path("t/a.csv"), Path("t") / copy])
    assert said.words.startswith(f"{copy!r} looks like a copy of 'a.csv'")
    assert said.severity == "warning"


@pytest.mark.parametrize(
    "names",
    [
        ("a.csv", "a_2.csv", "a_3.csv"),
        ("part-00000.csv", "part-00001.csv"),
        ("2024-01.csv", "2024-02.csv"),
        ("de_a.csv", "a.csv", "of_a.csv"),
        ("a_old.csv", "b.csv"),
        ("copy.csv", "backup.csv", "old.csv"),
        ("customers.csv", "customers_north.csv", "bold.csv", "b.csv"),
    ],
)
def test_other_names_say_nothing(names: tuple[str, ...]) -> None:
    """Parts, months, countries, and copies of what is not there."""
    assert copied_by_name([Path(name) for name in names]) == []


def test_copies_come_first_among_what_is_said(tmp_path: Path) -> None:
    """Before notes on how each file was read."""
    as_csv(table_of(30), tmp_path / "a.csv")
    (tmp_path / "a_old.csv").write_bytes(b"id,x\n" + b"caf\xe9,1\n" * 20)
    notes = open_table(".", Data(), tmp_path).notes
    assert [note.code for note in notes] == ["named-as-copy", "encoding-guessed"]


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (("export_1_of_3", "export_3_of_3"), "1 part of 3 of 'export' is not there: '2'"),
        (("part 2 von 4",), "3 parts of 4 of 'part' are not there: '1', '3', '4'"),
        (("t-00000-of-00003", "t-00002-of-00003"), "1 part of 3 of 't' is not there: '1'"),
        (("export_1_of_2", "export_2_of_2", "other"), ""),
        (("1of2-north", "2of2-north", "1of1-south"), ""),
        (("best_7_of_3", "july_2024"), ""),
    ],
)
def test_a_part_of_a_set_that_is_not_there_is_said(
    tmp_path: Path, names: tuple[str, ...], missing: str
) -> None:
    """Names count them; a set that is whole, or counts nothing, is nothing to say."""
    for place, name in enumerate(names):
        as_csv(table_of(12 + place), tmp_path / f"{name}.csv")
    said = [f for f in open_table(".", Data(), tmp_path).notes if f.code == "missing-parts"]
    assert len(said) == bool(missing)
    assert all(missing in each.words for each in said)
