"""Text whose lines are no rows: records over several lines each, lists and objects of a program."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from unchurn.errors import DataError

_LINES, _LOOKED = 400, 1 << 18
_FIELD = re.compile(
    r"""\s*(?:-\ +)?(?P<quote>["']?)(?P<key>[^\W\d][\w .()/-]{0,60}?)(?P=quote)
    \s*(?::(?=\s|$)|=|\|(?=[^|]*$))\s*(?P<value>.*)""",
    re.VERBOSE,
)
"""A name and its value: ``tenure: 12``, ``tenure = 12``, ``tenure | 12``."""
_BETWEEN = re.compile(r"\W*|\s*-?\[.*\]\W*|[*\s]+\d+\. row[*\s]+")
"""What stands between records: rules, sections, ``-[ RECORD 2 ]---``, ``*** 2. row ***``."""
_RECORDS, _FIRST = 3, 30
_ENOUGH = 0.9
_PARTED = ",;\t|"
_BRACKETS = {"[": "]", "{": "}", "(": ")"}
_SHOWN = 3


def refuse_foreign(name: str, text: str) -> None:
    """Refuse a file that begins with `text` where its lines are no rows: `DataError`."""
    lines = [line for line in text[:_LOOKED].splitlines()[:_LINES] if line.strip()]
    if are_fields(lines):
        shown = ", ".join(repr(line.strip()[:30]) for line in lines[:_SHOWN])
        raise DataError(
            f"{name} writes each customer over several lines ({shown}, …), as YAML and lists of "
            "fields do; a table has one line for each.",
            "Export it as CSV (psql without \\x, mysql without \\G), or write one JSON object a line.",
        )
    if len(lines) >= _RECORDS and all(map(_is_bracketed, lines[:_FIRST])):
        raise DataError(
            f"The lines of {name} are lists or objects of a program ({lines[0].strip()[:60]!r}), "
            "not rows.",
            "Write them as CSV with a header, or one JSON object a line (json.dumps in Python).",
        )


def are_fields(lines: Sequence[str]) -> bool:
    """Tell whether lines are records over several lines: names that recur in turns, with values.

    Between two of the first name that recurs no other stands twice. Rows whose first cell is a name
    that recurs are told by the delimiter that all of them have.
    """
    lines = [line for line in lines if not _BETWEEN.fullmatch(line)]
    found = [_FIELD.fullmatch(line) for line in lines[:-1]]  # the last may be cut
    keys = [each["key"].strip() for each in found if each]
    if len(keys) < _ENOUGH * len(found) or any(_parts(lines, mark) for mark in _PARTED):
        return False
    times = Counter(keys)
    first = next((key for key in keys if times[key] >= _RECORDS), "")
    if not first or len(times) < _SHOWN - 1:
        return False
    starts = [place for place, key in enumerate(keys) if key == first]
    records = [keys[start:stop] for start, stop in pairwise(starts)]
    return all(len(set(record)) == len(record) > 1 for record in records)


def _parts(lines: Sequence[str], mark: str) -> bool:
    """Tell whether a character is in every line, equally often; one bar may part name and value."""
    counts = {line.count(mark) for line in lines[:-1]}
    return len(counts) == 1 and not counts & ({0, 1} if mark == "|" else {0})


def _is_bracketed(line: str) -> bool:
    bare = line.strip().rstrip(",;")
    return len(bare) > 1 and _BRACKETS.get(bare[0]) == bare[-1]
