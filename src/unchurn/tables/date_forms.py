"""Dates that are written in words, in parts, or in other scripts → their fields.

Each form is a pattern over folded text (see `date_words`) whose groups are the fields of a
date: ``y`` year, ``a`` and ``b`` month and day in the form's order, ``H M S f`` the time, ``p``
or ``q`` the half of the day, ``z`` the zone. An absent month or day is the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.date_fields import PIVOT, Moments, moments
from unchurn.tables.date_words import MONTH, MONTHS, WEEKDAY, fold

Shape = Callable[[pa.Array], pa.Array]

_ZONE = r"z|(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2}){0,2}|[a-z]{2,5}|[a-z_]+(?:/[a-z0-9_+-]+)+"
_CLOCK = r"(?P<H>[0-9]{1,2})(?: ?[:.h] ?(?P<M>[0-9]{2})(?: ?[:.m] ?(?P<S>[0-9]{2})(?:[.,:](?P<f>[0-9]{1,9}))?s?)?)?"
_HALF = r"(?: *(?P<p>[ap](?:\.? ?m)?)\b\.?)?"
_CLOCKED = (
    r"(?:[ ,t:@]| - |at|um|kl|a las|as|a|alle|ore|klo|om|o)+\.? *(?:(?P<q>[ap]m) +)?"
    + _CLOCK
    + r" *(?:uhr|hrs?|h|:)?"
    + _HALF
    + rf" *(?P<z>{_ZONE})?(?:\[(?P<n>[a-z0-9/_+-]+)\])?"
)
_TIME = rf"(?:{_CLOCKED}| *(?:z|[+-][0-9]{{2}}:[0-9]{{2}}))? *$"
_GAP = r"(?:[-/., ']|de |del |of |the )*"
_YEAR = r"'?(?P<y>[0-9]{4}|[0-9]{2})(?: ?(?:г|гг|р|r|roku)\.?)?\.?"
_DAY = r"(?P<b>[0-9]{1,2})(?:st|nd|rd|th|er|re|o|a|e)?\.?"
_NAME = r"~(?P<a>[0-9]{1,2})~"
_CENTURY = r"(?P<y>(?:19|20)[0-9]{2})"
_NAMED = (
    rf"^{_DAY}{_GAP}{_NAME}{_GAP}{_YEAR}{_TIME}",
    rf"^{_NAME}{_GAP}{_DAY}(?:[-/., ']|of )+{_YEAR}{_TIME}",
    rf"^(?P<y>[0-9]{{4}})\.?{_GAP}{_NAME}{_GAP}{_DAY}{_TIME}",
    rf"^{_NAME} +{_DAY} +{_CLOCK}{_HALF} *(?P<z>{_ZONE})? +(?P<y>[0-9]{{4}})$",
    rf"^{_NAME} +{_DAY} +{_CLOCK} +(?P<y>[0-9]{{4}}) +(?P<z>[+-][0-9]{{4}})$",  # git
    rf"^{_NAME}{_GAP}'?(?P<y>[0-9]{{4}})$",
    rf"^{_NAME}(?:[-/.']| ')+(?P<y>[0-9]{{2}})$",
    rf"^(?P<y>[0-9]{{4}})\.?{_GAP}{_NAME}\.?$",
)
_MINGUO = (
    r"^(?P<y>0[7-9][0-9]|1[0-4][0-9]) ?[-/.] ?(?P<a>0?[1-9]|1[0-2]) ?[-/.] ?(?P<b>[0-9]{1,2})$"
)
"""Years of the Republic of China, read as they stand."""
_YEAR_FIRST = (
    rf"^(?P<y>[0-9]{{4}}) ?[-/.: ] ?(?P<a>[0-9]{{1,2}}) ?[-/.: ] ?(?P<b>[0-9]{{1,2}})[-. ]*{_TIME}",
    rf"^(?P<y>[0-9]{{4}})-(?P<a>[0-9]{{2}})-(?P<b>[0-9]{{2}})-{_CLOCK}$",
    rf"^(?P<y>[0-9]{{4}})(?P<a>[0-9]{{2}})(?P<b>[0-9]{{2}})[t ](?P<H>[0-9]{{2}})(?P<M>[0-9]{{2}})"
    rf"(?P<S>[0-9]{{2}})?(?:[.,](?P<f>[0-9]{{1,9}}))? ?(?P<z>{_ZONE})?$",
    rf"^(?P<y>[0-9]{{4}})(?P<a>[0-9]{{2}})(?P<b>[0-9]{{2}}){_CLOCKED} *$",
    _MINGUO,
)
_MONTHLY = (
    rf"^{_CENTURY} ?[-/m] ?(?P<a>0[1-9]|1[0-2]|[1-9])-? *$",
    rf"^(?P<a>0[1-9]|1[0-2]|[1-9]) ?[/-] ?{_CENTURY}$",
)
_LOCAL = (
    rf"^(?P<a>[0-9]{{1,2}}) ?[-/.] ?(?P<b>[0-9]{{1,2}}) ?[-/.] ?{_YEAR}{_TIME}",
    rf"^(?P<a>[0-9]{{1,2}}) (?P<b>[0-9]{{1,2}}) {_CENTURY}{_TIME}",
)
_COMPACT = (
    r"^(?P<y>(?:19|20)[0-9]{2})(?P<a>[0-9]{2})(?P<b>[0-9]{2})(?P<H>[0-9]{2})(?:(?P<M>[0-9]{2})(?P<S>[0-9]{2})?)?$",
    r"^(?P<y>(?:19|20)[0-9]{2})(?P<a>0[1-9]|1[0-2])$",
    r"^(?P<y>(?:19|20)[0-9]{2})$",
    r"^(?P<a>0?[1-9]|1[0-2])\.(?P<y>(?:19|20)[0-9]{2}|20[1-9])$",  # 1.202: its zero was lost
    r"^(?P<y>(?:19|20)[0-9]{2})\.(?P<a>0?[1-9]|1[0-2])$",
    r"^(?P<a>0?[1-9]|1[0-2])(?P<y>(?:19|20)[0-9]{2})$",
)
_COMPACT_LOCAL = (r"^(?P<a>[0-9]{1,2})(?P<b>[0-9]{2})(?P<y>(?:19|20)[0-9]{2})$",)
WEEKS = (
    r"^(?P<y>[0-9]{4})-?w(?P<w>[0-9]{1,2})(?:-?(?P<d>[1-7]))?$",
    r"^(?:kw|w|cw) ?(?P<w>[0-9]{1,2})[-/ ]+(?P<y>[0-9]{4})(?P<d>)$",
)
_QUARTER = r"(?:[qt]|[qt]uarter ?)"
_QUARTERS = tuple(
    (pattern, replaced)
    for number in range(1, 5)
    for pattern, replaced in (
        (rf"^([0-9]{{4}})[-/ ]*{_QUARTER}{number}$", rf"\1 ~{3 * number - 2}~"),
        (rf"^{_QUARTER}{number}[-/' ]*([0-9]{{4}}|[0-9]{{2}})$", rf"~{3 * number - 2}~-\1"),
        (
            rf"^{number}\.? ?(?:q|quartal|trimestre)[-/' ]*([0-9]{{4}}|[0-9]{{2}})$",
            rf"~{3 * number - 2}~-\1",
        ),
    )
)
_LONGEST = 80
_NULL = pa.scalar(None, pa.string())


def read_forms(cells: pa.Array, order: str, *, compact: bool, pivot: int = PIVOT) -> Moments:
    """Read text cells by every form, the first that gives a possible moment counting."""
    text = _folded(cells)
    values = np.full(len(text), np.datetime64("NaT", "us"))
    for shaped, patterns, each in _stages(order, compact):
        left = np.flatnonzero(np.isnat(values))
        if not len(left):
            break
        values[left] = _by(patterns, shaped(text.take(pa.array(left))), each, pivot)
    return values


def _stages(order: str, compact: bool) -> Iterator[tuple[Shape, tuple[str, ...], str]]:
    """Yield how text is shaped, the patterns it is held to, and their order."""
    year_first = "ydm" if order == "ydm" else "ymd"
    local = (*_LOCAL, *_COMPACT_LOCAL * compact) if order in ("dmy", "mdy") else ()
    yield _same, _YEAR_FIRST, year_first
    yield _same, local, order
    yield _named_bare, _NAMED, "ymd"
    yield _named, _NAMED, "ymd"
    yield _same, (*_MONTHLY, *_COMPACT * compact), "ymd"
    yield _same, WEEKS, "week"
    yield _with_quarters, _NAMED, "ymd"
    yield _bare, _YEAR_FIRST, year_first
    yield _bare, local, order


def _by(patterns: tuple[str, ...], text: pa.Array, order: str, pivot: int) -> Moments:
    values = np.full(len(text), np.datetime64("NaT", "us"))
    if text.null_count == len(text):
        return values
    for pattern in patterns:
        found = pc.fill_null(pc.match_substring_regex(text, pattern), False)
        where = np.flatnonzero(found.to_numpy(zero_copy_only=False) & np.isnat(values))
        if len(where):
            fields = pc.extract_regex(text.take(pa.array(where)), pattern)
            values[where] = moments(fields, order, pivot)
    return values


def _folded(cells: pa.Array) -> pa.Array:
    """Fold what may be a date; anything else becomes null."""
    short = pc.less_equal(pc.utf8_length(cells), _LONGEST)
    # out is October in Portuguese, and 7 out of 10 is no day of it
    short = pc.and_(short, pc.invert(pc.match_substring(cells, " out of ")))
    text = fold(pc.if_else(short, cells, _NULL))
    text = pc.replace_substring_regex(text, r"^isodate\((.*)\)$", r"\1")
    text = pc.replace_substring_regex(text, r"^[\"']([^\"']*)[\"']?$", r"\1")
    # the name of a zone behind its offset, and a day of the week behind a date, say it again
    text = pc.replace_substring_regex(text, r" *\([^()]*\)$", "")
    text = pc.replace_substring_regex(text, r"([+-][0-9:]+|z)\[[a-z0-9/_+-]+\]$", r"\1")
    text = pc.replace_substring_regex(text, r"( [+-][0-9]{4}) [a-z]{3,5}(?: m=.*)?$", r"\1")
    return pc.replace_substring_regex(text, r"\b([ap])\. ?m\b\.?", r"\1m")


def _same(text: pa.Array) -> pa.Array:
    return text


def _bare(text: pa.Array) -> pa.Array:
    """Take off the day of the week; text that begins with none becomes null."""
    bare = pc.replace_substring_regex(text, WEEKDAY, "")
    return pc.if_else(pc.equal(bare, text), _NULL, bare)


def _named_bare(text: pa.Array) -> pa.Array:
    return _named(_bare(text))


def _named(text: pa.Array) -> pa.Array:
    """Write a month's name as its number between tildes; text without any becomes null."""
    if text.null_count == len(text):
        return text
    parts = pc.extract_regex(text, MONTH)
    words = parts.field("name").dictionary_encode()
    known = [MONTHS.get(word) for word in words.dictionary.to_pylist()]
    number = pa.array(known, pa.int64()).cast(pa.string()).take(words.indices)
    pieces = (parts.field("before"), "~", number, "~", parts.field("after"))
    return pc.binary_join_element_wise(*pieces, "")


def _with_quarters(text: pa.Array) -> pa.Array:
    quarter = pc.match_substring_regex(text, r"[qt]|trimestre")
    text = pc.if_else(quarter, text, _NULL)
    if text.null_count < len(text):
        for pattern, replaced in _QUARTERS:
            text = pc.replace_substring_regex(text, pattern, replaced)
    return text
