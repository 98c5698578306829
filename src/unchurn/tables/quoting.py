"""Which lines with quotes are plain records: found for a whole part of a file at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.tables.lines import I64, Lines, lines_of

_QUOTE, _SPACE, _EQUALS = 34, 32, 61
_PADDING = 16
"""Most blanks between a delimiter and a quote that are passed over here."""
Flags = npt.NDArray[np.bool_]


def checked(lines: Lines, mark: bytes, backslash: bool) -> tuple[Lines, Flags]:
    """Tell which lines are no plain records: their quotes open and close nothing by themselves.

    Returns the lines, blanks between delimiters and quotes taken out and backslashes before
    quotes made quotes where that leaves plain records, and a flag for each line that is none.
    """
    if backslash and b"\\" in lines.text:
        return _unescaped(lines, mark)
    doubtful, blanks = _doubtful(lines, mark)
    if not len(blanks):
        return lines, doubtful
    keep = np.ones(len(lines.text), np.bool_)
    keep[blanks] = False
    return lines_of(lines.bytes[keep].tobytes()), doubtful


def _unescaped(lines: Lines, mark: bytes) -> tuple[Lines, Flags]:
    """As `checked`, where a backslash escapes: lines with any other backslash are none."""
    other = lines.text.replace(b'\\"', b'""')
    doubtful, _ = _doubtful(Lines(other, lines.starts, lines.stops), mark)
    slashes = np.flatnonzero(lines.bytes == 0x5C)
    follows = np.append(lines.bytes, 10)[slashes + 1]
    special = slashes[np.isin(follows, [0x5C, mark[0], 10, 13])]
    doubtful[lines.holding(special)] = True
    # what is none is read as it stands in the file
    if doubtful.any():
        other = _restored(other, lines, doubtful)
    return Lines(other, lines.starts, lines.stops), doubtful


def _restored(text: bytes, lines: Lines, which: Flags) -> bytes:
    changed = bytearray(text)
    for line in np.flatnonzero(which).tolist():
        begin, end = int(lines.starts[line]), int(lines.stops[line])
        changed[begin:end] = lines.text[begin:end]
    return bytes(changed)


def _doubtful(lines: Lines, mark: bytes) -> tuple[Flags, I64]:
    """Return a flag for each line that is no plain record, and the needless blanks in others."""
    buffer = lines.bytes
    quotes = np.flatnonzero(buffer == _QUOTE)
    first = np.searchsorted(quotes, lines.starts)
    counts = np.diff(np.append(first, len(quotes)))
    odd = (counts & 1).astype(np.bool_)
    if odd.any():
        opens = ((np.arange(len(quotes)) - np.repeat(first, counts)) & 1) == 0
        opening, closing = quotes[opens], quotes[~opens]
    else:
        opening, closing = quotes[0::2], quotes[1::2]
    edge = np.zeros(256, np.bool_)
    edge[[mark[0], 10, 13, _QUOTE]] = True
    good_open = edge[buffer.take(opening - 1, mode="wrap")]
    if len(opening) and opening[0] == 0:
        good_open[0] = True
    bad_open = opening[~good_open]
    bad_close = closing[~edge[buffer.take(closing + 1, mode="clip")]]
    if not len(bad_open) and not len(bad_close):
        return odd, np.empty(0, np.int64)
    left, blank_left = _passed_over(buffer, bad_open, -1, edge)
    right, blank_right = _passed_over(buffer, bad_close, 1, edge)
    odd[lines.holding(np.concatenate([left, right]))] = True
    blanks = np.concatenate([blank_left, blank_right])
    return odd, blanks[~odd[lines.holding(blanks)]]


def _passed_over(
    buffer: npt.NDArray[np.uint8], quotes: I64, step: int, edge: Flags
) -> tuple[I64, I64]:
    """Return the quotes that do not stand at a cell's edge, and the blanks before those that do."""
    beyond = edge.copy()
    beyond[_QUOTE] = False
    at = quotes + step
    walked = []
    for _ in range(_PADDING):
        spaces = buffer.take(at, mode="clip") == _SPACE
        if not spaces.any():
            break
        walked.append((at.copy(), spaces))
        at = np.where(spaces, at + step, at)
    good = beyond[buffer.take(at, mode="clip")]
    blanks = [places[spaces & good] for places, spaces in walked]
    return quotes[~good], np.concatenate(blanks) if blanks else np.empty(0, np.int64)


def bare(lines: Lines, mark: bytes) -> tuple[Flags, Flags]:
    """Tell which lines have no quote at a cell's beginning, where alone it is more than text.

    The second flags those of them with a quote that is not of a spreadsheet's ``="…"``.
    """
    buffer = lines.bytes
    quotes = np.flatnonzero(buffer == _QUOTE)
    edge = np.zeros(256, np.bool_)
    edge[[mark[0], 10, 13]] = True
    before = buffer.take(quotes - 1, mode="clip")
    begins = edge[before] | (quotes == 0)
    spaced = quotes[before == _SPACE]
    at = spaced - 1
    for _ in range(_PADDING):
        at = np.where(buffer.take(at, mode="clip") == _SPACE, at - 1, at)
    begins[before == _SPACE] = (
        edge[buffer.take(at, mode="clip")] | (at < 0) | (buffer.take(at, mode="clip") == _SPACE)
    )
    held = lines.holding(quotes)
    plain = np.zeros(len(lines), np.bool_)
    plain[held] = True
    plain[held[begins]] = False
    after = buffer.take(quotes + 1, mode="clip")
    formula = (before == _EQUALS) | edge[after] | (quotes == len(buffer) - 1)
    told = np.zeros(len(lines), np.bool_)
    told[held[~formula]] = True
    return plain, told & plain


def over_lines(lines: Lines, mark: bytes, width: int) -> Flags | None:
    """Find the records of whole lines whose quotes are all in order, over several lines or not.

    Returns a flag for each line that begins a record, up to the last whole one; None where
    some quote is not in order, or where a quoted cell may hold rows.
    """
    buffer = lines.bytes
    quotes = np.flatnonzero(buffer == _QUOTE)
    if len(quotes) % 2:
        last = int(lines.holding(quotes[-1:])[0])
        starts = np.flatnonzero(np.searchsorted(quotes, lines.starts[: last + 1]) % 2 == 0)
        begun = int(starts[-1])
        if begun == 0 or len(lines) - begun > _PADDING:
            return None
        return over_lines(lines.part(0, begun), mark, width)
    inside = _inside(lines, quotes, mark)
    if inside is None or not inside.any():
        return None if inside is None else ~inside
    marks = np.searchsorted(np.flatnonzero(buffer == mark[0]), np.append(lines.starts, len(buffer)))
    may_fit = np.diff(marks) >= width - 1
    record = np.cumsum(~inside) - 1
    size = np.bincount(record)
    fitting = np.bincount(record, weights=may_fit)
    if ((size > 1) & (2 * fitting >= size)).any():
        return None
    return ~inside


def _inside(lines: Lines, quotes: I64, mark: bytes) -> Flags | None:
    """Tell which lines begin inside a quoted cell; None where some quote is not in order."""
    buffer = lines.bytes
    edge = np.zeros(256, np.bool_)
    edge[[mark[0], 10, 13, _QUOTE]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    opens = edge[buffer.take(opening - 1, mode="clip")] | (opening == 0)
    if len(quotes) % 2 or not opens.all():
        return None
    if not edge[buffer.take(closing + 1, mode="clip")].all():
        return None
    return (np.searchsorted(quotes, lines.starts) & 1).astype(np.bool_)


def in_order(lines: Lines, mark: bytes) -> bool:
    """Tell whether every quote opens or closes a cell, and no cell holds a line's end."""
    inside = _inside(lines, np.flatnonzero(lines.bytes == _QUOTE), mark)
    return inside is not None and not inside.any()


def all_quoted(lines: Lines, mark: bytes) -> bool:
    """Tell whether each cell of each line is quoted and holds no quote: much is read at once.

    Then every quote but a line's first and last stands in a pair around a delimiter, and
    counting shows it.
    """
    buffer, first, last = lines.bytes, lines.starts, lines.stops - 1
    if len(buffer) < _PADDING or bool((lines.stops - first < 2).any()):
        return False
    if lines[0].count(b'"') != 2 * lines[0].count(b'"' + mark + b'"') + 2:
        return False  # as most parts that are not show in one line
    quote = buffer == _QUOTE
    if not (quote[first].all() and quote[last].all()):
        return False
    pairs = quote[:-2] & (buffer[1:-1] == mark[0])
    pairs &= quote[2:]
    shared = bool((pairs[:-2] & pairs[2:]).any())
    edges = pairs.take(first, mode="clip") | pairs.take(last - 2, mode="clip")
    if shared or edges.any():
        return False
    return bool(np.count_nonzero(quote) == 2 * np.count_nonzero(pairs) + 2 * len(lines))
