"""How a CSV file is written so that a country's Excel opens it by a double click.

Excel takes the separator and the decimal mark from the regional settings of Windows, and reads
UTF-8 only behind its signature (byte order mark); otherwise a German Excel puts a whole line into
one cell, and takes 12.07 for the 12th of July.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import ConfigError, listing

_SEMICOLON_AND_COMMA = (
    "bg cs da de el es et fi fr hr hu it lt lv nb nl nn pl pt ro ru sk sl sv tr uk"
)
_COMMA_AND_POINT = "en es-MX he ja ko th zh"
_SEMICOLON_AND_POINT = "de-CH"


@dataclass(frozen=True)
class CsvForm:
    """What stands between cells and before decimals, and whether the file begins with a signature."""

    separator: str
    decimal: str
    signature: bool


RFC4180 = CsvForm(",", ".", False)
"""As programs read it."""
EXCEL_LOCALES = {
    name: CsvForm(separator, decimal, True)
    for names, separator, decimal in (
        (_SEMICOLON_AND_COMMA, ";", ","),
        (_COMMA_AND_POINT, ",", "."),
        (_SEMICOLON_AND_POINT, ";", "."),
    )
    for name in names.split()
}
"""By language; with a country where it differs from its language."""


def csv_form(excel_locale: str, out: Path | None) -> CsvForm:
    """Return how a list is written for a locale, `RFC4180` for none.

    Raises `ConfigError` for one that is not known, and where `out` is no CSV file.
    """
    if not excel_locale:
        return RFC4180
    known = {name.lower(): form for name, form in EXCEL_LOCALES.items()}
    found = known.get(excel_locale.strip().lower().replace("_", "-"))
    if found is None:
        raise ConfigError(
            f"--excel-locale is {excel_locale!r}, which is not known.",
            f"Choose one of {listing(sorted(EXCEL_LOCALES), len(EXCEL_LOCALES))}.",
        )
    if out is None or out.suffix.lower() != ".csv":
        where = "no list is written" if out is None else f"the list is {out.name!r}"
        raise ConfigError(
            f"--excel-locale is about CSV files, and {where}.",
            "Give the list a name that ends in .csv, or leave --excel-locale away.",
        )
    return found


def localised(table: pa.Table, form: CsvForm, ids: int) -> pa.Table:
    """Write the decimals of text columns of plain numbers with the mark of `form`; ids stay.

    A column is one of numbers where every cell with a digit is one without thousands' marks or zeros
    before it, and its mark is a decimal one where some cell has other than three digits behind it.
    """
    other = "." if form.decimal == "," else ","
    mark = rf"\{other}"
    for place in range(ids, table.num_columns):
        column, field = table.column(place), table.field(place)
        if _are_decimals(column, mark):
            changed = pc.replace_substring(column, other, form.decimal)
            table = table.set_column(place, field, changed)
    return table


def _are_decimals(column: pa.ChunkedArray, mark: str) -> bool:
    if not pa.types.is_string(column.type):
        return False
    told = column.filter(pc.fill_null(pc.match_substring_regex(column, "[0-9]"), False))
    plain = pc.match_substring_regex(told, rf"^\s*-?(0|[1-9][0-9]*)({mark}[0-9]+)?\s*$")
    decided = pc.match_substring_regex(told, rf"{mark}([0-9]{{1,2}}|[0-9]{{4,}})\s*$")
    return bool(pc.all(plain).as_py() and pc.any(decided).as_py())
