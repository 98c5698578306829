"""A file that says it has other rows than were read of it is not believed in silence."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.project import Data
from unchurn.tables import Table, open_table

ROWS = [f"C{n},{n % 7},x{n % 3},{n}.5" for n in range(40)]
HEADER = "id,calls,plan,fee"


def opened(folder: Path, *below: str, above: tuple[str, ...] = (), name: str = "t.csv") -> Table:
    """Write a table of 40 customers between lines, and read it."""
    (folder / name).write_text("\n".join([*above, HEADER, *ROWS, *below]) + "\n")
    return read(open_table(name, Data(), folder))


def read(table: Table, rows: int = 40) -> Table:
    assert sum(batch.num_rows for batch in table.batches(pytest.fail)) == rows
    return table


SHORT = [
    "500 customers",
    "500 customers,,,",
    "(500 rows affected)",
    "Page 1 of 3",
    "Seite 2 von 3",
    "... 440 more rows",
    "# \u2139 440 more rows",
    "Showing 1\u201340 of 2,000",
    "Showing 1 to 40 of 2.000 entries",
    "40 of 2000 records shown",
    "[500 rows x 4 columns]",
    "only showing top 20 rows",
    "Rows: 500",
    "Total customers: 1'500",
    "Count,500,,",
    "Anzahl: 500",
    "Anzahl Kunden: 500",
    "Anzahl der Kunden: 500",
    "Kundenanzahl: 500",
    "Nombre de clients : 500",
    "Número total de registros: 1.500",
    "Aantal klanten: 500",
    "Total rows: 500",
    "500 rows in set (0.01 sec)",
    "Results truncated",
    "Export limited to 40 rows",
    "CRM export (500 rows)",
    "500 customers, 12 churned",
    "Record count,500,,",
    "Total number of customers,500,,",
    "41 customers",
    "Showing 1 to 40 of 41 entries",
]


@pytest.mark.parametrize("line", SHORT)
def test_a_file_that_is_not_whole_says_so_first(tmp_path: Path, line: str) -> None:
    """Below the rows; the line is no customer and is quoted."""
    (found,) = opened(tmp_path, line).short
    assert found.grave
    assert line.split(",", maxsplit=1)[0] in found.words
    assert "40 rows were read" in found.words


@pytest.mark.parametrize(
    "line", ["Showing 1-40 of 2,000", "Total records;500", "Rows: 500", "Page 1 of 3"]
)
def test_the_same_above_the_header(tmp_path: Path, line: str) -> None:
    """A title may say it as well."""
    table = opened(tmp_path, above=("CRM export", line.replace(";", ",") + ",,"))
    assert [each.grave for each in table.short] == [True]


@pytest.mark.parametrize(
    "line",
    [
        *("40 customers", "(40 rows)", "41 lines", "Page 3 of 3", "Showing 1-40 of 40"),
        *(
            "Rows: 40",
            "Export limited to 1,000 rows",
            "Exported 2024-06-01 by CRM",
            "Total,,,812.5",
        ),
        *("12 customers churned", "Page 1", "Confidential: 2024 customers only"),
    ],
)
def test_what_agrees_or_says_nothing_is_no_difference(tmp_path: Path, line: str) -> None:
    """The number that was read, with or without the header; the last page; no number of rows."""
    assert opened(tmp_path, line).short == []


def test_more_rows_than_a_file_says_are_a_warning(tmp_path: Path) -> None:
    """Nobody is lost then: it may count something else."""
    (found,) = opened(tmp_path, "12 customers").short
    assert (found.grave, "check which is right" in found.words) == (False, True)


@pytest.mark.parametrize("line", ["41 rows", "Records: 41"])
def test_one_row_more_may_be_the_header(tmp_path: Path, line: str) -> None:
    """Whether one customer lacks cannot be known: it is said, and the list is not distrusted."""
    (found,) = opened(tmp_path, line).short
    assert (found.grave, "check which is right" in found.words) == (False, True)


def test_a_title_is_no_count(tmp_path: Path) -> None:
    """A year, the best hundred, a note on profiles."""
    above = ("Customers 2024", "Top 100 customers", "Incomplete profiles")
    assert opened(tmp_path, above=above).short == []


def test_pages_of_a_folder_are_whole_together(tmp_path: Path) -> None:
    """Each part says which page it is, or how many rows all have; a page that lacks is said."""
    (tmp_path / "many").mkdir()
    for page in (1, 2):
        rows = [f"{page}{row}" for row in ROWS]
        lines = [HEADER, *rows, f"Page {page} of 2", "80 rows"]
        (tmp_path / "many" / f"p{page}.csv").write_text("\n".join(lines))
    assert read(open_table("many", Data(), tmp_path), 80).short == []
    (tmp_path / "many" / "p2.csv").unlink()
    assert len(read(open_table("many", Data(), tmp_path)).short) == 2


def test_other_formats_and_partitions_say_it_too(tmp_path: Path) -> None:
    """A last row of Parquet that is a remark, and text in a folder that names a column."""
    table = pa.table({"id": [f"C{n}" for n in range(40)], "n": list(range(40)), "p": ["x"] * 40})
    remark = pa.table({"id": ["500 customers"], "n": pa.nulls(1), "p": pa.nulls(1)})
    pq.write_table(
        pa.concat_tables([table, remark], promote_options="permissive"), tmp_path / "t.parquet"
    )
    assert len(read(open_table("t.parquet", Data(), tmp_path)).short) == 1
    folder = tmp_path / "by" / "region=north"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("\n".join([HEADER, *ROWS, "500 rows"]))
    found = read(open_table("by", Data(), tmp_path))
    assert (len(found.short), found.lines["footer"]) == (1, 1)


@pytest.mark.parametrize("last", ["C40", "C40,3,x", 'C40,3,"x'])
def test_a_file_that_ends_amid_a_row_seems_cut_short(tmp_path: Path, last: str) -> None:
    """The last line has no end and too few cells: that is said gravely, before all else."""
    (tmp_path / "t.csv").write_text("\n".join([HEADER, *ROWS, last]))
    rejected: list[int] = []
    table = open_table("t.csv", Data(), tmp_path)
    list(table.batches(lambda row, *_: rejected.append(row)))
    assert rejected == [41]
    assert [(each.code, each.grave) for each in table.short] == [("cut-short", True)]
    assert "line 42" in table.said[0].words


@pytest.mark.parametrize("last", ["C40\n", "C40,3,x,1.5,9", "C40,3,x,1.5"])
def test_other_last_lines_do_not_seem_cut(tmp_path: Path, last: str) -> None:
    """A line that ends, one of too many cells, and a whole one without an end are none."""
    (tmp_path / "t.csv").write_text("\n".join([HEADER, *ROWS, last]))
    table = open_table("t.csv", Data(), tmp_path)
    list(table.batches(lambda *_: None))
    assert not table.short
