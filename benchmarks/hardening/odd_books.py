"""Typed files (Parquet, Arrow, JSON, workbooks) that programs write in odd ways."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from odd_cells import AMOUNTS, DAYS, ROWS, SHARES, SIGNED, SMALL, WHOLE
from odd_files import HEADER, IDS, LEFT, MEANT, PLANS, RECORDS, Made, text


def parquet(**columns: Any) -> bytes:
    """Write Parquet with ids and calls."""
    stream = io.BytesIO()
    pq.write_table(pa.table({"customer_id": IDS, **columns, "calls": SMALL}), stream)
    return stream.getvalue()


def of(column: Any, meant: Sequence[Any], name: str = "x") -> Made:
    """A Parquet file with an odd column, and what is meant by it."""
    right = {"customer_id": IDS, name: meant, "calls": SMALL}
    return Made(parquet(**{name: column}), right, "t.parquet")


def arrow(column: Any, meant: Sequence[Any], name: str = "x") -> Made:
    """An Arrow file with an odd column, and what is meant by it."""
    stream = io.BytesIO()
    feather.write_feather(pa.table({"customer_id": IDS, name: column}), stream, "uncompressed")
    return Made(stream.getvalue(), {"customer_id": IDS, name: meant}, "t.arrow")


def objects(change: Any = lambda n, row: row) -> bytes:
    """Write JSON Lines of typed customers."""
    made = []
    for n, row in enumerate(zip(IDS, PLANS, SMALL, AMOUNTS, LEFT, strict=True)):
        made.append(json.dumps(change(n, dict(zip(HEADER, row, strict=True))), ensure_ascii=False))
    return text(*made)


_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKED = "http://schemas.openxmlformats.org/package/2006"
_LETTERS = "ABCDEFGHIJKLMNOP"


def cell(value: Any, place: str) -> str:
    """Write a cell: text inline, numbers, truth, days in the style of a date, XML as it is."""
    if isinstance(value, str) and value.startswith("<"):
        return value.replace("HERE", place)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.date):
        return f'<c r="{place}" s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    shown = (value or "").replace("&", "&amp;")
    return f'<c r="{place}" t="inlineStr"><is><t>{shown}</t></is></c>' if value else ""


def book(rows: Sequence[Sequence[Any]], right: int = 0, down: int = 0, tail: str = "") -> bytes:
    """Write a workbook of one sheet, its first cell so far to the right and down."""
    body = "".join(
        f'<row r="{n}">{"".join(cell(v, f"{_LETTERS[at]}{n}") for at, v in enumerate(row, right))}</row>'
        for n, row in enumerate(rows, down + 1)
    )
    formats = "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 9, 46))
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKED}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKED}/relationships"><Relationship Id="r" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SPACE}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKED}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/s.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_SPACE}"><cellXfs>{formats}</cellXfs></styleSheet>',
        "xl/worksheets/s.xml": f'<worksheet xmlns="{_SPACE}"><sheetData>{body}</sheetData>{tail}</worksheet>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def rows(**columns: Sequence[Any]) -> list[list[Any]]:
    """Lay columns out below their names, ids first."""
    return [
        ["customer_id", *columns],
        *(list(row) for row in zip(IDS, *columns.values(), strict=True)),
    ]


def sheet(meant: Sequence[Any], written: Sequence[Any], name: str = "x", **how: Any) -> Made:
    """A workbook with an odd column, and what is meant by it."""
    content = book(rows(**{name: written, "calls": SMALL}), **how)
    return Made(content, {"customer_id": IDS, name: meant, "calls": SMALL}, "t.xlsx")


def each(form: str, values: Sequence[Any]) -> list[str]:
    """Write cells of a workbook's own XML."""
    return [form.format(value) for value in values]


_TYPED = [list(row) for row in zip(IDS, PLANS, SMALL, AMOUNTS, LEFT, strict=True)]
_UTC = dt.UTC
BOOKS: dict[str, Made] = {
    "decimals": of(pa.array([decimal.Decimal(str(x)) for x in AMOUNTS], pa.decimal128(12, 2)), AMOUNTS),
    "negative scale": arrow(pa.array([decimal.Decimal(x * 100) for x in WHOLE], pa.decimal128(12, -2)), [x * 100 for x in WHOLE]),
    "dictionary": of(pa.array(PLANS).dictionary_encode(), PLANS),
    "dictionary of numbers": of(pa.array(SMALL).dictionary_encode(), SMALL),
    "zone": of(pa.array([dt.datetime(d.year, d.month, d.day, tzinfo=dt.UTC) for d in DAYS], pa.timestamp("us", "Europe/Berlin")), DAYS),
    "days": of(pa.array(DAYS, pa.date32()), DAYS, "since"),
    "date64": of(pa.array(DAYS, pa.date64()), DAYS, "since"),
    "time of day": of(pa.array([dt.time(n % 24, 30) for n in range(ROWS)], pa.time64("us")), [float(n % 24 * 3600 + 1800) for n in range(ROWS)]),
    "duration": of(pa.array([dt.timedelta(seconds=x) for x in WHOLE], pa.duration("us")), WHOLE),
    "uint64": of(pa.array([2**63 + n for n in SMALL], pa.uint64()), [str(2**63 + n) for n in SMALL]),
    "half floats": of(pa.array([float(n) for n in SMALL], pa.float32()).cast(pa.float16()), SMALL),
    "booleans": of(pa.array([x == "yes" for x in LEFT]), [str(x == "yes").lower() for x in LEFT]),
    "binary": of(pa.array([p.encode() for p in PLANS], pa.binary()), PLANS),
    "large text": of(pa.array(PLANS, pa.large_string()), PLANS),
    "text views": of(pa.array(PLANS, pa.string_view()), PLANS),
    "null": of(pa.nulls(ROWS), [None] * ROWS),
    "lists": of(pa.array([[n, n + 1] for n in SMALL]), SMALL),
    "structs": of(pa.array([{"fee": x, "plan": p} for x, p in zip(AMOUNTS, PLANS, strict=True)]), AMOUNTS, "usage"),
    "maps": of(pa.array([[("a", n)] for n in SMALL], pa.map_(pa.string(), pa.int64())), SMALL),
    "nan and null": of(pa.array([None if n % 3 == 0 else float("nan") if n % 3 == 1 else x for n, x in enumerate(AMOUNTS)]), [x if n % 3 == 2 else None for n, x in enumerate(AMOUNTS)]),
    "json": Made(objects(), file="t.jsonl"),
    "json, other keys": Made(objects(lambda n, row: row if n % 2 else row | {"extra": n}), file="t.jsonl"),
    "json, keys' case": Made(objects(lambda n, row: row if n % 2 else {k.upper(): v for k, v in row.items()}), file="t.jsonl"),
    "json, a key late": Made(objects(lambda n, row: row | ({"late": n} if n > 140 else {})), MEANT | {"late": [n if n > 140 else None for n in range(ROWS)]}, file="t.jsonl"),
    "json, nested": Made(objects(lambda n, row: {"customer": row}), {}, file="t.jsonl"),
    "json, numbers as text": Made(objects(lambda n, row: row | {"fee": str(row["fee"])}), file="t.jsonl"),
    "json, decimal commas": Made(objects(lambda n, row: row | {"fee": str(row["fee"]).replace(".", ",")}), file="t.jsonl"),
    "json, both": Made(objects(lambda n, row: row | {"fee": str(row["fee"]) if n % 2 else row["fee"]}), file="t.jsonl"),
    "json, true": Made(objects(lambda n, row: row | {"churn": row["churn"] == "yes"}), MEANT | {"churn": [str(x == "yes").lower() for x in LEFT]}, file="t.jsonl"),
    "json, long ids": Made(objects(lambda n, row: row | {"customer_id": 10**18 * 9 + n}), MEANT | {"customer_id": [str(10**18 * 9 + n) for n in range(ROWS)]}, file="t.jsonl"),
    "json, longer ids": Made(objects(lambda n, row: row | {"customer_id": 10**20 + n}), MEANT | {"customer_id": [str(10**20 + n) for n in range(ROWS)]}, file="t.jsonl"),
    "json, NaN": Made(objects(lambda n, row: row | ({"fee": float("nan")} if n % 5 == 0 else {})), MEANT | {"fee": [None if n % 5 == 0 else x for n, x in enumerate(AMOUNTS)]}, file="t.jsonl"),
    "json, dates of mongo": Made(objects(lambda n, row: row | {"since": {"$date": f"{DAYS[n]}T00:00:00Z"}, "customer_id": {"$oid": IDS[n]}}), MEANT | {"since": DAYS}, file="t.jsonl"),
    "json, blank objects": Made(objects(lambda n, row: row if n % 10 else {}), {}, file="t.jsonl"),
    "json, lists": Made(text(*(json.dumps(row) for row in [HEADER, *RECORDS])), file="t.jsonl"),
    "signed": of(pa.array(SIGNED), SIGNED),
    "plain sheet": Made(book([HEADER, *_TYPED]), file="t.xlsx"),
    "sheet in the middle": Made(book([HEADER, *_TYPED], right=3, down=7), file="t.xlsx"),
    "title above": Made(book([["Customers of 2024"], [], HEADER, *_TYPED]), file="t.xlsx"),
    "total below": Made(book([HEADER, *_TYPED, ["Total", None, sum(SMALL), sum(AMOUNTS), None]]), file="t.xlsx"),
    "two tables beside each other": Made(book([[*HEADER, None, "plan", "price"], [*_TYPED[0], None, "Basic", 10], [*_TYPED[1], None, "Plus", 20], *_TYPED[2:]]), file="t.xlsx"),
    "numbers as text": sheet(AMOUNTS, [f"{x}" for x in AMOUNTS], "fee"),
    "numbers as text, comma": sheet(AMOUNTS, [f"{x}".replace(".", ",") for x in AMOUNTS], "fee"),
    "half as text": sheet(AMOUNTS, [f"{x}" if n % 2 else x for n, x in enumerate(AMOUNTS)], "fee"),
    "half as text, comma": sheet(AMOUNTS, [f"{x}".replace(".", ",") if n % 2 else x for n, x in enumerate(AMOUNTS)], "fee"),
    "days as text and as days": sheet(DAYS, [f"{d:%d.%m.%Y}" if n % 2 else d for n, d in enumerate(DAYS)], "since"),
    "days exchanged": sheet(DAYS, [f"{d:%d/%m/%Y}" if d.day > 12 else dt.date(d.year, d.day, d.month) for d in DAYS], "since"),
    "serials without a format": sheet(DAYS, [(d - dt.date(1899, 12, 30)).days for d in DAYS], "start_date"),
    "percent by format": sheet([x / 100 for x in SHARES], each('<c r="HERE" s="2"><v>{}</v></c>', [x / 100 for x in SHARES]), "rate"),
    "hours by format": sheet([x * 3600 for x in SMALL], each('<c r="HERE" s="3"><v>{}</v></c>', [x / 24 for x in SMALL]), "talk"),
    "true and false": sheet(["true" if n % 2 else "false" for n in SMALL], [bool(n % 2) for n in SMALL]),
    "truth and words": sheet(["true" if n % 2 else "false" for n in SMALL], [bool(n % 2) if n % 3 else ("TRUE" if n % 2 else "FALSE") for n in SMALL]),
    "errors": sheet([None if n % 5 == 0 else n for n in SMALL], [n if n % 5 else '<c r="HERE" t="e"><v>#N/A</v></c>' for n in SMALL]),
    "formulas": sheet(SMALL, each('<c r="HERE"><f>1+1</f><v>{}</v></c>', SMALL)),
    "formulas of text": sheet(PLANS, each('<c r="HERE" t="str"><f>A1</f><v>{}</v></c>', PLANS)),
    "formulas unsaved": Made(book(rows(x=['<c r="HERE"><f>1+1</f></c>'] * ROWS)), {"customer_id": IDS, "x": SMALL}, "t.xlsx", code=frozenset(("unsaved-formulas",))),
    "long ids as numbers": Made(book([["customer_id", "calls"], *([10**17 * 3 + 977 * n, n] for n in range(ROWS))]), {"customer_id": [str(10**17 * 3 + 977 * n) for n in range(ROWS)]}, "t.xlsx", code=frozenset(("digits-lost",))),
    "ids as numbers": Made(book([["customer_id", "calls"], *([1000 + n, n] for n in range(ROWS))]), {"customer_id": [str(1000 + n) for n in range(ROWS)]}, "t.xlsx"),
    "escaped letters": sheet(PLANS, [f"{p}_x000D_" for p in PLANS], "plan"),
    "blanks kept": sheet(PLANS, [f" {p} " for p in PLANS], "plan"),
    "before 1900": sheet([dt.date(1890, 5, 17)] * 9 + list(DAYS[9:]), ["1890-05-17"] * 9 + list(DAYS[9:]), "birth_date"),
    "zone and days": arrow(pa.array([dt.datetime(d.year, d.month, d.day, tzinfo=_UTC) for d in DAYS], pa.timestamp("ms", "UTC")), DAYS),
    "arrow seconds": arrow(pa.array([dt.datetime(d.year, d.month, d.day) for d in DAYS], pa.timestamp("s")), DAYS),
    "arrow nanoseconds": arrow(pa.array([dt.datetime(d.year, d.month, d.day) for d in DAYS], pa.timestamp("ns")), DAYS),
    "arrow dictionary with nulls": arrow(pa.array([None if n % 4 == 0 else p for n, p in enumerate(PLANS)]).dictionary_encode(), [None if n % 4 == 0 else p for n, p in enumerate(PLANS)]),
    "arrow views": arrow(pa.array(PLANS, pa.string_view()), PLANS),
    "arrow run ends": arrow(pa.compute.run_end_encode(pa.array(sorted(PLANS))), sorted(PLANS)),
    "wide decimals": of(pa.array([decimal.Decimal(str(x)) for x in AMOUNTS], pa.decimal256(40, 2)), AMOUNTS),
    "decimals too long": of(pa.array([decimal.Decimal(10**25 + n) for n in range(ROWS)], pa.decimal128(38, 0)), [float(10**25 + n) for n in range(ROWS)]),
    "fixed bytes": of(pa.array([n.to_bytes(16, "big") for n in range(ROWS)], pa.binary(16)), [None] * ROWS),
    "no name": of(pa.array(SMALL), SMALL, ""),
    "parquet, index of pandas": of(pa.array(range(ROWS)), list(range(ROWS)), "__index_level_0__"),
    "infinities": of(pa.array([float("inf") if n % 7 == 0 else x for n, x in enumerate(AMOUNTS)]), [None if n % 7 == 0 else x for n, x in enumerate(AMOUNTS)]),

    "json, pretty": Made(("[" + ",\n".join(json.dumps(dict(zip(HEADER, row, strict=True)), indent=2) for row in _TYPED) + "]").encode(), file="t.json"),
    "json, one behind the other": Made("".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in _TYPED).encode(), file="t.json"),
    "json, pretty one behind the other": Made("\n".join(json.dumps(dict(zip(HEADER, row, strict=True)), indent=2) for row in _TYPED).encode(), file="t.json"),
    "json, columns": Made(json.dumps({name: [row[at] for row in _TYPED] for at, name in enumerate(HEADER)}).encode(), file="t.json"),
    "json, rows below header": Made(json.dumps([HEADER, *_TYPED]).encode(), file="t.json"),
    "json, in a wrapper": Made(json.dumps({"status": "ok", "data": {"items": [dict(zip(HEADER, row, strict=True)) for row in _TYPED]}}).encode(), file="t.json"),
    "json, python's": Made("\n".join(str(dict(zip(HEADER, row, strict=True))) for row in _TYPED).encode(), file="t.jsonl"),
    "json, utf-16": Made(objects().decode().encode("utf-16"), file="t.jsonl"),
    "json, with mark": Made(b"\xef\xbb\xbf" + objects(), file="t.jsonl"),
    "json, comma behind the last": Made(("[" + ",".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in _TYPED) + ",]").encode(), file="t.json"),
    "json, null lines": Made(text(*(line for n, line in enumerate(objects().decode().splitlines()) for line in ([line, "null"] if n % 50 == 0 else [line]))), file="t.jsonl", rows=ROWS + 3),
    "json, exact numbers": Made(objects(lambda n, row: row | {"fee": 0.1 + n / 3}), MEANT | {"fee": [0.1 + n / 3 for n in range(ROWS)]}, file="t.jsonl"),
    "json, exponents": Made(text(*(json.dumps(dict(zip(HEADER, row, strict=True))).replace(f'"fee": {row[3]}', f'"fee": {row[3]:.7e}') for row in _TYPED)), file="t.jsonl"),
    "json, dates in milliseconds": Made(objects(lambda n, row: row | {"created_at": (DAYS[n] - dt.date(1970, 1, 1)).days * 86_400_000}), MEANT | {"created_at": DAYS}, file="t.jsonl"),
    "json, longs of mongo": Made(objects(lambda n, row: row | {"calls": {"$numberLong": str(row["calls"])}, "fee": {"$numberDecimal": str(row["fee"])}}), file="t.jsonl"),
}  # fmt: skip
