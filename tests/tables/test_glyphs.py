from __future__ import annotations

import sys
import unicodedata

import pyarrow as pa

from unchurn.tables.date_words import fold
from unchurn.tables.glyphs import ascii_digits, plain_glyphs

_DIGITS = [chr(n) for n in range(sys.maxunicode) if unicodedata.category(chr(n)) == "Nd"]


def test_digits_of_every_script_are_ascii_ones() -> None:
    """Alone and among others, in numbers and in dates; what is no digit stays."""
    wanted = [str(unicodedata.digit(each)) for each in _DIGITS]
    cells = pa.array(_DIGITS)
    assert len(wanted) > 600
    for read in (ascii_digits, plain_glyphs, fold):
        assert read(cells).to_pylist() == wanted
    assert ascii_digits(pa.array(["٣ jours", None, "½", "12"])).to_pylist() == [
        "3 jours", None, "½", "12",
    ]  # fmt: skip
