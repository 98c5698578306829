"""Arrow batches as lines of CSV or JSON, a column at a time: Arrow kernels, no row loop.

Numbers are rendered by Arrow's cast to text, which gives the shortest text that reads back
as the same float64. A null is an empty cell in CSV and ``null`` in JSON Lines.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.excel_locales import RFC4180, CsvForm

_FORMULA = r"^[=+\-@\t\r]"
_ID_FORMULA = "^[=@]"
_JSON_SPECIAL = r'[\x00-\x1f"\\]'


def csv_header(names: Sequence[str], ids: int, form: CsvForm = RFC4180) -> bytes:
    """Render the header line; the first `ids` columns are ids, named as they were read."""
    cells = [
        _csv_text(pa.array([name]), None if number < ids else _FORMULA, form)[0].as_py()
        for number, name in enumerate(names)
    ]
    signature = codecs.BOM_UTF8 if form.signature else b""
    return signature + form.separator.join(cells).encode() + b"\r\n"


def csv_rows(
    batch: pa.RecordBatch, ids: int, neutral_ids: bool = False, form: CsvForm = RFC4180
) -> bytes:
    """Render rows as CSV (RFC 4180, or in the `form` of an Excel), safe for a spreadsheet.

    The first `ids` columns are ids, written exactly as read unless `neutral_ids`.
    """
    of_ids = _ID_FORMULA if neutral_ids else None
    columns = [
        pc.fill_null(_csv_cells(column, of_ids if number < ids else _FORMULA, form), "")
        for number, column in enumerate(batch.columns)
    ]
    return _lines(columns, form.separator, "\r\n")


def json_rows(batch: pa.RecordBatch) -> bytes:
    """Render rows as JSON Lines, one object a row, keys in column order."""
    columns = []
    for number, (name, column) in enumerate(zip(batch.schema.names, batch.columns, strict=True)):
        start = ("{" if number == 0 else ", ") + json.dumps(name, ensure_ascii=False) + ": "
        cells = pc.fill_null(_json_cells(column), "null")
        columns.append(pc.binary_join_element_wise(start, cells, ""))
    return _lines(columns, "", "}\n")


def _csv_cells(column: pa.Array, formula: str | None, form: CsvForm) -> pa.Array:
    if _is_text(column.type):
        return _csv_text(column, formula, form)
    text = pc.cast(column, pa.string())
    if form.decimal == "." or not pa.types.is_floating(column.type):
        return text
    return pc.replace_substring(text, ".", form.decimal)


def _csv_text(column: pa.Array, formula: str | None, form: CsvForm) -> pa.Array:
    if formula is not None:
        risky = pc.match_substring_regex(column, formula)
        if pc.any(risky).as_py():
            column = pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
    return _where(column, f'["{form.separator}\r\n]', _quoted)


def _quoted(column: pa.Array) -> pa.Array:
    doubled = pc.replace_substring(column, '"', '""')
    return pc.binary_join_element_wise('"', doubled, '"', "")


def _json_cells(column: pa.Array) -> pa.Array:
    if _is_text(column.type):
        plain = pc.binary_join_element_wise('"', column, '"', "")
        special = pc.fill_null(pc.match_substring_regex(column, _JSON_SPECIAL), False)
        if not pc.any(special).as_py():
            return plain
        return pc.replace_with_mask(plain, special, _escaped(column.filter(special)))
    if pa.types.is_temporal(column.type):
        return pc.binary_join_element_wise('"', pc.cast(column, pa.string()), '"', "")
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    return pc.cast(column, pa.string())


def _escaped(column: pa.Array) -> pa.Array:
    return pa.array(
        [json.dumps(text, ensure_ascii=False) for text in column.to_pylist()], pa.string()
    )


def _where(column: pa.Array, pattern: str, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Apply `change` to the cells that match `pattern`; most batches have none."""
    found = pc.match_substring_regex(column, pattern)
    return pc.if_else(found, change(column), column) if pc.any(found).as_py() else column


def _lines(columns: Sequence[pa.Array], between: str, end: str) -> bytes:
    joined = pc.binary_join_element_wise(*columns, between)
    whole = pc.binary_join_element_wise(
        pc.cast(joined, pa.large_string()),
        pa.scalar(end, pa.large_string()),
        pa.scalar("", pa.large_string()),
    )
    return whole.buffers()[2].to_pybytes() if len(whole) else b""


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
