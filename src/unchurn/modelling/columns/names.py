"""Column names as words: ``CustomerId``, ``customer_id`` and `` Customer-ID `` are the same two."""

from __future__ import annotations

import re
import unicodedata

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")


def words_of(name: str) -> tuple[str, ...]:
    """Split a column name at case changes, punctuation and spaces; lower-case the parts."""
    plain = unicodedata.normalize("NFKC", name)
    return tuple(part.casefold() for part in _BOUNDARY.split(plain) if part)


def squashed(name: str) -> str:
    """Join the words of a name, so that ``phonenumber`` and ``Phone Number`` are equal."""
    return "".join(words_of(name))
