"""The same customers in every format: the same typed table, or words for why not."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.artefacts import ROW
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import survey
from unchurn.tables.typing import type_batch
from workbooks import workbook

NAMES = ("id", "tenure", "plan", "since", "charge")
ROWS = [
    (f"00{700 + n}", n % 31, ("Basic", "Plus, 5G", "Größe")[n % 3], f"2024-0{1 + n % 9}-1{n % 9}",
     None if n % 11 == 0 else n * 1.25)
    for n in range(60)
]  # fmt: skip
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]


def csv_text() -> bytes:
    lines = [",".join(NAMES)]
    lines += [f'{i},{t},"{p}",{s},{"" if c is None else c}' for i, t, p, s, c in ROWS]
    return ("\n".join(lines) + "\n").encode()


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def arrow(stream: bool) -> bytes:
    table = pa.Table.from_pylist(RECORDS)
    sink = io.BytesIO()
    make = pa.ipc.new_stream if stream else pa.ipc.new_file
    with make(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=17)
    return sink.getvalue()


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(RECORDS), sink)
    return sink.getvalue()


def columns_of_cells() -> bytes:
    found = {name: {str(n): row[at] for n, row in enumerate(ROWS)} for at, name in enumerate(NAMES)}
    return json.dumps(found).encode()


LINES = "\n".join(map(json.dumps, RECORDS)).encode()
FORMATS: dict[str, Callable[[], bytes]] = {
    "t.csv.gz": lambda: gzip.compress(csv_text()),
    "t.csv.bz2": lambda: bz2.compress(csv_text()),
    "t.csv.zst": lambda: pa.compress(csv_text(), codec="zstd", asbytes=True),
    "t.zip": lambda: zipped({"in/t.csv": csv_text(), "__MACOSX/._t.csv": b"x"}),
    "lines.zip": lambda: zipped({"t.jsonl": LINES}),
    "t.jsonl": lambda: LINES,
    "t.jsonl.zst": lambda: pa.compress(LINES, codec="zstd", asbytes=True),
    "list.json": lambda: json.dumps(RECORDS).encode(),
    "indented.json": lambda: json.dumps(RECORDS, indent=2).encode(),
    "columns.json": columns_of_cells,
    "index.json": lambda: json.dumps({str(n): r for n, r in enumerate(RECORDS)}).encode(),
    "split.json": lambda: json.dumps({"columns": NAMES, "index": [], "data": ROWS}).encode(),
    "table.json": lambda: json.dumps(
        {"schema": {"primaryKey": ["index"]}, "data": [{"index": 0, **r} for r in RECORDS]}
    ).encode(),
    "lists.json": lambda: json.dumps(
        {name: [row[at] for row in ROWS] for at, name in enumerate(NAMES)}
    ).encode(),
    "answer.json": lambda: json.dumps({"total": 60, "customers": RECORDS}).encode(),
    "t.parquet": parquet,
    "t.feather": lambda: arrow(stream=False),
    "t.arrow": lambda: arrow(stream=True),
    "t.xlsx": lambda: workbook(Data=[NAMES, *ROWS]),
    "titled.xlsx": lambda: workbook(
        Notes=[("see the other sheet",)], Data=[("Customers at risk",), (), NAMES, *ROWS]
    ),
    "no suffix": csv_text,
    "lines.csv": lambda: LINES,
    "list.txt": lambda: json.dumps(RECORDS).encode(),
    "text.parquet": csv_text,
    "text.json": csv_text,
    "text.xlsx": csv_text,
    "parquet.csv": parquet,
    "workbook.xls": lambda: workbook(Data=[NAMES, *ROWS]),
}


def typed(location: Path, data: Data | None = None) -> pa.Table:
    """Read and type a table as training does."""
    data = data or Data()
    table = open_table(str(location), data, location.parent)
    columns = [each.column for each in survey(table, data, UNSTATED, Silent()).columns]

    def reject(row: int, reason: str, text: str, line: int = 0) -> None:
        raise AssertionError(f"row {row}: {reason}")

    batches = [type_batch(b.drop_columns([ROW]), columns) for b in table.batches(reject)]
    return pa.Table.from_batches(batches).select(NAMES).combine_chunks()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_table(tmp_path: Path, name: str) -> None:
    """Types, blanks, zeros in front and commas inside, whatever they were packed in."""
    (tmp_path / "plain.csv").write_bytes(csv_text())
    (tmp_path / name).write_bytes(FORMATS[name]())
    assert typed(tmp_path / name).equals(typed(tmp_path / "plain.csv"))


def test_streams_of_bzip2_are_all_read_or_refused(tmp_path: Path) -> None:
    """Parallel packers write many: one flipped bit must not end the table there."""
    text = csv_text()
    cut = text.index(b"\n", len(text) // 2) + 1
    first, second = bz2.compress(text[:cut]), bz2.compress(text[cut:])
    (tmp_path / "plain.csv").write_bytes(text)
    (tmp_path / "t.csv.bz2").write_bytes(first + second)
    assert typed(tmp_path / "t.csv.bz2").equals(typed(tmp_path / "plain.csv"))
    for damaged in (b"XZh9" + second[4:], second[:-3], second + b"more"):
        (tmp_path / "t.csv.bz2").write_bytes(first + damaged)
        with pytest.raises(DataError, match=r"damaged or cut short|cannot be read to its end"):
            typed(tmp_path / "t.csv.bz2")


def test_folders_that_name_a_column_give_it_back(tmp_path: Path) -> None:
    """plan=… folders of Parquet and of CSV, percent signs decoded, nested."""
    (tmp_path / "plain.csv").write_bytes(csv_text())
    root = tmp_path / "table"
    for plan, place in (
        ("Basic", "Basic"),
        ("Plus, 5G", "Plus%2C 5G"),
        ("Größe", "Gr%C3%B6%C3%9Fe"),
    ):
        rows = [{k: v for k, v in r.items() if k != "plan"} for r in RECORDS if r["plan"] == plan]
        folder = root / f"plan={place}"
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows), folder / "part-0.parquet")
    found, plain = typed(root), typed(tmp_path / "plain.csv")
    assert found.sort_by("id").equals(plain.sort_by("id"))
    pq.write_table(pa.Table.from_pylist(RECORDS[:5]), folder / "part-1.parquet")
    with pytest.raises(DataError, match=r"compared with|says plan="):
        typed(root)


@pytest.mark.parametrize("first", ["C", "10", "00"])
@pytest.mark.parametrize("by", ["column", "row", "split"])
def test_labels_of_rows_that_name_customers_are_a_column(
    tmp_path: Path, by: str, first: str
) -> None:
    """pandas keeps a table's index apart; where it does not count, nothing of it is lost."""
    rows = [(n, ("Basic", "Plus")[n % 2], n * 1.5) for n in range(40)]
    labels = [f"{first}{n:02}" for n in range(40)]
    names = ("tenure", "plan", "charge")
    made: dict[str, Any] = {
        "column": {
            name: {label: row[at] for label, row in zip(labels, rows, strict=True)}
            for at, name in enumerate(names)
        },
        "row": {
            label: dict(zip(names, row, strict=True))
            for label, row in zip(labels, rows, strict=True)
        },
        "split": {"columns": names, "index": labels, "data": rows},
    }
    (tmp_path / "t.json").write_text(json.dumps(made[by]))
    table = open_table("t.json", Data(), tmp_path)
    assert table.columns == ("index", *names)
    found = [row for batch in table.batches(pytest.fail) for row in batch.to_pylist()]
    assert [row["index"] for row in found] == labels
    assert [row["plan"] for row in found] == [row[1] for row in rows]


@pytest.mark.parametrize(
    "beside", ["b.csv", "other/b.csv", "region=south/deep/b.csv", "region=north/month=1/b.csv"]
)
def test_no_file_beside_named_folders_is_passed_over(tmp_path: Path, beside: str) -> None:
    """Whose customers they are cannot be told: refused, never left out in silence."""
    for name in ("region=north/a.csv", "region=south/a.csv", beside):
        path = tmp_path / "table" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("id,x\na,1\n")
    with pytest.raises(DataError, match="beside"):
        open_table("table", Data(), tmp_path)


@pytest.mark.parametrize("location", ["table", "table/month=*/*.csv"])
@pytest.mark.parametrize("own", ["month", "x"])
def test_what_a_folder_names_agrees_with_its_files(tmp_path: Path, location: str, own: str) -> None:
    """month=01 is the file's own 1, and a column where it has none; under a glob too."""
    for month in (1, 2):
        folder = tmp_path / f"table/month=0{month}"
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text(f"id,{own}\na,{month}\n")
    table = open_table(location, Data(), tmp_path)
    assert table.columns == tuple(dict.fromkeys(["id", own, "month"]))
    assert sum(batch.num_rows for batch in table.batches(pytest.fail)) == 2


def test_a_suffix_that_misleads_is_said(tmp_path: Path) -> None:
    """Read by what is inside, with a note."""
    (tmp_path / "t.csv").write_bytes(parquet())
    table = open_table("t.csv", Data(), tmp_path)
    assert [note.code for note in table.notes] == ["suffix-misleads"]


def test_a_return_in_a_cell_of_a_sheet_ends_no_row(tmp_path: Path) -> None:
    """Systems leave one behind their text; it is part of the cell, or padding of it."""
    rows = [("id", "note", "x"), *((f"C{n}", f"a{'_x000D_' * (n % 2)}b", n) for n in range(9))]
    (tmp_path / "t.xlsx").write_bytes(workbook(A=rows))
    table = open_table("t.xlsx", Data(), tmp_path)
    (batch,) = table.batches(pytest.fail)
    assert batch.column("note").to_pylist() == ["ab", "a\rb"] * 4 + ["ab"]


def test_a_sheet_named_of_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    """It chooses nothing there: the file may not be the one that was meant."""
    (tmp_path / "t.csv").write_text("id,x\na,1\nb,2\n")
    (tmp_path / "t.parquet").write_bytes(parquet())
    for name in ("t.csv", "t.parquet"):
        (note,) = open_table(name, Data(sheet="North"), tmp_path).notes
        assert (note.code, "'North'" in note.words, name in note.words) == (
            "sheet-unused",
            True,
            True,
        )


def test_the_sheet_may_be_named(tmp_path: Path) -> None:
    """The largest is taken and the others named; a name that is not there lists those that are."""
    book = workbook(Old=[NAMES, *ROWS[:9]], Now=[NAMES, *ROWS], Empty=[])
    (tmp_path / "t.xlsx").write_bytes(book)
    table = open_table("t.xlsx", Data(), tmp_path)
    assert "'Now' was read" in table.notes[0].words
    assert typed(tmp_path / "t.xlsx").num_rows == 60
    assert typed(tmp_path / "t.xlsx", Data(sheet="old")).num_rows == 9
    with pytest.raises(ConfigError, match="'Old', 'Now', 'Empty'"):
        open_table("t.xlsx", Data(sheet="Then"), tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("two.zip", lambda: zipped({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"}), "holds 2 files"),
        ("none.zip", lambda: zipped({}), "holds 0 files"),
        ("cut.zip", lambda: zipped({"a.csv": csv_text()})[:-40], "damaged or cut short"),
        ("cut.csv.gz", lambda: gzip.compress(csv_text())[:-40], "cut short"),
        ("cut.csv.zst", lambda: FORMATS["t.csv.zst"]()[:-40], "cannot be read to its end"),
        ("cut.xlsx", lambda: workbook(D=[NAMES, *ROWS])[:-40], "cut short|as a workbook"),
        ("cut.feather", lambda: arrow(stream=False)[:-40], "cut short"),
        ("page.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        ("values.json", lambda: b"[[1, 2], [3, 4]]", "neither a list of objects"),
        ("cut.json", lambda: json.dumps(RECORDS).encode()[:-9], "is cut short: .* inside a list"),
        ("two.json", lambda: b'[{"a": 1}]\n[{"a": 2}]', "more than one JSON document: .* line 2"),
        ("none.json", lambda: b"[]", "it is an empty list"),
        ("lists.json", lambda: b'{"a": [{"x": 1}], "b": [{"x": 2}]}', "several lists of objects"),
        ("t.parquet.gz", lambda: gzip.compress(parquet()), "inside gzip"),
        ("t.csv.gz", lambda: gzip.compress(parquet()), r"packed Parquet file(?s:.*)Unpack it"),
        ("inner.zip", lambda: zipped({"t.parquet": parquet()}), "inside zip"),
        ("t.avro", lambda: b"Obj\x01" + bytes(40), "an Avro file"),
        ("t.csv.xz", lambda: b"\xfd7zXZ\0" + bytes(40), "packed with xz"),
        ("t.tar", lambda: b"a.csv".ljust(257, b"\0") + b"ustar" + bytes(40), "a tar archive"),
        ("t.txt", lambda: b"<rows>\n<row id='1'><fee>2</fee></row>\n</rows>\n", "web page or XML"),
        ("t.rds", lambda: gzip.compress(b"X\n\0\0\0\3" + bytes(40)), "an R file"),
        ("t.mdb", lambda: b"\0\1\0\0Standard Jet DB" + bytes(40), "an Access database"),
        ("t.db", lambda: bytes(8) + b"DUCK" + bytes(40), "a DuckDB database"),
        ("t.csv", lambda: b"version https://git-lfs.github.com/spec/v1\n", "pointer of Git LFS"),
        ("t.orc", lambda: b"ORC\x0a" + bytes(40), "an ORC file"),
        ("t.sav", lambda: b"$FL2@(#)" + bytes(40), "an SPSS file"),
        ("t.sql", lambda: b"-- MySQL dump 10.13\n--\nCREATE TABLE a (b int);\n", "in SQL"),
        ("t.pkl", lambda: b"\x80\x04\x95" + bytes(40), "a pickle"),
        ("one.feather", lambda: b"FEA1" + bytes(40), "version 1"),
        ("empty.xlsx", lambda: workbook(D=[]), "holds no cells"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_few_words(
    tmp_path: Path, name: str, content: Callable[[], bytes], words: str
) -> None:
    """Damaged, locked, ambiguous: what it is and what to do."""
    (tmp_path / name).write_bytes(content())
    with pytest.raises(DataError, match=words) as caught:
        typed(tmp_path / name)
    assert len(str(caught.value)) < 400
    assert caught.value.hint


@pytest.mark.parametrize("location", ["~nobody-at-all/t.csv", "a\0b.csv"])
def test_a_name_that_is_no_path_is_a_config_error(tmp_path: Path, location: str) -> None:
    """A home of nobody, a NUL."""
    with pytest.raises(ConfigError):
        open_table(location, Data(), tmp_path)
