"""What a log, a search or a console writes before every line of a table: ``INFO 2027-01-31 12:00:05: C1,basic``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from unchurn.tables.lines import lines_by

_LINES, _LOOKED, _BEGUN = 200, 1 << 18, 200
_FEWEST = 3
_LEVEL = re.compile(r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b")
_SAME = {"0": rb"\d+", "\0": rb"[A-Z]+", " ": rb" +"}
"""What stands in a prefix for any number, any level and blanks."""
_STAMPED = re.compile(
    r"""[^,;\t"]{0,60}?
    (?:0[-/.]0[-/.]0[T,\ ]\ *|[A-Z][a-z]{2}\ 0\ )0:0(?::0)?+(?:[.,]0)?+(?:Z|\ ?[+-]0(?::0)?)?+
    [^,;\t"]*[]:>|\ ]""",
    re.VERBOSE,
)
"""A day and a time, and what ends the prefix behind them."""
_MARKED = re.compile(r'(?![0{<\[|"])[^,;\t"|]{0,80}[]:>] ?|(?![0|"])[^,;\t"|]{1,80} \| |[+] ?| ')
"""A name and a mark: what ``grep`` and ``diff`` write, quoted mail, consoles of several programs, an indent."""
_NUMBERED = re.compile(r" ?0\t")
"""What ``cat -n`` and ``nl`` write: the number of a line."""


def line_prefix(text: str, header: bool) -> str:
    """Return what stands before every line of a file that begins with `text`, as a form; "" where nothing does.

    In a form 0 is any number. The header has the prefix, too, so that it is none of the first column;
    in a file without one that cannot be told.
    """
    lines = [line for line in text[:_LOOKED].split("\n")[:_LINES] if line.strip()]
    if not header or len(lines) < _FEWEST:
        return ""
    forms = [_form(line) for line in lines[: None if text.endswith("\n") else -1]]
    first, last = min(forms), max(forms)
    differ = (
        place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other
    )
    common = first[: next(differ, None)]
    found = _NUMBERED.match(common) if _are_numbered(lines[: len(forms)]) else None
    found = found or _STAMPED.match(common) or _MARKED.match(common)
    return found[0] if found else ""


def _are_numbered(lines: Sequence[str]) -> bool:
    """Tell whether lines begin with 1, 2, 3, the header's first."""
    numbers = [line.partition("\t")[0].strip() for line in lines]
    return numbers == [str(number) for number in range(1, len(lines) + 1)]


def _form(line: str) -> str:
    known = _LEVEL.sub("\0", line[:_BEGUN].replace("\0", " "))
    return re.sub(" +", " ", re.sub(r"\d+", "0", known))


def shown_prefix(form: str) -> str:
    """Write a form for people, a number as ``…``."""
    return form.replace("0", "…").replace("\0", "LEVEL")


def without_prefix(pieces: Iterable[bytes], form: str) -> Iterator[bytes]:
    """Take the prefix off the lines that have it."""
    parts = (_SAME.get(each) or re.escape(each.encode()) for each in form)
    pattern = re.compile(rb"(?m)^" + b"".join(parts))
    for lines in lines_by(b"\n", pieces):
        yield pattern.sub(b"", lines)
