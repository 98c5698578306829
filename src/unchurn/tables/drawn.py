"""Tables drawn for the eye: bars between padded cells, rules of dashes, perhaps a frame around.

``psql`` and ``mysql`` print so, lists of SAP are saved so, and Markdown is written so.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from unchurn.tables.lines import lines_by

FRAMED, OPEN = "framed", "open"
"""How a table is drawn: with a bar at the ends of its lines, or only between cells."""
_BOXES = {
    "│": "|",
    "┃": "|",
    "║": "|",
    **dict.fromkeys("─━═", "-"),
    **dict.fromkeys("┌┬┐├┼┤└┴┘╞╪╡╔╦╗╠╬╣╚╩╝╭╮╰╯┏┳┓┡╇┩", "+"),
}
"""What boxes are drawn with, and what stands for it in plain letters."""
_BOX = str.maketrans(_BOXES)
_BOX_BYTES = re.compile("|".join(_BOXES).encode())
_LINES, _LOOKED = 200, 1 << 18
_ENOUGH = 0.9
_ROWS = 2
_TITLES = 5
"""Lines around the table that a drawing may have, however short it is."""
_RULES = re.compile(rb"(?m)^[ \t|+:=-]+(?=\r?$)")
_IS_RULE = re.compile(r"(?=.*(?:---|===)|\S*(?:--|==)\S*$)[ \t|+:=-]+")
"""A row whose cells are all ``--`` has blanks around them, and is none."""
_BAR = rb"(?:(?<![ \t])[ \t]+)?\|[ \t]*"
_BARS = re.compile(_BAR)
_FRAME = re.compile(rb"(?m)^[ \t]*\|[ \t]*|" + _BAR + rb"(?=\r?$)")
_MARGIN = re.compile(rb"(?m)^[ \t]+|(?<![ \t])[ \t]+(?=\r?$)")


def drawn(text: str, given: str) -> str:
    """Tell how a table is drawn, by its beginning; "" where it is not.

    It has a rule of dashes among its first lines, and its other lines have bars, equally many.
    """
    text = text[:_LOOKED].translate(_BOX)
    if given not in ("", "|") or "|" not in text or "\n" not in text:
        return ""
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()][:-1]
    rules = [line for line in lines if _IS_RULE.fullmatch(line.strip())]
    barred = [line.strip() for line in lines if "|" in line and line not in rules]
    others = len(lines) - len(rules) - len(barred)
    if not rules or len(barred) < _ROWS or others > max(_TITLES, len(barred) // 10):
        return ""
    bars, count = Counter(line.count("|") for line in barred).most_common(1)[0]
    if count < _ENOUGH * len(barred):
        return ""
    framed = sum(line[0] == line[-1] == "|" for line in barred) >= _ENOUGH * len(barred)
    if framed:
        return FRAMED if bars > 2 else ""
    crossed = any("+" in rule for rule in rules)
    parted = all(re.search(r"\s\|\s|\|$", line) for line in barred)
    return OPEN if crossed or parted or _is_even(rules[0], lines) else ""


def _is_even(rule: str, lines: list[str]) -> bool:
    """Tell lines that are all as long as the rule: their cells are filled up with blanks."""
    even = sum(len(line) == len(rule) and "|" in line for line in lines)
    return even >= _ENOUGH * len(lines) and any(re.search(r"\s\|", line) for line in lines)


def undrawn(pieces: Iterable[bytes], how: str) -> Iterator[bytes]:
    """Take off what only draws the table; a rule becomes a blank line, so that lines count alike."""
    rest = filter(None, pieces)
    first = next(rest, b"")
    for lines in lines_by(b"\n", itertools.chain([first], rest)):
        bare = _RULES.sub(_unruled, _BOX_BYTES.sub(_plain_box, lines))
        yield _BARS.sub(b"|", (_FRAME if how == FRAMED else _MARGIN).sub(b"", bare))


def _unruled(found: re.Match[bytes]) -> bytes:
    """Leave what has bars and no rule: a row of blanks."""
    return b"" if _IS_RULE.fullmatch(found[0].decode().strip()) else found[0]


def _plain_box(found: re.Match[bytes]) -> bytes:
    return _BOXES[found[0].decode()].encode()
