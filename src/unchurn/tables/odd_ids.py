"""Ids that name nobody, or no longer whom they named: said with rows and examples, kept as read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.errors import counted
from unchurn.tables.cells import IN_FIGURES, MISSING
from unchurn.tables.footer_rows import TOTAL_WORD

_SHOWN = 3
_FEW = 20
_NAMES = 0.2
"""Share of ids that are no codes, from which on they are names: Total Wine may be one."""
_PLAIN = r"^[A-Za-z_-]*[0-9][A-Za-z0-9_-]*$"
"""What nearly all ids look like; only the others are looked into."""
_ABSENT = frozenset((*MISSING, *IN_FIGURES)) - {"", "nc", "nd", "ka"}  # also codes
_PATTERNS = {
    "cut-ids": r"^[0-9](?:[.,][0-9]{1,17}[eE]\+?|[eE]\+)[0-9]{2}$" + "|\ufffd",
    "total-ids": (
        rf"(?i)^\W*(?:(?:grand|sub|overall|report|column|page)[\s-]*)?(?:{TOTAL_WORD})(?:$|\W)"
        r"|^page \d+|\W(?:sub-?)?(?:totals?|summe|ergebnis)\W*$"
    ),
    "hidden-ids": "[\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]",
    "fraction-ids": r"^[0-9]{3,}\.0$",
    "padded-ids": "^[ '\u00a0\u3000]|[ \u00a0\u3000]$",
    "word-ids": r"^[^0-9]*$",
}
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez)"
_DAY = rf"(?i)^(?:(?:19|20)[0-9]{{2}}-[01][0-9]-[0-3][0-9]|{_MONTH}-[0-9]{{1,4}}|[0-9]{{1,2}}-{_MONTH})$"
_NOTES = ("padded-ids", "word-ids", "dated-ids")
"""Codes of what is worth a note, not a warning; one customer alone has none of them."""
_AMONG = ("total-ids", "word-ids", "dated-ids")
"""Codes of what is odd where it is rare."""
_WORDS = {
    "absent-ids": ("says that there is none", "say that there is none"),
    "header-ids": ("is the column's own name, not a customer", "are the column's own name"),
    "cut-ids": (
        "has lost digits or letters (to a spreadsheet, a float, an encoding): others may share it",
        "have lost digits or letters (to a spreadsheet, a float, an encoding): several may share one",
    ),
    "total-ids": ("reads like a total, not a customer", "read like totals, not customers"),
    "hidden-ids": (
        "holds a character that cannot be seen, which no other system will know it by",
        "hold characters that cannot be seen, which no other system will know them by",
    ),
    "fraction-ids": (
        "is a whole number written as a fraction: other tables write it without",
        "are whole numbers written as fractions: other tables write them without",
    ),
    "padded-ids": (
        "begins or ends with a blank or an apostrophe, which the list keeps",
        "begin or end with a blank or an apostrophe, which the list keeps",
    ),
    "dated-ids": (
        "is a day, where nearly all others are codes: a spreadsheet may have made it one",
        "are days, where nearly all others are codes: a spreadsheet may have made them such",
    ),
    "word-ids": (
        "has no digit, where nearly all others have: is it a customer?",
        "have no digit, where nearly all others have: are they customers?",
    ),
}
"""By code what is wrong with one id and with several; an id is said once, in this order."""
_SCORED = {
    "absent-ids": "scored, but not to be told apart",
    "header-ids": "scored all the same; take such rows out",
    "total-ids": "scored all the same; take out what is no customer",
}


@dataclass
class OddIds:
    """Counts ids of the column `name` by what is wrong with them.

    `scored`: each becomes a line of a list.
    """

    name: str
    scored: bool = True
    _looked: int = 0
    _unlike: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, dict[str, None]] = field(default_factory=dict)
    _rows: dict[str, list[int]] = field(default_factory=dict)

    def look(self, ids: pa.Array, rows: pa.Array | None = None) -> None:
        """Take in a batch of ids as text, null where blank, and where they stand."""
        self._looked += len(ids)
        # letters and digits, the least that a look can cost: nothing is wrong with them
        code = pc.and_not(pc.ascii_is_alnum(ids), pc.ascii_is_alpha(ids))
        ids, rows = _others(ids, code, rows)
        if not len(ids):
            return
        days = pc.match_substring_regex(ids, _DAY)
        if pc.any(days).as_py():
            self._take("dated-ids", ids.filter(days), None if rows is None else rows.filter(days))
        left, at = _others(ids, pc.match_substring_regex(ids, _PLAIN), rows)
        self._unlike += len(left)
        for code in (each for each in _WORDS if each != "dated-ids"):
            found = self._of_kind(code, left)
            if pc.any(found).as_py():
                self._take(code, left.filter(found), None if at is None else at.filter(found))
                left, at = _others(left, found, at)

    def _take(self, code: str, ids: pa.Array, rows: pa.Array | None) -> None:
        self._counts[code] = self._counts.get(code, 0) + len(ids)
        examples = self._examples.setdefault(code, {})
        for each in ids.slice(0, 256).to_pylist():
            if len(examples) < _SHOWN:
                examples[each] = None
        kept = self._rows.setdefault(code, [])
        if rows is not None:
            kept += rows.slice(0, _SHOWN - len(kept)).to_pylist()

    def _of_kind(self, code: str, ids: pa.Array) -> pa.Array:
        if code == "absent-ids":
            bare = pc.utf8_lower(pc.utf8_trim_whitespace(ids))
            return pc.is_in(bare, value_set=pa.array(sorted(_ABSENT)))
        if code == "header-ids":
            bare = pc.replace_substring_regex(pc.utf8_lower(ids), r"[\s_\-\"'.]", "")
            return pc.equal(bare, re.sub(r"[\s_\-\"'.]", "", self.name.lower()))
        return pc.match_substring_regex(ids, _PATTERNS[code])

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong."""
        most = _NAMES * self._looked
        few = self._unlike <= most and self._looked >= _FEW
        for code, count in self._counts.items():
            alone = code == "total-ids" and self._looked < _FEW
            if code in _AMONG and not alone and not (few and count <= most):
                continue
            noted = code in _NOTES
            yield Finding(code, "note" if noted else "warning", self._told(code), self.name, count)

    def _told(self, code: str) -> str:
        count, kept = self._counts[code], self._rows[code]
        more = ", …" if count > len(kept) else ""
        rows = f"row{'s' if count > 1 else ''} {', '.join(f'{row:,}' for row in kept)}{more}; "
        where = f"{rows if kept else ''}{', '.join(map(_shown, self._examples[code]))}"
        ids = counted(count, f"cell of {self.name!r}", f"cells of {self.name!r}")
        scored = f": {_SCORED[code]}" if self.scored and code in _SCORED else ""
        return f"{ids} ({where}) {_WORDS[code][count > 1]}{scored}{'' if '?' in _WORDS[code][0] else '.'}"


def is_odd(text: str) -> bool:
    """Tell whether something is wrong with one id, whatever the others are."""
    if re.match(_PLAIN, text):
        return False
    told = (pattern for code, pattern in _PATTERNS.items() if code not in _NOTES)
    return text.strip().lower() in _ABSENT or any(re.search(each, text) for each in told)


def _others(
    ids: pa.Array, found: pa.Array, rows: pa.Array | None
) -> tuple[pa.Array, pa.Array | None]:
    """Leave out ids that were found, and null ones."""
    left = pc.fill_null(pc.invert(found), False)
    return ids.filter(left), None if rows is None else rows.filter(left)


def _shown(text: str) -> str:
    return (repr(text) if text.isprintable() else ascii(text))[:40]
