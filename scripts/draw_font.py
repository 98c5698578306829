"""Draw the letters of feature_importance.png once, for machines that have no font library.

    python scripts/draw_font.py DejaVuSans.ttf DejaVuSans-Bold.ttf src/unchurn/report/font

Needs Pillow, which nothing else does. Each face becomes `NAME.npz`: all letters side by side in
one strip, with where each begins and how far it moves the pen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import ImageFont

ASCII = (range(0x20, 0x7F),)
EUROPE = (
    *ASCII, range(0xA0, 0x250), range(0x370, 0x530), range(0x1E00, 0x1F00), range(0x2010, 0x2045),
    range(0x20A0, 0x20C0), range(0x2190, 0x2194), (0x2116, 0x2122, 0x2212, 0x221E, 0x2264, 0x2265),
    (0x25A1,),
)  # fmt: skip
"""Latin with Vietnamese, Greek, Cyrillic, currencies, and the box for what is none of them."""
FACES = {"plain": (0, 19, EUROPE), "title": (1, 25, ASCII)}
"""Which of the files, how many pixels tall, and which letters."""


def main(fonts: list[str], folder: Path) -> None:
    """Write every face into `folder`."""
    for name, (which, size, ranges) in FACES.items():
        font = ImageFont.truetype(fonts[which], size, layout_engine=ImageFont.Layout.BASIC)
        ascent, descent = font.getmetrics()
        codes, strips, lefts, advances = [], [], [], []
        for code, (left, strip) in letters(font, ranges, ascent + descent):
            codes.append(code)
            strips.append(strip)
            lefts.append(left)
            advances.append(round(font.getlength(chr(code))))
        np.savez_compressed(
            folder / f"{name}.npz",
            codes=np.array(codes, np.uint16),
            ends=np.cumsum([strip.shape[1] for strip in strips], dtype=np.int32),
            lefts=np.array(lefts, np.int8),
            advances=np.array(advances, np.uint8),
            strip=np.concatenate(strips, axis=1),
            ascent=np.uint8(ascent),
        )


def letters(font: object, ranges: object, tall: int) -> Iterator[tuple[int, tuple[int, object]]]:
    """Yield each letter that the font has: how far left it begins, and its pixels, 0 to 255."""
    missing = bytes(font.getmask("\uffff"))
    for code in (code for each in ranges for code in each):
        mask, (left, top) = font.getmask2(chr(code), mode="L")
        wide, high = mask.size
        pixels = np.array(mask, np.uint8).reshape(high, wide)
        if code != 0x25A1 and wide and bytes(mask) == missing:
            continue
        strip = np.zeros((tall, wide), np.uint8)
        first, last = max(top, 0), min(top + high, tall)
        strip[first:last] = pixels[first - top : last - top]
        yield code, (left, strip // 17 * 17)


if __name__ == "__main__":
    main(sys.argv[1:3], Path(sys.argv[3]))
