"""feature_importance.png: a valid picture, the same bytes every time."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from example_evaluation import evaluation

from command_line import write_project
from unchurn.report import shap_plot


def chunks(path: Path) -> list[bytes]:
    """Return the names of a PNG's chunks after checking every checksum."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place, names = 8, []
    while place < len(data):
        (size,) = struct.unpack(">I", data[place : place + 4])
        body = data[place + 4 : place + 8 + size]
        assert struct.unpack(">I", data[place + 8 + size : place + 12 + size])[0] == zlib.crc32(
            body
        )
        names.append(body[:4])
        place += 12 + size
    return names


def test_the_picture_is_valid_and_repeats(tmp_path: Path) -> None:
    """Drawn twice, the bytes are equal; no chunk tells who drew it or when."""
    summary = evaluation()["unchurn"]["shap_summary"]
    for name in ("one.png", "two.png"):
        shap_plot.draw(tmp_path / name, summary, "Telecom")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert set(chunks(tmp_path / "one.png")) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_nothing_explained_is_a_picture_that_says_so(tmp_path: Path) -> None:
    """No column, or columns without a finite contribution, still give a picture."""
    empty = [{"column": "plan", "contributions": [None, float("nan")], "values": [None, 0.5]}]
    for name, summary in (("none.png", []), ("empty.png", empty)):
        shap_plot.draw(tmp_path / name, summary)
        assert chunks(tmp_path / name)[-1] == b"IEND"


def test_names_may_hold_anything(tmp_path: Path) -> None:
    """TeX signs, missing glyphs, controls and long names draw without a warning."""
    names = ("$fee$ ^_{x}", "顧客 🎉", "bell\x07\ud800", "x" * 300, "", "line\nbreak")
    summary = [{"column": n, "contributions": [0.1, -0.2, 0.0], "values": [0, None]} for n in names]
    shap_plot.draw(tmp_path / "names.png", summary, "$\\frac$ 🎉")
    assert b"IDAT" in chunks(tmp_path / "names.png")


def test_matplotlib_waits_until_a_picture_is_drawn() -> None:
    """Importing the report loads neither matplotlib nor jinja2."""
    code = "import sys, unchurn.report; sys.exit(bool({'matplotlib', 'jinja2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_matplotlib_a_training_goes_on_and_says_what_to_install(
    telecom: Path, tmp_path: Path
) -> None:
    """The picture is left out; everything else is made, and the extra is named."""
    write_project(tmp_path, telecom / "customers.csv")
    code = "import sys; sys.modules['matplotlib'] = None; from unchurn.cli import main; main()"
    words = ["train", "--project", str(tmp_path), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)["artefacts"]
    assert "feature_importance.png" not in made and Path(made["shap.csv"]).is_file()
    assert "unchurn[plots]" in done.stderr
