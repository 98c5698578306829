"""Column names as words: ``CustomerId``, ``customer_id`` and `` Customer-ID `` are the same two."""

from __future__ import annotations

import re
import unicodedata

LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
"""Small letters that no accent makes, and what people type for them."""
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")


def without_accents(text: str) -> str:
    """Take accents off letters: ``Código`` → ``Codigo``; the marks of kana are no accents."""
    parted = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in parted if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def folded(text: str) -> str:
    """Reduce text to small letters without accents: ``Résilié`` → ``resilie``."""
    plain = unicodedata.normalize("NFKC", text.casefold())
    return without_accents(plain).translate(LETTERS)


def words_of(name: str) -> tuple[str, ...]:
    """Split a column name at case changes, punctuation and spaces; lower-case the parts."""
    plain = unicodedata.normalize("NFKC", name)
    return tuple(part.casefold() for part in _BOUNDARY.split(plain) if part)


def squashed(name: str) -> str:
    """Join the words of a name, so that ``phonenumber`` and ``Phone Number`` are equal."""
    return "".join(words_of(name))
