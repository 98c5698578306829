"""Files around plain customers that programs write in odd ways, or that were put together or cut."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from odd_cells import AMOUNTS, ROWS, SMALL

IDS = [f"C{n:04}" for n in range(ROWS)]
PLANS = [("Basic", "Plus", "Pro")[n % 3] for n in range(ROWS)]
LEFT = ["yes" if n % 4 == 0 else "no" for n in range(ROWS)]
HEADER = ["customer_id", "plan", "calls", "fee", "churn"]
RECORDS = [list(map(str, row)) for row in zip(IDS, PLANS, SMALL, AMOUNTS, LEFT, strict=True)]
MEANT: dict[str, Sequence[Any]] = {
    "customer_id": IDS,
    "plan": PLANS,
    "calls": SMALL,
    "fee": AMOUNTS,
    "churn": LEFT,
}


@dataclass(frozen=True)
class Made:
    """A file, and what is meant by its columns.

    `code`: findings that say of the whole file what is not read as meant; `left_out`: customers
    who are not read, and said.
    """

    content: bytes
    meant: dict[str, Sequence[Any]] = field(default_factory=lambda: dict(MEANT))
    file: str = "t.csv"
    id: str = "customer_id"
    rows: int = ROWS
    left_out: int = 0
    code: frozenset[str] = frozenset()


def lines(mark: str = ",", header: bool = True) -> list[str]:
    """Write plain rows, the header first."""
    return [mark.join(row) for row in ([HEADER] if header else []) + RECORDS]


def text(*made: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    """Put lines together."""
    return (end.join(made) + end).encode(encoding)


def packed(*members: tuple[str, bytes]) -> bytes:
    """Make an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def numbered(mark: str = ",") -> list[str]:
    """Put R's row names in front, quoted, the header without one."""
    quoted = [mark.join(f'"{cell}"' for cell in HEADER)]
    return quoted + [mark.join([f'"{n}"', *row]) for n, row in enumerate(RECORDS, start=1)]


def wide(columns: int) -> bytes:
    """Write very many columns of numbers."""
    names = [f"m{n}" for n in range(columns)]
    rows = [
        ",".join([*row, *(str((n * k) % 97) for k in range(columns))])
        for n, row in enumerate(RECORDS)
    ]
    return text(",".join([*HEADER, *names]), *rows)


def paged(every: int) -> list[str]:
    """Break a listing into pages: a page's number, blank lines, the header once more."""
    found: list[str] = []
    for page, start in enumerate(range(0, ROWS, every), start=1):
        rows = [",".join(row) for row in RECORDS[start : start + every]]
        found += [f"Page {page}", ",".join(HEADER), *rows, ""]
    return found


def subtotals() -> list[str]:
    """Put a subtotal below each fifty rows."""
    found = [",".join(HEADER)]
    for start in range(0, ROWS, 50):
        found += [",".join(row) for row in RECORDS[start : start + 50]]
        found.append(
            f"Subtotal,,{sum(SMALL[start : start + 50])},{sum(AMOUNTS[start : start + 50]):.2f},"
        )
    return found


_CSV = text(*lines())
_HALF = ROWS // 2
FILES: dict[str, Made] = {
    "bom in the middle": Made(
        b"\xef\xbb\xbf" + text(*lines()[: _HALF + 1]) + b"\xef\xbb\xbf" + text(*lines(header=False)[_HALF:])),
    "bom and header in the middle": Made(
        b"\xef\xbb\xbf" + text(*lines()[: _HALF + 1]) + b"\xef\xbb\xbf" + text(lines()[0], *lines(header=False)[_HALF:])),
    "no end between files": Made(
        text(*lines()[: _HALF + 1])[:-1] + text(lines()[0], *lines(header=False)[_HALF:]), left_out=0),
    "gzip of two members": Made(
        gzip.compress(text(*lines()[:60])) + gzip.compress(text(*lines()[60:])), file="t.csv.gz"),
    "gzip and zeros behind": Made(gzip.compress(_CSV) + bytes(512), file="t.csv.gz"),
    "gzip and rubbish behind": Made(gzip.compress(_CSV) + b"rubbish", file="t.csv.gz"),
    "bzip2 of two streams": Made(
        bz2.compress(text(*lines()[:60])) + bz2.compress(text(*lines()[60:])), file="t.csv.bz2"),
    "zip of two tables": Made(packed(("a.csv", _CSV), ("b.csv", _CSV)), file="t.zip"),
    "zip of a mac": Made(packed(("a.csv", _CSV), ("__MACOSX/._a.csv", b"\0\1")), file="t.zip"),
    "zip with a read me": Made(packed(("a.csv", _CSV), ("README.txt", b"about\n")), file="t.zip"),
    "utf-16 without mark": Made(_CSV.decode().encode("utf-16-le")),
    "utf-16 with mark": Made(_CSV.decode().encode("utf-16")),
    "latin-1": Made(text(*(line.replace("Plus", "Größe") for line in lines()), encoding="latin-1"),
        MEANT | {"plan": [p.replace("Plus", "Größe") for p in PLANS]}),
    "twice encoded": Made(text(*(line.replace("Plus", "Größe".encode().decode("latin-1")) for line in lines())),
        MEANT | {"plan": [p.replace("Plus", "Größe") for p in PLANS]}, code=frozenset(("twice-encoded",))),
    "carriage returns": Made(text(*lines(), end="\r")),
    "mixed ends": Made(b"".join(f"{line}{(chr(10), chr(13) + chr(10))[n % 2]}".encode() for n, line in enumerate(lines()))),
    "doubled returns": Made(text(*lines(), end="\r\r\n")),
    "line separators": Made(text(*(line.replace("Plus", "Plus\u2028x") for line in lines())),
        MEANT | {"plan": [p.replace("Plus", "Plus\u2028x") for p in PLANS]}),
    "next line marks": Made(text(*(line.replace("Plus", "Plus\x85") for line in lines())),
        MEANT | {"plan": PLANS}),
    "record separators": Made("\x1e".join("\x1f".join(row) for row in [HEADER, *RECORDS]).encode()),
    "row names of R": Made(text(*numbered())),
    "index of pandas": Made(text("," + lines()[0], *(f"{n},{line}" for n, line in enumerate(lines(header=False))))),
    "index twice": Made(text("Unnamed: 0,," + lines()[0], *(f"{n},{n},{line}" for n, line in enumerate(lines(header=False))))),
    "pandas groups": Made(text("customer_id,usage,usage,usage,result", ",plan,calls,fee,churn", *lines(header=False)),
        {"customer_id": IDS}, code=frozenset(("second-header",))),
    "labels of SPSS": Made(text(lines()[0], "Customer identifier,Tariff plan,Calls made,Monthly fee,Left within 30 days", *lines(header=False))),
    "types below": Made(text(lines()[0], "string,string,int64,float64,string", *lines(header=False))),
    "types below, SQL": Made(text(lines()[0], "VARCHAR(8),VARCHAR(5),INTEGER,NUMERIC(9;2),CHAR(3)", *lines(header=False))),
    "numbers of columns": Made(text("1,2,3,4,5", *lines())),
    "letters of columns": Made(text("A,B,C,D,E", *lines())),
    "units in brackets": Made(text(lines()[0], "[-],[-],[n],[EUR],[-]", *lines(header=False))),
    "blank cells, then names": Made(text(",,,,", *lines())),
    "four header lines": Made(text("Customer,,Usage,,Result", "ACME,,,,", lines()[0], ",,n,EUR,", *lines(header=False)), rows=ROWS + 3, code=frozenset(("unreadable-cells",))),
    "lines with their numbers": Made(text(*(f"{n:6}\t{line}" for n, line in enumerate(lines(), start=1)))),
    "a log": Made(text(*(f"INFO 2027-01-31 12:00:{n % 60:02}: {line}" for n, line in enumerate(lines())))),
    "grep": Made(text(*(f"customers.csv:{line}" for line in lines()))),
    "a diff": Made(text(*(f"+{line}" for line in lines()))),
    "quoted mail": Made(text(*(f"> {line}" for line in lines()))),
    "indented": Made(text(*(f"    {line}" for line in lines()))),
    "sql values": Made(text(*("(" + ",".join(f"'{c}'" for c in row) + ")," for row in [HEADER, *RECORDS]))),
    "whole row quoted": Made(text(*(f'"{line}"' for line in lines()))),
    "whole row quoted, header not": Made(text(lines()[0], *(f'"{line}"' for line in lines(header=False)))),
    "single quotes": Made(text(*(",".join(f"'{c}'" for c in row) for row in [HEADER, *RECORDS]))),
    "curly quotes": Made(text(*(",".join(f"“{c}”" for c in row) for row in [HEADER, *RECORDS]))),
    "quotes of quotes": Made(text(*(",".join(f'"""{c}"""' for c in row) for row in [HEADER, *RECORDS]))),
    "blank after comma": Made(text(*(", ".join(f'"{c}"' for c in row) for row in [HEADER, *RECORDS]))),
    "two marks": Made(text(*("||".join(row) for row in [HEADER, *RECORDS]))),
    "fullwidth comma": Made(text(*("，".join(row) for row in [HEADER, *RECORDS]))),
    "thorn": Made(text(*("þ".join(row) for row in [HEADER, *RECORDS])), code=frozenset(("one-column",))),
    "fixed width": Made(text(*("".join(cell.ljust(14) for cell in row) for row in [HEADER, *RECORDS]))),
    "header semicolons, rows commas": Made(text(";".join(HEADER), *lines(header=False))),
    "sap list": Made(text("-" * 60, "|" + "|".join(c.ljust(12) for c in HEADER) + "|", "-" * 60,
        *("|" + "|".join(c.ljust(12) for c in row) + "|" for row in RECORDS), "-" * 60)),
    "pages": Made(text(*paged(40)), rows=ROWS + 3),
    "subtotals": Made(text(*subtotals()), rows=ROWS + 2, code=frozenset(("footer",))),
    "two tables below each other": Made(text(*lines(), "", "plan,price", "Basic,10", "Plus,20", "Pro,30"), rows=ROWS + 4),
    "ragged right": Made(text(*(line.removesuffix(",no") for line in lines())), MEANT | {"churn": [x if x == "yes" else None for x in LEFT]}),
    "ragged in some": Made(text(*(line + ",,," if n % 9 == 0 and n else line for n, line in enumerate(lines())))),
    "conflicting labels": Made(text(*lines(), *(line.replace(",no", ",yes") for line in lines(header=False)[1:3])), {}, rows=ROWS + 2),
    "three thousand columns": Made(wide(3_000)),
    "a header of blanks": Made(text("customer_id, ,calls,,churn", *lines(header=False)), {"customer_id": IDS, "calls": SMALL}),
    "names over two lines": Made(text('customer_id,"plan\nname",calls,fee,churn', *lines(header=False)), {"customer_id": IDS, "plan\nname": PLANS}),
    "a total named in its language": Made(text(*lines(), f"Gesamt,,{sum(SMALL)},{sum(AMOUNTS):.2f},")),
    "a mean below": Made(text(*lines(), f"Average,,{sum(SMALL) / ROWS:.2f},{sum(AMOUNTS) / ROWS:.2f},")),
    "footnotes": Made(text(*lines(), "* fee without tax", "Source: billing, 2027-01-31")),
    "confidential": Made(text(*lines(), "CONFIDENTIAL - do not forward,,,,")),
    "rows affected": Made(text(*lines(), "", f"({ROWS} rows affected)")),
    "an error at the end": Made(text(*lines(), "ORA-01555: snapshot too old"), code=frozenset(("footer", "length-differs"))),
    "an error page in the middle": Made(text(*lines()[:70], "<html><body>504 Gateway Time-out</body></html>", *lines()[70:]), rows=ROWS + 1),
    "NUL in a cell": Made(_CSV.replace(b"Plus", b"Pl\0us", 1)),
    "a tab in commas": Made(text(*(line.replace("Plus", "Pl\tus") for line in lines())), MEANT | {"plan": [p.replace("Plus", "Pl\tus") for p in PLANS]}),
    "html in .xls": Made(b"<html><table><tr><td>customer_id</td></tr></table></html>", file="t.xls"),
    "xml of 2003": Made(b'<?xml version="1.0"?><Workbook></Workbook>', file="t.xls"),
    "csv in .xlsx": Made(_CSV, file="t.xlsx"),
}  # fmt: skip
