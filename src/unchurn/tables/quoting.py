"""Which lines with quotes are plain records: found for a whole part of a file at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.tables.lines import I64, Lines, lines_of

_QUOTE, _SPACE = 34, 32
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


def all_quoted(lines: Lines, mark: bytes) -> bool:
    """Tell whether each cell of each line is quoted and holds no quote: much is read at once.

    Then every quote but a line's first and last stands in a pair around a delimiter, and
    counting shows it.
    """
    buffer, first, last = lines.bytes, lines.starts, lines.stops - 1
    if len(buffer) < _PADDING or bool((lines.stops - first < 2).any()):
        return False
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
