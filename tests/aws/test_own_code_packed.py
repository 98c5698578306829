"""The code of [evaluate] metrics comes along to AWS, and only what can run there."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.aws.own_code import ARCHIVE, pack_own_code, unpack_own_code
from unchurn.errors import ArtefactError, ConfigError
from unchurn.modelling.judging.custom_metrics import load
from unchurn.modelling.judging.own_code import forget
from unchurn.project import Project

METRIC = "import numpy as np\nfrom parts.weights import WEIGHT\n\ndef worth(y, p):\n    return WEIGHT * float(np.mean(p))\n"


def project(folder: Path, metrics: list[str], **files: str) -> Project:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project.from_plain({"evaluate": {"metrics": metrics}}, folder)


def test_the_modules_and_what_they_import_are_the_same_there(tmp_path: Path) -> None:
    """With the same hash, so that the same model is judged alike; nothing else goes along."""
    made = project(
        tmp_path / "here",
        ["ours:worth"],
        ours=METRIC,
        parts__weights="WEIGHT = 2.0\n",
        secrets="KEY = 1\n",
    )
    packed = pack_own_code(made)
    assert packed == pack_own_code(made)
    given = tmp_path / "given"
    given.mkdir()
    (given / ARCHIVE).write_bytes(packed)
    there = unpack_own_code(given, tmp_path / "there")
    assert {each.relative_to(there).as_posix() for each in there.rglob("*.py")} == {
        "ours.py", "parts/weights.py",
    }  # fmt: skip
    ours = load(made.evaluate.metrics, made.folder)
    forget("ours", made.folder)  # there, it is another process
    theirs = load(made.evaluate.metrics, there)
    assert ours.fingerprint() == theirs.fingerprint()
    assert theirs.metrics[0]([0, 1], [0.5, 0.5]) == 1.0


def test_without_metrics_there_is_an_archive_of_nothing(tmp_path: Path) -> None:
    """A run pins it all the same; one that was started before there was any has none."""
    given = tmp_path / "given"
    given.mkdir()
    assert not list(unpack_own_code(given, tmp_path / "a").iterdir())
    (given / ARCHIVE).write_bytes(pack_own_code(project(tmp_path, [])))
    assert not list(unpack_own_code(given, tmp_path / "b").iterdir())


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("import sklearn.metrics\n", "'sklearn.metrics'"),
        ("from ours_elsewhere import x\n", "'ours_elsewhere'"),
    ],
)
def test_code_that_the_image_does_not_have_is_refused_before_anything(
    tmp_path: Path, text: str, lacking: str
) -> None:
    """Its own import is not run for it."""
    made = project(tmp_path, ["ours:worth"], ours=f"{text}raise SystemExit\n")
    with pytest.raises(ConfigError, match=f"needs {lacking}, which is not beside churn.toml"):
        pack_own_code(made)


def test_a_metric_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs 'gone', which is not beside"):
        pack_own_code(project(tmp_path, ["gone:worth"]))


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / ARCHIVE).write_bytes(b"not a zip")
    with pytest.raises(ArtefactError, match=f"{ARCHIVE} of the run is no archive"):
        unpack_own_code(tmp_path, tmp_path / "there")
