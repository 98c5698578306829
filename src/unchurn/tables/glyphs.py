"""Other scripts' digits, other dashes and other blanks → the ones that numbers are read in."""

from __future__ import annotations

import unicodedata
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

ARABIC_DECIMAL = "\u066b"
_FOREIGN_DIGIT = r"[^\P{Nd}0-9]"
_LAST_DIGIT = 0x1FC00
_NO_DIGIT = r"\p{No}"
_DASHES = "[\u2010-\u2015\u2212\u207b\ufe58\ufe63]"
_APOSTROPHES = "[\u00b4\u02bc\u2018\u2019\u201b\u2032\u066c\uff07`]"
_UNSEEN = "[\u200b-\u200f\u061c\u2060\u2066-\u2069\u202a-\u202e\ufeff]"


def plain_glyphs(cells: pa.Array) -> pa.Array:
    """Spell cells with ASCII digits, hyphens, apostrophes and blanks; ``5²`` becomes null.

    Cells that are ASCII stay as they are, whatever stands beside them. The Arabic thousands mark becomes an apostrophe, its decimal mark stays `ARABIC_DECIMAL`.
    """
    plain = pc.string_is_ascii(cells)
    if pc.all(plain).as_py() is not False:
        return cells
    odd = pc.match_substring_regex(cells, _NO_DIGIT)
    text = pc.if_else(odd, pa.scalar(None, pa.string()), cells)
    text = pc.replace_substring_regex(text, _APOSTROPHES, "'")
    text = pc.utf8_normalize(text, form="NFKC")
    text = pc.replace_substring_regex(text, _DASHES, "-")
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, _UNSEEN, ""))
    return pc.if_else(plain, cells, ascii_digits(text))


def ascii_digits(cells: pa.Array) -> pa.Array:
    """Write the digits of every script as ASCII ones."""
    foreign = pc.fill_null(pc.match_substring_regex(cells, _FOREIGN_DIGIT), False)
    if not pc.any(foreign).as_py():
        return cells
    digits = _digits()
    changed = [each.translate(digits) for each in cells.filter(foreign).to_pylist()]
    return pc.replace_with_mask(cells, foreign, pa.array(changed, pa.string()))


@cache
def _digits() -> dict[int, str]:
    every = (chr(each) for each in range(128, _LAST_DIGIT))
    return {ord(e): str(unicodedata.digit(e)) for e in every if unicodedata.category(e) == "Nd"}
