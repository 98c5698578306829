"""How far the sheets of .xls and .xlsb reach, and from when their days count, by their records.

The records are those of [MS-XLS] and [MS-XLSB]; the sectors that hold an .xls are of [MS-CFB].
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_END = 0xFFFF_FFFA
"""Numbers from it on are no sectors."""
_FIRST_SECTORS, _LISTED, _ENTRY = 76, 109, 128
_SHIFTS = (9, 12)
"""Sectors are of 512 bytes or of 4,096; of others, whatever the header says, there are none."""
_NAMES = ("Workbook", "Book")
BINARY_BOOK = "xl/workbook.bin"
_BEGIN, _DATES, _LOCKED, _DIMENSIONS, _SEVERAL, _MERGED = 0x809, 0x22, 0x2F, 0x200, 0xBD, 0xE5
_CELLS = frozenset((0x06, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x206, 0x27E, 0x406, _SEVERAL))
_B_ROW, _B_CELLS, _B_WORKBOOK, _B_MERGED = 0, frozenset((*range(1, 12), 62)), 153, 176


@dataclass
class Reach:
    """`cells` of the largest rectangle around a sheet's cells; whether days count from 1904."""

    cells: int = 0
    from_1904: bool = False
    merged: bool = False


def reach_of_xls(content: bytes) -> Reach:
    """Measure an .xls; one that is damaged or locked is left to whoever opens it."""
    found = Reach()
    try:
        last = widest = 0
        for kind, payload in _records(_workbook(content)):
            if kind == _LOCKED:
                return Reach()
            if kind == _BEGIN:
                last = widest = 0
            elif kind in _CELLS:
                row, column = struct.unpack_from("<HH", payload)
                column += (len(payload) - 6) // 6 - 1 if kind == _SEVERAL else 0
                last, widest = max(last, row + 1), max(widest, column + 1)
            elif kind == _DIMENSIONS and len(payload) == struct.calcsize("<IIHHH"):
                _, row, _, column = struct.unpack_from("<IIHH", payload)
                last, widest = max(last, row), max(widest, column)
            elif kind == _DATES:
                found.from_1904 = payload[:1] == b"\1"
            found.merged = found.merged or kind == _MERGED
            found.cells = max(found.cells, last * widest)
    except (struct.error, IndexError):
        return Reach()
    return found


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook(content: bytes) -> bytes:
    """Put the sectors of the stream together that holds the sheets."""
    shift, small = struct.unpack_from("<HH", content, 30)
    if shift not in _SHIFTS:
        raise struct.error(f"no sectors are of 2**{shift} bytes")
    directory, least, small_links, more = (
        struct.unpack_from("<I", content, at)[0] for at in (48, 56, 60, 68)
    )

    def sector(number: int) -> bytes:
        return content[(number + 1) << shift : (number + 2) << shift]

    listed = list(struct.unpack_from(f"<{_LISTED}I", content, _FIRST_SECTORS))
    while more < _END and len(listed) << shift < len(content):
        *further, more = struct.unpack(f"<{(1 << shift) // 4}I", sector(more))
        listed += further
    listed = [each for each in listed if each < _END]
    if len(listed) << shift > len(content):
        raise struct.error("sectors are listed more than once")
    links = [link for each in listed for link in _numbers(sector(each))]
    most = len(content)
    entries = joined(directory, links, sector, most)
    held = joined(_place(entries, 0)[0], links, sector, most)  # the root's: its small sectors

    def small_sector(number: int) -> bytes:
        return held[number << small : (number + 1) << small]

    for at in range(_ENTRY, len(entries), _ENTRY):
        first, size = _place(entries, at)
        if _name(entries, at) in _NAMES and size >= least:
            return joined(first, links, sector, most)[:size]
        if _name(entries, at) in _NAMES:
            chain = _numbers(joined(small_links, links, sector, most))
            return joined(first, chain, small_sector, most)[:size]
    return b""


def _name(entries: bytes, at: int) -> str:
    length = struct.unpack_from("<H", entries, at + 64)[0]
    return entries[at : at + max(0, length - 2)].decode("utf-16-le", "replace")


def _place(entries: bytes, at: int) -> tuple[int, int]:
    """Return the first sector of a stream, and its size."""
    first, size = struct.unpack_from("<II", entries, at + 116)
    return first, size


def _numbers(sectors: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sectors) // 4}I", sectors[: len(sectors) // 4 * 4])


def joined(first: int, links: Sequence[int], sector: Callable[[int], bytes], most: int) -> bytes:
    """Join the sectors of a chain, which may run in a circle: up to the first beyond `most` bytes."""
    parts, size = list[bytes](), 0
    while first < _END and len(parts) <= len(links) and size <= most:
        parts.append(sector(first))
        size += len(parts[-1])
        first = links[first]
    return b"".join(parts)


def reach_of_xlsb(archive: zipfile.ZipFile) -> Reach:
    """Measure an .xlsb."""
    found = Reach()
    for name in archive.namelist():
        if name == BINARY_BOOK or (name.startswith("xl/worksheets/") and name.endswith(".bin")):
            _add(found, archive.read(name))
    return found


def _add(found: Reach, part: bytes) -> None:
    row = last = widest = 0
    for kind, at in _parts(part):
        if kind in _B_CELLS:
            column = int.from_bytes(part[at : at + 4], "little")
            last, widest = max(last, row + 1), max(widest, column + 1)
        elif kind == _B_ROW:
            row = int.from_bytes(part[at : at + 4], "little")
        elif kind == _B_WORKBOOK:
            found.from_1904 = bool(int.from_bytes(part[at : at + 1], "little") & 1)
        found.merged = found.merged or kind == _B_MERGED
    found.cells = max(found.cells, last * widest)


def _parts(part: bytes) -> Iterator[tuple[int, int]]:
    """Yield the kind of each record, and where its payload begins."""
    at, end = 0, len(part)
    while at < end:
        kind = part[at]
        if kind & 0x80 and at + 1 < end:
            at += 1
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
        at += 1
        size = shift = 0
        while at < end:
            byte = part[at]
            size |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80 or shift == 28:
                break
        yield kind, at
        at += size
