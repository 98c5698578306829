"""Numbers written in parts: ``01:30:00``, ``5d 3h``, ``PT1H30M``, ``1 year 2 months``, ``4/5``, ``5'11"``."""

from __future__ import annotations

import re
from fractions import Fraction

from unchurn.tables.units import SPELLINGS, known, ratio

_WORDS = sorted(
    (word for word, sizes in SPELLINGS.items() if {"time", "calendar"} & set(sizes)),
    key=lambda word: (-len(word), word),
)
_WORD = "|".join(map(re.escape, _WORDS))
_AND = "(?:and|und|et|y)"
SHAPED = (
    r"^[-+]?(?:(?:[0-9]{1,6}(?: ?d| days?|[.,])? ?,? ?)?[0-9]{1,6}:[0-5][0-9][0-9:.,]*"
    r"|[0-9]{1,6} ?(?:h|std|min|mn) ?[0-5][0-9]|[0-9]{1,2}' ?[0-9]{1,2}(?:\"|'')"
    r"|(?:0|[1-9][0-9]{0,3})(?:[.,][0-9]{1,2})? ?(?:/|(?:out )?of|von|sur) ?[1-9][0-9]{0,3}"
    rf"|P[T0-9][0-9.,A-Z]+|(?:(?:{_AND} ?)?[0-9]+(?:[.,][0-9]+)? ?(?:{_WORD})[.,]? *){{2,}})$"
)
"""Cells worth looking at, for an engine of patterns."""
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9](?:[.,][0-9]{1,9})?))?")
_DAYS_AND_CLOCK = re.compile(r"([0-9]{1,6})(?: ?d| days?|\.|,? ),? ?([0-9]{1,2}:[0-9]{2}:.+)")
_SHORT = re.compile(r"([0-9]{1,6}) ?(h|std|min|mn) ?([0-5][0-9])")
_FEET = re.compile(r"([0-9]{1,2})' ?([0-9]|1[01])(?:\"|'')")
_OUT_OF = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?(?:/|(?:out )?of|von|sur) ?([0-9]+)")
_WHOLES = (*range(2, 101), *range(120, 1001, 10))
"""What points are given out of; others part codes, dates and years: 17/2024."""
_PART = re.compile(r"\s*(?:and|und|et|y)?\s*([0-9]+(?:[.,][0-9]+)?) ?([^\W\d_]+)[.,]?")
_ISO = re.compile(
    r"P(?:([0-9.,]+)Y)?(?:([0-9.,]+)M)?(?:([0-9.,]+)W)?(?:([0-9.,]+)D)?"
    r"(?:T(?:([0-9.,]+)H)?(?:([0-9.,]+)M)?(?:([0-9.,]+)S)?)?"
)
_ISO_UNITS = ("year", "month", "wk", "d", "h", "min", "s")


def in_parts(cell: str) -> tuple[float, str] | None:
    """Read a duration as (seconds, "s") or (months, "month"); None where it is none.

    ``1:30`` is an hour and a half. Months and days in one cell have no exact length. ``4/5`` is 4 in the
    unit ``/5``, and a height of ``5'11"`` 71 inches.
    """
    if found := _OUT_OF.fullmatch(cell):
        points, whole = float(found[1].replace(",", ".")), int(found[2])
        return (points, known(f"/{whole}")) if whole in _WHOLES and points <= whole else None
    if found := _FEET.fullmatch(cell):
        return float(12 * int(found[1]) + int(found[2])), "in"
    if found := _SHORT.fullmatch(cell):
        long = 3600 if found[2] in ("h", "std") else 60
        return float(int(found[1]) * long + int(found[3]) * long // 60), "s"
    return _duration(cell)


def _duration(cell: str) -> tuple[float, str] | None:
    sign = -1 if cell.startswith("-") else 1
    text = cell.lstrip("+-").strip()
    days = 0
    if whole := _DAYS_AND_CLOCK.fullmatch(text):
        days, text = int(whole[1]), whole[2]
    if clock := _CLOCK.fullmatch(text):
        seconds = Fraction((clock[3] or "0").replace(",", "."))
        total = days * 86400 + int(clock[1]) * 3600 + int(clock[2]) * 60 + seconds
        return float(sign * total), "s"
    parts = [] if days else (_iso_parts(text) or _parts(text))
    for base in ("s", "month"):
        sizes = [_size(unit, base) for _, unit in parts]
        if parts and None not in sizes:
            length = sum(
                Fraction(number) * (size or 0)
                for (number, _), size in zip(parts, sizes, strict=True)
            )
            return float(sign * length), base
    return None


def _size(unit: str, base: str) -> Fraction | None:
    return ratio(unit, base) if unit in SPELLINGS else None


def _iso_parts(text: str) -> list[tuple[str, str]]:
    found = _ISO.fullmatch(text)
    if found is None:
        return []
    pairs = zip(found.groups(), _ISO_UNITS, strict=True)
    parts = [(number.replace(",", "."), unit) for number, unit in pairs if number]
    return parts if all(re.fullmatch(r"[0-9]+(\.[0-9]+)?", number) for number, _ in parts) else []


def _parts(text: str) -> list[tuple[str, str]]:
    found = []
    place = 0
    while place < len(text):
        match = _PART.match(text, place)
        if match is None:
            return []
        found.append((match[1].replace(",", "."), match[2]))
        place = match.end()
    return found if len(found) > 1 else []
