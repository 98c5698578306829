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
from unchurn.tables.summary import survey
from unchurn.tables.typing import type_batch

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


def cell(value: Any, place: str) -> str:
    """One cell of a sheet, text inline, a day as a serial number in the style of a date."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("2024-"):
        import datetime

        serial = (datetime.date.fromisoformat(value) - datetime.date(1899, 12, 30)).days
        return f'<c r="{place}" s="1"><v>{serial}</v></c>'
    if isinstance(value, str):
        text = value.replace("&", "&amp;")
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def sheet(rows: list[tuple[Any, ...]]) -> str:
    body = ""
    for number, row in enumerate(rows, start=1):
        cells = "".join(cell(value, f"{'ABCDEFGH'[at]}{number}") for at, value in enumerate(row))
        body += f'<row r="{number}">{cells}</row>'
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f"<worksheet {space}><sheetData>{body}</sheetData></worksheet>"


def workbook(**sheets: list[tuple[Any, ...]]) -> bytes:
    """A small .xlsx, by hand."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packed = "http://schemas.openxmlformats.org/package/2006"
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rIdS" Type="{office}/styles" Target="styles.xml"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{packed}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{packed}/relationships"><Relationship Id="r" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packed}/relationships">{links}'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/s{n}.xml": sheet(rows) for n, rows in enumerate(sheets.values(), 1)},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
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
    "t.parquet": parquet,
    "t.feather": lambda: arrow(stream=False),
    "t.arrow": lambda: arrow(stream=True),
    "t.xlsx": lambda: workbook(Data=[NAMES, *ROWS]),
    "titled.xlsx": lambda: workbook(
        Notes=[("see the other sheet",)], Data=[("Customers at risk",), (), NAMES, *ROWS]
    ),
    "no suffix": csv_text,
    "parquet.csv": parquet,
    "workbook.xls": lambda: workbook(Data=[NAMES, *ROWS]),
}


def typed(location: Path, data: Data | None = None) -> pa.Table:
    """Read and type a table as training does."""
    data = data or Data()
    table = open_table(str(location), data, location.parent)
    columns = [each.column for each in survey(table, data, {}, Silent()).columns]

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


def test_a_suffix_that_misleads_is_said(tmp_path: Path) -> None:
    """Read by what is inside, with a note."""
    (tmp_path / "t.csv").write_bytes(parquet())
    table = open_table("t.csv", Data(), tmp_path)
    assert [note.code for note in table.notes] == ["suffix-misleads"]


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
        ("cut.json", lambda: json.dumps(RECORDS).encode()[:-9], "is not JSON"),
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
