"""A text file in parts of whole lines, and where in a part each line stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
_LF, _CR = 10, 13


@dataclass(frozen=True)
class Lines:
    """Whole lines of a file. `starts` and `stops` bound each line's text, its end left out."""

    text: bytes
    starts: I64
    stops: I64

    def __len__(self) -> int:
        """How many there are."""
        return len(self.starts)

    def __getitem__(self, line: int) -> bytes:
        """Return the text of one line."""
        return self.text[self.starts[line] : self.stops[line]]

    @property
    def bytes(self) -> npt.NDArray[np.uint8]:
        """The text as numbers."""
        return np.frombuffer(self.text, np.uint8)

    def holding(self, places: I64) -> I64:
        """Return the line in which each of `places` stands."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def part(self, first: int, last: int) -> Lines:
        """Return the lines from `first` up to `last`, that one left out."""
        if first == 0 and last >= len(self):
            return self
        begin = int(self.starts[first]) if first < len(self) else len(self.text)
        end = int(self.starts[last]) if last < len(self) else len(self.text)
        starts, stops = self.starts[first:last] - begin, self.stops[first:last] - begin
        return Lines(self.text[begin:end], starts, stops)


def lines_of(text: bytes) -> Lines:
    """Find the lines of a text: they end in LF, CR LF or CR."""
    buffer = np.frombuffer(text, np.uint8)
    if b"\r" in text:
        marks = np.flatnonzero((buffer == _LF) | (buffer == _CR))
        second = (buffer[marks] == _LF) & (buffer[marks - 1] == _CR) & (marks > 0)
        stops = marks[~second]
        after = stops + 1
        pairs = after < len(buffer)
        both = (buffer[stops[pairs]] == _CR) & (buffer[after[pairs]] == _LF)
        after[pairs] += both
    else:
        stops = np.flatnonzero(buffer == _LF)
        after = stops + 1
    starts = np.concatenate([np.zeros(1, np.int64), after])
    if starts[-1] == len(text):
        return Lines(text, starts[:-1], stops)
    return Lines(text, starts, np.append(stops, len(text)))


def whole_lines(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Regroup pieces into parts of about `size` bytes, each of which ends at a line's end."""
    held: list[bytes] = []
    length, wanted = 0, size
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length < wanted:
            continue
        if cut := _last_end(piece):
            yield b"".join([*held[:-1], piece[:cut]])
            held, length = [piece[cut:]], len(piece) - cut
        wanted = max(size, 2 * length)
    if rest := b"".join(held):
        yield rest


def lines_by(end: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup pieces so that each ends with the one `end` of a line that counts."""
    left: list[bytes] = []
    for piece in pieces:
        cut = piece.rfind(end) + 1
        if cut:
            yield b"".join([*left, piece[:cut]])
            left = [piece[cut:]]
        else:
            left.append(piece)
    if rest := b"".join(left):
        yield rest


def _last_end(text: bytes) -> int:
    """Where the last line begins; a CR at the very end may still be half of a CR LF."""
    lone = text.rfind(b"\r", 0, len(text) - 1)
    return max(text.rfind(b"\n"), lone) + 1
