"""Pictures of pixels: what is drawn is there, what is outside is cut off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from pictures import pixels_of

from unchurn.report.canvas import Canvas
from unchurn.report.face import Face

BLACK = "#000000"


def drawn(canvas: Canvas, folder: Path) -> npt.NDArray[np.uint8]:
    (folder / "picture.png").write_bytes(canvas.png())
    return pixels_of(folder / "picture.png")


def test_a_bar_covers_its_pixels_and_no_others(tmp_path: Path) -> None:
    canvas = Canvas(8, 6)
    canvas.bar(2, 1, 5, 3, "#102030")
    pixels = drawn(canvas, tmp_path)
    assert (pixels[1:3, 2:5] == [0x10, 0x20, 0x30]).all()
    assert (pixels == 255).all(axis=2).sum() == 8 * 6 - 6


def test_a_disc_is_as_large_as_its_radius_wherever_it_lies(tmp_path: Path) -> None:
    """The ink is the area of the circle, and its middle is the point."""
    for x, y in ((10.0, 10.0), (10.25, 9.5), (9.75, 10.75)):
        canvas = Canvas(20, 20)
        canvas.disc(x, y, 4.0, BLACK)
        ink = 1 - drawn(canvas, tmp_path)[..., 0] / 255
        assert abs(ink.sum() - np.pi * 16) < 1
        places = np.arange(20) + 0.5
        assert abs((ink.sum(axis=0) @ places) / ink.sum() - x) < 0.05
        assert abs((ink.sum(axis=1) @ places) / ink.sum() - y) < 0.05


def test_text_is_anchored_at_its_start_middle_and_end(tmp_path: Path) -> None:
    face, found = Face.load("plain"), []
    for anchor in ("start", "middle", "end"):
        canvas = Canvas(300, 40)
        canvas.text(150, 25, "Gebühr", BLACK, face, anchor)  # type: ignore[arg-type]
        inked = (drawn(canvas, tmp_path)[..., 0] < 128).any(axis=0).nonzero()[0]
        found.append((inked[0], inked[-1]))
    width = face.width("Gebühr")
    assert found[0][0] - found[2][0] == width
    assert abs(found[0][0] - found[1][0] - width / 2) <= 1
    assert 150 <= found[0][0] < 155 and 145 < found[2][1] < 150


@given(st.integers(-60, 60), st.integers(-60, 60))
def test_what_is_outside_is_cut_off(x: int, y: int) -> None:
    """Anywhere, in part or altogether outside: no error, and the picture keeps its size."""
    canvas = Canvas(30, 20)
    canvas.disc(x, y, 5, BLACK)
    canvas.bar(x, y, x + 9, y + 9, BLACK)
    canvas.text(x, y, "Ab", BLACK, Face.load("plain"))
    assert canvas.png().startswith(b"\x89PNG")
