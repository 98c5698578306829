"""A picture of pixels, and its PNG: rectangles, discs and lines of text with smooth edges."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from unchurn.report.face import Face

_Shade: TypeAlias = npt.NDArray[np.float64]
"""How much of each pixel is covered, 0 to 1."""
_FINE = 4
"""Places within a pixel, each way, at which a disc is drawn."""
_PER_METRE = 5906
"""150 pixels an inch."""


class Canvas:
    """White at first. Places are in pixels from the left and the top; colours are ``#rrggbb``."""

    def __init__(self, width: int, height: int) -> None:
        self._pixels = np.full((height, width, 3), 255.0)

    def bar(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        """Fill a rectangle up to, but without, `right` and `bottom`."""
        self._pixels[max(top, 0) : bottom, max(left, 0) : right] = _rgb(colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a disc around a point."""
        fine_x, fine_y = round(x * _FINE), round(y * _FINE)
        shade = _disc(radius, fine_x % _FINE, fine_y % _FINE)
        reach = len(shade) // 2
        self._lay(shade, fine_x // _FINE - reach, fine_y // _FINE - reach, colour)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        colour: str,
        face: Face,
        anchor: Literal["start", "middle", "end"] = "start",
    ) -> None:
        """Write a line that stands on the height `y` and begins, is centred or ends at `x`."""
        start = round(x - face.width(words) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor])
        for place, coverage in face.placed(words):
            self._lay(coverage / 255.0, start + place, round(y) - face.ascent, colour)

    def png(self) -> bytes:
        """Return the picture as a PNG without a date or a maker: the same for the same picture."""
        pixels = np.rint(self._pixels).astype(np.uint8)
        height, width, _ = pixels.shape
        # Each line as the difference to the one above, which compresses best.
        lines = np.diff(pixels.reshape(height, -1), axis=0, prepend=np.uint8(0))
        data = np.insert(lines, 0, 2, axis=1).tobytes()
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            (
                _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
                _chunk(b"pHYs", struct.pack(">IIB", _PER_METRE, _PER_METRE, 1)),
                _chunk(b"IDAT", zlib.compress(data, 9)),
                _chunk(b"IEND", b""),
            )
        )

    def _lay(self, shade: _Shade, left: int, top: int, colour: str) -> None:
        """Lay a colour over the pixels that `shade` covers; what is outside is cut off."""
        height, width, _ = self._pixels.shape
        cut = shade[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
        part = self._pixels[max(top, 0) :, max(left, 0) :][: cut.shape[0], : cut.shape[1]]
        part += cut[..., None] * (_rgb(colour) - part)


@cache
def _rgb(colour: str) -> npt.NDArray[np.float64]:
    return np.array(list(bytes.fromhex(colour.removeprefix("#"))), float)


@cache
def _disc(radius: float, fine_x: int, fine_y: int) -> _Shade:
    reach = int(radius) + 2
    places = np.arange(-reach, reach + 1) + 0.5
    away = np.hypot(places[None, :] - fine_x / _FINE, places[:, None] - fine_y / _FINE)
    return np.asarray(np.clip(radius + 0.5 - away, 0.0, 1.0))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
