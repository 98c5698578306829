"""Ids that name nobody, or no longer whom they named: said with rows and examples, kept as read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.errors import counted
from unchurn.tables.alike_ids import AlikeIds, Mask
from unchurn.tables.cells import IN_FIGURES, MISSING
from unchurn.tables.footer_rows import TOTAL_WORD
from unchurn.tables.id_runs import IdRuns
from unchurn.tables.id_writing import OTHER, IdWriting, Written

_SHOWN = 3
_FEW = 20
_NAMES = 0.2
"""Share of ids that are no codes, from which on they are names: Total Wine may be one."""
_PLAIN = r"^[A-Za-z_-]*[0-9][A-Za-z0-9_-]*$"
"""What nearly all ids look like; only the others are looked into."""
_ABSENT = frozenset((*MISSING, *IN_FIGURES)) - {"", "nc", "nd", "ka"}  # also codes
_BETWEEN = r"[\s_\-\"'.]"
_PATTERNS = {
    "cut-ids": (
        r"^[0-9](?:[.,][0-9]{1,17}[eE]\+?[0-9]{1,2}|[eE]\+[0-9]{1,2})$|^[0-9]{16,}\.0$" + "|\ufffd"
    ),
    "total-ids": (
        rf"(?i)^\W*(?:(?:grand|sub|overall|report|column|page)[\s-]*)?(?:{TOTAL_WORD})(?:$|\W)"
        r"|^page \d+|\W(?:sub-?)?(?:totals?|summe|ergebnis)\W*$"
    ),
    "hidden-ids": "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]",
    "fraction-ids": r"^[0-9]{3,}\.0$",
    "grouped-ids": "^[0-9]{1,3}(?:[, '’\u00a0\u202f][0-9]{3})+$",
    "padded-ids": "^[ '\u00a0\u3000]|[ \u00a0\u3000]$",
    "marked-ids": r"^[#*\"`(\[{<.,;:!|\\/~=&@^]|[#*\"`)\]}>.,;:!|\\/~=&@^]$|^[0-9]{1,3}(?:\.[0-9]{3})+$",
    "word-ids": r"^[^0-9]*$",
}
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez)"
_DAY = rf"(?i)^(?:(?:19|20)[0-9]{{2}}-[01][0-9]-[0-3][0-9]|{_MONTH}-[0-9]{{1,4}}|[0-9]{{1,2}}-{_MONTH})$"
_LONG = 12
_ROUNDED = r"^[1-9][0-9]{5,}0{6}$|^[1-9][0-9]{14}0{4,}$"
"""Long numbers of which a spreadsheet or a float kept six digits, or fifteen."""
_FIFTEEN = r"^[1-9][0-9]{14}0{1,3}$"
"""As many digits as a float surely keeps, and zeros: nothing odd in one id, but in most of them."""
_BY_CHANCE = 0.002
_NOTES = ("padded-ids", "marked-ids", "word-ids", "dated-ids")
"""Codes of what is worth a note, not a warning."""
_ELSEWHERE = ("rounded-ids", "float-ids", "dated-ids", "bare-ids")
"""Codes of what is looked for in other ids than those that are no mere letters and digits."""
_AMONG = ("total-ids", "marked-ids", "word-ids", "dated-ids")
"""Codes of what is odd beside other ids alone."""
_WORDS = {
    "absent-ids": ("says that there is none", "say that there is none"),
    "header-ids": ("is the column's own name, not a customer", "are the column's own name"),
    "bare-ids": (
        "has no value in any column that is used, as the heading of a group has none",
        "have no value in any column that is used, as headings of groups have none",
    ),
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
        "is a whole number written as a fraction: other tables write it without, and so should this one",
        "are whole numbers written as fractions: other tables write them without, and so should this one",
    ),
    "rounded-ids": (
        "ends in zeros as if rounded (by a spreadsheet, a float): others may share it",
        "end in zeros as if rounded (by a spreadsheet, a float): several may share one",
    ),
    "float-ids": (
        "has 15 digits and zeros",
        "have 15 digits and then zeros, all that a float or a spreadsheet keeps: several may share one",
    ),
    "grouped-ids": (
        "is a number with its thousands parted: other tables write it without, and so should this one",
        "are numbers with their thousands parted: other tables write them without, and so should this one",
    ),
    "padded-ids": (
        "begins or ends with a blank or an apostrophe, which the list keeps",
        "begin or end with a blank or an apostrophe, which the list keeps",
    ),
    "marked-ids": (
        "has a mark around or within it that other ids do not have: other tables may not know it so",
        "have marks around or within them that other ids do not have: other tables may not know them so",
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
_NEXT = {
    **dict.fromkeys(("cut-ids", "rounded-ids", "float-ids"), "; export the ids as text"),
    "padded-ids": "; write each id the one way",
    "marked-ids": "; write each id the one way",
}
_SCORED = {
    "absent-ids": "scored, but not to be told apart",
    "header-ids": "scored all the same; take such rows out",
    "total-ids": "scored all the same; take out what is no customer",
    "bare-ids": "scored all the same; take out what is no customer",
}


@dataclass
class OddIds:
    """Counts ids of the column `name` by what is wrong with them.

    `scored`: each becomes a line of a list. `trained`: how a schema says that training's were written.
    """

    name: str
    scored: bool = True
    trained: Written | None = None
    _looked: int = 0
    _unlike: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, dict[str, None]] = field(default_factory=dict)
    _rows: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to count."""
        self._writing, self._alike = IdWriting(self.name), AlikeIds(self.name, self.scored)
        self._runs = IdRuns(self.name)

    def look(
        self, ids: pa.Array, rows: pa.Array | None = None, bare: pa.Array | None = None
    ) -> Mask:
        """Take in a batch of ids as text, null where blank, where they stand, and which are `bare`.

        Tells of those that are not null which came before, where they are `scored`.
        """
        self._looked += len(ids)
        if bare is not None:
            self._bare(ids, bare, rows)
        known = ids.is_valid()
        again = self._alike.look(ids.filter(known))
        # letters and digits, the least that a look can cost: nothing is wrong with them
        code = pc.and_not(pc.ascii_is_alnum(ids), pc.ascii_is_alpha(ids))
        plain = ids.filter(code)
        if len(plain):
            places = None if rows is None else rows.filter(code)
            self._rounded(plain, places)
            self._writing.look(plain, places)
            self._runs.look(*_others(plain, pc.ascii_is_decimal(plain), places))
        ids, rows = _others(ids, code, rows)
        if len(ids):
            self._look_into(ids, rows)
        return again

    def _bare(self, ids: pa.Array, bare: pa.Array, rows: pa.Array | None) -> None:
        named = pc.and_(bare, ids.is_valid())
        if pc.any(named).as_py():
            self._take("bare-ids", ids.filter(named), None if rows is None else rows.filter(named))

    def _rounded(self, ids: pa.Array, rows: pa.Array | None) -> None:
        if pc.max(pc.binary_length(ids)).as_py() < _LONG:
            return
        for code, pattern in (("rounded-ids", _ROUNDED), ("float-ids", _FIFTEEN)):
            found = pc.match_substring_regex(ids, pattern)
            if pc.any(found).as_py():
                self._take(code, ids.filter(found), None if rows is None else rows.filter(found))

    def _look_into(self, ids: pa.Array, rows: pa.Array | None) -> None:
        """Take in ids, none null, that are no mere letters and digits."""
        days = pc.match_substring_regex(ids, _DAY)
        if pc.any(days).as_py():
            self._take("dated-ids", ids.filter(days), None if rows is None else rows.filter(days))
        usual = pc.match_substring_regex(ids, _PLAIN)
        places = None if rows is None else rows.filter(usual)
        self._writing.other(ids.filter(usual), places)
        self._runs.look(ids.filter(usual), places)
        left, at = _others(ids, usual, rows)
        self._unlike += len(left)
        for code in (each for each in _WORDS if each not in _ELSEWHERE):
            found = self._of_kind(code, left)
            if pc.any(found).as_py():
                taken, where = left.filter(found), None if at is None else at.filter(found)
                self._take(code, taken, where)
                if code == "word-ids":
                    self._writing.other(taken, where)
                left, at = _others(left, found, at)
        self._writing.other(left, at)

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
            bare = pc.replace_substring_regex(pc.utf8_lower(ids), _BETWEEN, "")
            return pc.equal(bare, _bare(self.name))
        return pc.match_substring_regex(ids, _PATTERNS[code])

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong."""
        for code, count in self._counts.items():
            if not self._is_said(code, count):
                continue
            noted = code in _NOTES
            yield Finding(code, "note" if noted else "warning", self._told(code), self.name, count)
        yield from self._writing.findings(self.trained)
        yield from self._runs.findings(self.trained)
        yield from self._alike.findings()

    def _is_said(self, code: str, count: int) -> bool:
        """Tell whether so many ids are odd, where that depends on what the others are."""
        most, looked = _NAMES * self._looked, self._looked
        if code == "rounded-ids":
            return count > _BY_CHANCE * looked
        if code == "float-ids":
            return count > max(_FEW, looked / 2)
        if code not in _AMONG or (code == "total-ids" and looked < _FEW):
            return True
        other = self.trained is not None and bool(self.trained.odd(OTHER))
        if code == "marked-ids":
            codes = looked >= _FEW and self._unlike - count <= most and count <= looked - most
            return other or codes
        if code == "word-ids" and other:  # said as another kind of id
            return False
        return looked >= _FEW and self._unlike <= most and count <= most

    @property
    def forms(self) -> tuple[str, ...]:
        """Say for a schema how they are written."""
        return self._runs.joined(self._writing.written).forms

    def _told(self, code: str) -> str:
        count, kept = self._counts[code], self._rows[code]
        more = ", …" if count > len(kept) else ""
        rows = f"row{'s' if count > 1 else ''} {', '.join(f'{row:,}' for row in kept)}{more}; "
        where = f"{rows if kept else ''}{', '.join(map(_shown, self._examples[code]))}"
        ids = counted(count, f"cell of {self.name!r}", f"cells of {self.name!r}")
        scored = f": {_SCORED[code]}" if self.scored and code in _SCORED else ""
        move = _NEXT.get(code, "")
        return f"{ids} ({where}) {_WORDS[code][count > 1]}{move}{scored}{'' if '?' in _WORDS[code][0] else '.'}"


def is_odd(text: str, name: str = "", trained: Written | None = None) -> bool:
    """Tell whether something is said of one id of the column `name`, whatever the others are."""
    if re.match(_PLAIN, text):
        rounded = len(text) >= _LONG and re.search(_ROUNDED, text)
        return bool(rounded) or bool(trained and trained.differs(text))
    told = (
        pattern for code, pattern in _PATTERNS.items() if code not in _AMONG or code == "total-ids"
    )
    if text.strip().lower() in _ABSENT or any(re.search(each, text) for each in told):
        return True
    return (name != "" and _bare(text) == _bare(name)) or bool(trained and trained.differs(text))


def _bare(text: str) -> str:
    return re.sub(_BETWEEN, "", text.lower())


def _others(
    ids: pa.Array, found: pa.Array, rows: pa.Array | None
) -> tuple[pa.Array, pa.Array | None]:
    """Leave out ids that were found, and null ones."""
    left = pc.fill_null(pc.invert(found), False)
    return ids.filter(left), None if rows is None else rows.filter(left)


def _shown(text: str) -> str:
    return (repr(text) if text.isprintable() else ascii(text))[:40]
