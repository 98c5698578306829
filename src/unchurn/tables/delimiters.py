"""Which character parts the cells of a text file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unchurn.errors import ConfigError
from unchurn.tables.lines import Lines
from unchurn.tables.records import Grammar
from unchurn.tables.sampling import Sampled, names_columns, sampled, usual

DELIMITERS = ("\t", ";", "|", ",")
"""In order of preference where two fit equally well: a comma also writes decimals."""
RARE = ("\x01", "\x1f", "\x1e", "\x02", "^", "~", "!", "@", "$", "%", "&", "*", "#", ":", "/")
"""Looked at where none of the common ones fits."""
_WORDS = {
    "\t": "tab",
    ";": "semicolon",
    "|": "bar",
    ",": "comma",
    "\x01": "Control-A",
    "\x1f": "unit separator",
    ":": "colon",
    "^": "caret",
    "~": "tilde",
}
_SPELLED = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}
_CODE = re.compile(r"\\x([0-9a-f]{2})|\\u00([0-9a-f]{2})|0x([0-9a-f]{2})", re.IGNORECASE)
_CONTROL = re.compile(r"(?:ctrl|control)[-+ ]?([a-z])|\^([A-Z])", re.IGNORECASE)
_SEP = re.compile(r'^"?sep=(.)"?\W*$', re.IGNORECASE)
_ADDRESS = re.compile(rb"[^\s@]++@(?:[^\s@.]++\.)++[^\s@.\d]{2,}+")
"""An e-mail address: its parts are no cells."""
_LOOKED = 100
_USABLE = 0.5
_AT_FIRST = 2
"""How surely a header is there whose width is that of the rows."""
_TITLES = 30


def stated(delimiter: str) -> str:
    """Return the character that [data] delimiter means, "" for none. Raises `ConfigError`."""
    chosen = _SPELLED.get(delimiter.lower(), delimiter)
    if code := _CODE.fullmatch(chosen):
        chosen = chr(int(next(each for each in code.groups() if each), 16))
    elif control := _CONTROL.fullmatch(chosen):
        chosen = chr(ord((control[1] or control[2]).upper()) - 64)
    if chosen and (len(chosen) != 1 or not chosen.isascii() or chosen in '"\r\n\\\0 '):
        raise ConfigError(
            f"[data] delimiter is {delimiter!r}; it must be one character.",
            "Use for example ',' ';' '|' '^' '~', 'tab' or 'ctrl-a', or leave it empty.",
        )
    if chosen.isalnum():
        raise ConfigError(
            f"[data] delimiter is {delimiter!r}, a letter or digit that cells are written with.",
            "Use for example ',' ';' '|' or 'tab', or leave it empty.",
        )
    return chosen


def name_of(delimiter: str) -> str:
    """Name a delimiter for a person."""
    return _WORDS.get(delimiter, repr(delimiter))


def announced(text: str) -> str:
    """Return the delimiter that a line ``sep=;`` announces, or ""."""
    found = _SEP.match(text.strip())
    return found[1] if found and not found[1].isalnum() else ""


def find_delimiter(lines: Lines, header: bool) -> str:
    """Return the character that parts these lines most evenly, a comma where none does."""
    common = _best(lines, DELIMITERS, header)
    if common and common[0][2] >= _USABLE and common[0][1] == _AT_FIRST:
        return common[1]
    addresses = _are_addresses(lines)
    rare = _best(lines, [each for each in RARE if each != "@" or not addresses], header)
    if not rare or rare[0][2] < 0.9 or rare[0][1] < (common[0][1] if common else 1):
        return common[1] if common else ","
    # a comma in every price parts rows as well, but not their header
    if common and common[0][2] >= _USABLE and rare[0][1] <= common[0][1]:
        return common[1]
    return rare[1]


def _are_addresses(lines: Lines) -> bool:
    """Tell whether most lines are one e-mail address each."""
    looked = [lines[line].strip(b' \t"') for line in range(min(len(lines), _LOOKED))]
    return 2 * sum(_ADDRESS.fullmatch(each) is not None for each in looked) > len(looked)


def _best(
    lines: Lines, candidates: Sequence[str], header: bool
) -> tuple[tuple[bool, int, float], str] | None:
    fits = [(_fit(lines, mark, header), mark) for mark in candidates if mark.encode() in lines.text]
    usable = [each for each in fits if each[0][0]]
    # a character of one line above the table parts that line alone
    return max(usable, key=lambda each: (each[0][2] >= _USABLE, each[0])) if usable else None


def _fit(lines: Lines, mark: str, header: bool) -> tuple[bool, int, float]:
    """Whether it parts anything, how surely a header is there, the share of even records."""
    records = sampled(lines, Grammar(mark.encode()))
    if not records:
        return (False, 0, 0.0)
    widths = [record.width for record in records]
    first = records[0].width
    width = usual(widths) if usual(widths) > 1 or not header else first
    share = round(widths.count(width) / len(widths), 2)
    if not header:
        return (width > 1, _AT_FIRST, share)
    if first == width or (first == width - 1 > 1):
        return (width > 1, _AT_FIRST, share)
    return (width > 1, int(_has_header_below(records, width)), share)


def _has_header_below(records: Sequence[Sampled], width: int) -> bool:
    for place, record in enumerate(records[:_TITLES]):
        if record.width == width:
            return names_columns(records, place)
    return False
