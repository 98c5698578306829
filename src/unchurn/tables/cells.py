"""Cells as text: trimming, missing spellings, and the one spelling of a native value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", "na", "n/a", "nan", "null", "?")
"""Spellings of a missing cell, in lower case without padding. `None` and `Unknown` are values."""
IN_FIGURES = tuple(
    """
    -|--|---|—|–|−|―|.|..|...|…|*|**|#|/|_|
    none|nil|<na>|<null>|(null)|[null]|(blank)|(empty)|(none)|(missing)|(unknown)|{null}|blank|empty|
    missing|undefined|undef|n.a.|n.a|na.|n/a.|n.d.|n.d|n/d|nd|n.v.|n/v|n.c.|n/c|nc|n.r.|n/r|n/k|k.a.|k.a|ka|k. a.|
    k/a|s/d|s.d.|s/i|н/д|нет данных|не указано|не определено|unknown|unk|unkn|unbekannt|
    inconnu|desconocido|desconhecido|sconosciuto|onbekend|okänd|ukjent|ukendt|nieznany|neznámý|
    not available|not applicable|not known|not set|not provided|not given|not specified|
    unavailable|unspecified|undisclosed|not a number|no data|nodata|no value|no info|
    keine angabe|keine|kein|non disponible|non renseigné|non renseigne|sin datos|sin dato|
    no disponible|não informado|nao informado|não disponível|nessuno|aucun|aucune|ninguno|nenhum|
    geen|brak|brak danych|belirsiz|无|無|未知|不明|空|なし|없음|tbd|tba|t.b.d.|tbc|
    #n/a|#na|#n/d|#n/v|#nv|#n/a!|#n/a n/a|#div/0!|#div/0|#value!|#ref!|#name?|#num!|#null!|#error!|#error|#wert!|
    #bezug!|#zahl!|#valeur!|#nombre?|#¡valor!|#¡div/0!|#¡ref!|#valor!|#spill!|#calc!|
    (leer)|(vide)|(en blanco)|(vacío)|(vazio)|(vuoto)|(leeg)|(puste)|(tom)|(boş)|(пусто)|(空白)|
    s.o.|sans objet|entfällt|n.b.|loading...|1.#inf|-1.#inf|#getting_data|#unknown!|######|\\n|\\\\n|1.#qnan|1.#ind|-1.#ind|-1.#qnan|-nan|+nan|nan%|nat|
    """.replace("\n    ", "")
    .strip("|")
    .split("|")
)
"""Spellings that are missing in a column whose other cells are numbers or dates, lower case.

Elsewhere they may be a category of their own (``None`` of a discount's names) and stay values.
"""
_EXACT = 2.0**53
STORED_MARK = "\u2396"
"""The decimal mark of a number that its format stores as one, among cells of text.

It is a point whatever the mark of the text beside it, which a point is not.
"""
STORED = rf"^(-?[0-9]+){STORED_MARK}([0-9]+(?:[eE][+-]?[0-9]+)?)$"
"""The one shape of such a number; in any other cell the mark is a sign like others."""
_FORMULA_TEXT = '^="((?:[^"]|"")*)"$'


@dataclass(frozen=True)
class Missing:
    """Spellings of a missing cell, trimmed, lower case; `numeric` when one could be a number."""

    spellings: pa.Array
    numeric: bool


def missing_spellings(also: Iterable[str] = ()) -> Missing:
    """Return every spelling of a missing cell, [data] missing included."""
    given = pa.array([*MISSING, *also], pa.string())
    folded = pc.unique(pc.utf8_lower(pc.utf8_trim_whitespace(given)))
    numeric = pc.any(pc.match_substring_regex(folded, "[0-9]|inf|∞")).as_py()
    return Missing(folded, bool(numeric))


def present(values: pa.Array, missing: Missing) -> pa.Array:
    """Trim text cells; cells that are spelled missing become null."""
    trimmed = without_formula(pc.utf8_trim_whitespace(values))
    spelled = as_text(trimmed) if missing.numeric else trimmed
    lost = pc.is_in(pc.utf8_lower(spelled), value_set=missing.spellings)
    return pc.if_else(lost, pa.scalar(None, pa.string()), trimmed)


def without_formula(cells: pa.Array) -> pa.Array:
    """Take cells out of ``="…"``, in which spreadsheets keep text (and its zeros) as it is."""
    if not pc.any(pc.starts_with(cells, '="')).as_py():
        return cells
    inner = pc.replace_substring_regex(cells, _FORMULA_TEXT, r"\1")
    changed = pc.match_substring_regex(cells, _FORMULA_TEXT)
    return pc.if_else(changed, pc.replace_substring(inner, '""', '"'), cells)


def absent(cells: pa.Array) -> pa.Array:
    """Tell which trimmed cells are missing where numbers or dates are written; see `IN_FIGURES`."""
    return pc.fill_null(pc.is_in(cells, value_set=spelled_out()), False)


@cache
def spelled_out(also: tuple[str, ...] = ()) -> pa.Array:
    """List `IN_FIGURES`, and what else is missing, in the letters that people use.

    These are small, capital, and capital first.
    """
    cases = (str.lower, str.upper, str.capitalize, str.title)
    spelled = {case(each) for each in (*IN_FIGURES, *also) for case in cases}
    return pa.array(sorted({*spelled, "k.A.", "k. A.", "N/d", "NaT", "-NaN"}), pa.string())


def number_text(number: float) -> str:
    """Spell a number the one way: whole ones without a point, others as Python's repr."""
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else repr(number)


def stored(spelled: str) -> str:
    """Mark a number that its format stores as one, spelled with a point: see `STORED_MARK`."""
    return spelled.replace(".", STORED_MARK)


def as_stored(cells: pa.Array) -> pa.Array:
    """Spell native cells as text that keeps its numbers apart from those of text."""
    text = as_text(cells)
    if pa.types.is_floating(cells.type):
        text = pc.replace_substring(text, ".", STORED_MARK)
    return text


def shown(cell: pa.Scalar, most: int = 60) -> str:
    """Show a cell as it was written, cut short."""
    return str(cell.as_py()).replace(STORED_MARK, ".")[:most]


def with_point(cells: pa.Array) -> pa.Array:
    """Spell stored numbers among cells of text with a point."""
    if not pc.any(pc.match_substring(cells, STORED_MARK)).as_py():
        return cells
    return pc.replace_substring_regex(cells, STORED, r"\1.\2")


def as_text(cells: pa.Array) -> pa.Array:
    """Spell native cells as text: whole floats without a point, NaN null, dates as ISO."""
    if pa.types.is_string(cells.type):
        return with_point(cells)
    if pa.types.is_floating(cells.type):
        return _float_text(cells)
    if pa.types.is_timestamp(cells.type):
        return _date_text(cells)
    return cells.cast(pa.string())


def as_id(cells: pa.Array) -> pa.Array:
    """Return ids exactly as read, ``="007"`` being 007; blank ones become null."""
    text = without_formula(as_text(cells))
    blank = pc.equal(pc.utf8_trim_whitespace(text), "")
    return pc.if_else(blank, pa.scalar(None, pa.string()), text)


def _float_text(cells: pa.Array) -> pa.Array:
    encoded = cells.dictionary_encode()
    values = encoded.dictionary.to_numpy(zero_copy_only=False)
    known = [None if np.isnan(value) else number_text(float(value)) for value in values]
    return pa.array(known, pa.string()).take(encoded.indices)


def _date_text(cells: pa.Array) -> pa.Array:
    encoded = cells.dictionary_encode()
    stamps = encoded.dictionary.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    known = [date_text(stamp) for stamp in stamps]
    return pa.array(known, pa.string()).take(encoded.indices)


def date_text(stamp: np.datetime64) -> str:
    """Spell a moment as ISO text: the day alone at midnight, without needless fractions."""
    text = str(stamp.astype("datetime64[us]"))
    if text.endswith(".000000"):
        text = text[:-7]
    return text.removesuffix("T00:00:00").replace("T", " ")


def iso(moment: np.datetime64 | None) -> str:
    """Spell a least or most moment; empty where there is none."""
    return "" if moment is None else date_text(moment)
