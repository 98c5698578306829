"""Reads a PNG back by the format's own rules, checksums included."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt


def pixels_of(path: Path) -> npt.NDArray[np.uint8]:
    """Return rows × columns × (red, green, blue) of a picture that names no maker and no date."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(data):
        (size,) = struct.unpack(">I", data[place : place + 4])
        named = data[place + 4 : place + 8 + size]
        assert struct.unpack(">I", data[place + 8 + size :][:4])[0] == zlib.crc32(named)
        chunks[named[:4]] = named[4:]
        place += 12 + size
    assert list(chunks) == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert kind == [8, 2, 0, 0, 0]
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    assert set(lines[:, 0].tolist()) == {2}, "each line is the difference to the one above"
    return np.cumsum(lines[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 3)
