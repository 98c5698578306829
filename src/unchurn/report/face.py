"""Letters for pictures: drawn once (scripts/draw_font.py), so that no font library is needed.

DejaVu Sans for Latin, Greek and Cyrillic; `font/LICENSE` is its licence. Any other letter is a box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Coverage = npt.NDArray[np.uint8]
"""How much of each pixel is ink, 0 to 255."""
_FOLDER = Path(__file__).parent / "font"
_BOX = "\u25a1"
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Letter:
    """A letter's pixels, how far right of the pen they begin, and how far it moves the pen."""

    pixels: Coverage
    left: int
    advance: int


@dataclass(frozen=True)
class Face:
    """The letters of one size; `ascent`: pixels above the line that they stand on."""

    letters: dict[str, Letter]
    ascent: int

    @classmethod
    @cache
    def load(cls, name: str) -> Face:
        """Read the face ``plain`` (19 pixels) or ``title`` (25, bold, ASCII)."""
        with np.load(_FOLDER / f"{name}.npz", allow_pickle=False) as kept:
            strips = np.split(kept["strip"], kept["ends"][:-1], axis=1)
            numbers = (kept[each].tolist() for each in ("codes", "lefts", "advances"))
            letters = {
                chr(code): Letter(pixels, left, advance)
                for code, left, advance, pixels in zip(*numbers, strips, strict=True)
            }
            return cls(letters, int(kept["ascent"]))

    def width(self, text: str) -> int:
        """Return the width of a line in pixels."""
        return sum(letter.advance for letter in self._of(text))

    def fit(self, text: str, room: int) -> str:
        """Cut a line to `room` pixels, ending in an ellipsis where something was lost."""
        if self.width(text) <= room:
            return text
        while text and self.width(text.rstrip() + _ELLIPSIS) > room:
            text = text[:-1]
        return text.rstrip() + _ELLIPSIS

    def placed(self, text: str) -> Iterator[tuple[int, Coverage]]:
        """Yield the pixels of each letter of a line, and where they begin."""
        pen = 0
        for letter in self._of(text):
            yield pen + letter.left, letter.pixels
            pen += letter.advance

    def _of(self, text: str) -> Iterator[Letter]:
        flat = " ".join(unicodedata.normalize("NFC", text).split())
        unknown = self.letters.get(_BOX) or self.letters["?"]
        for character in flat:
            if not unicodedata.combining(character):
                yield self.letters.get(character, unknown)
