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
    padded = np.concatenate([[10], buffer, [10]]).astype(np.uint8, copy=False)
    bad_open = opening[~edge[padded[opening]]]
    bad_close = closing[~edge[padded[closing + 2]]]
    left, blank_left = _passed_over(padded, bad_open, -1, edge)
    right, blank_right = _passed_over(padded, bad_close, 1, edge)
    odd[lines.holding(np.concatenate([left, right]))] = True
    blanks = np.concatenate([blank_left, blank_right])
    return odd, blanks[~odd[lines.holding(blanks)]]


def _passed_over(
    padded: npt.NDArray[np.uint8], quotes: I64, step: int, edge: Flags
) -> tuple[I64, I64]:
    """Return the quotes that do not stand at a cell's edge, and the blanks before those that do."""
    beyond = edge.copy()
    beyond[_QUOTE] = False
    at = quotes + step
    walked = []
    for _ in range(_PADDING):
        spaces = padded[at + 1] == _SPACE
        if not spaces.any():
            break
        walked.append((at.copy(), spaces))
        at = np.where(spaces, at + step, at)
    good = beyond[padded[at + 1]]
    blanks = [places[spaces & good] for places, spaces in walked]
    return quotes[~good], np.concatenate(blanks) if blanks else np.empty(0, np.int64)
