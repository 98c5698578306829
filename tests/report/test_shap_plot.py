"""feature_importance.png: a valid picture, the same bytes every time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from example_evaluation import evaluation
from pictures import pixels_of

from unchurn.report import shap_plot


def test_the_picture_is_valid_and_repeats(tmp_path: Path) -> None:
    """Drawn twice, the bytes are equal; low values are blue and high ones orange somewhere."""
    summary = evaluation()["unchurn"]["shap_summary"]
    for name in ("one.png", "two.png"):
        shap_plot.draw(tmp_path / name, summary)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    chart = pixels_of(tmp_path / "one.png")[shap_plot.HEAD :, shap_plot.GUTTER :]
    for colour in (shap_plot.LOW, shap_plot.HIGH, shap_plot.NONE):
        assert (chart == list(bytes.fromhex(colour[1:]))).all(axis=2).any(), colour


def test_the_weightiest_column_is_on_top_and_each_dot_where_it_belongs(tmp_path: Path) -> None:
    """Two rows of one dot each: the first raises the risk (right of 0), the second lowers it."""
    rows = [("first", 1.0, 1.0), ("second", -1.0, 0.0)]
    summary = [{"column": n, "contributions": [c], "values": [v]} for n, c, v in rows]
    shap_plot.draw(tmp_path / "two.png", summary)
    pixels = pixels_of(tmp_path / "two.png").astype(int)[:, shap_plot.GUTTER :]
    for place, colour, side in ((0, shap_plot.HIGH, 1), (1, shap_plot.LOW, -1)):
        middle = shap_plot.HEAD + shap_plot.ROW * place + shap_plot.ROW // 2
        inked = (pixels[middle] == list(bytes.fromhex(colour[1:]))).all(axis=1).nonzero()[0]
        centre = (shap_plot.WIDE - shap_plot.EDGE - shap_plot.GUTTER) / 2
        assert len(inked) and np.sign(inked.mean() - centre) == side


def test_nothing_explained_is_a_picture_that_says_so(tmp_path: Path) -> None:
    """No column, or columns without a finite contribution, still give a picture."""
    empty = [{"column": "plan", "contributions": [None, float("nan")], "values": [None, 0.5]}]
    for name, summary in (("none.png", []), ("empty.png", empty)):
        shap_plot.draw(tmp_path / name, summary)
    assert (tmp_path / "none.png").read_bytes() == (tmp_path / "empty.png").read_bytes()


def test_names_may_hold_anything(tmp_path: Path) -> None:
    """TeX signs, missing glyphs, controls and long names draw without a warning."""
    names = ("$fee$ ^_{x}", "顧客 🎉", "bell\x07\ud800", "x" * 300, "", "line\nbreak")
    summary = [{"column": n, "contributions": [0.1, -0.2, 0.0], "values": [0, None]} for n in names]
    shap_plot.draw(tmp_path / "names.png", summary)
    pixels = pixels_of(tmp_path / "names.png")
    assert len(pixels) == shap_plot.HEAD + 6 * shap_plot.ROW + shap_plot.FOOT
    assert (pixels[:, :20] == 255).all(), "a long name runs out of the picture"


def test_numpy_and_jinja_wait_until_something_is_drawn() -> None:
    """Importing the report loads neither."""
    code = "import sys, unchurn.report; sys.exit(bool({'numpy', 'jinja2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
