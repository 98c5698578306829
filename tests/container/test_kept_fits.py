"""Fits that are kept in a folder: taken where they are those, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unchurn.container.kept_fits import KeptFits
from unchurn.modelling.fitting.pool import Fit, run_jobs
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.fitting.travelling import packed

TRAINING = {"prepared": "a" * 64, "config": "b" * 64, "code": "c" * 64}
FITS = 4
ROWS = Rows(np.eye(3, dtype=np.float32), np.array([0, 1, 0], np.int8), np.arange(3).astype(np.int8))


@dataclass(frozen=True)
class Fitted:
    """A fit that tells `done` of itself when it is made."""

    place: int
    configuration: str
    done: list[int] = field(repr=False)

    def __call__(self, rows: Rows, threads: int) -> tuple[bytes | None, Any, int]:
        self.done.append(self.place)
        margins = np.array([0.1, -0.0, np.nan]) * self.place
        return (b"booster" if self.place else None), margins, threads


class Training:
    """One training after another over the same folder, and what each fitted and said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done: list[int] = []
        self.said: list[str] = []

    def run(
        self, threads: int = 1, configuration: str = "deep", rows: Rows = ROWS, **other: str
    ) -> list[list[bytes]]:
        """Fit all; return the bytes of each."""
        self.done, self.said = [], []
        kept = KeptFits(self.folder, {**TRAINING, **other}, self.said.append)
        jobs = [Fit(rows, Fitted(place, configuration, self.done)) for place in range(FITS)]
        found = run_jobs(jobs, threads, 9, lambda: None, kept)
        return [[bytes(piece) for piece in packed(each)] for each in found]

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


@pytest.fixture
def training(tmp_path: Path) -> Training:
    return Training(tmp_path / "checkpoints")


def test_what_was_fitted_is_taken_to_the_last_bit(training: Training) -> None:
    first = training.run()
    assert (training.done, training.said, len(training.files)) == ([0, 1, 2, 3], [], 4)
    assert training.run() == first
    assert training.done == []
    assert training.said == [
        f"4 of 4 fits were kept in {training.folder}: they are not fitted again."
    ]


def test_only_what_is_missing_is_fitted(training: Training) -> None:
    first = training.run()
    training.files[0].unlink()
    assert training.run() == first
    assert len(training.done) == 1
    assert training.said[0].startswith("3 of 4 fits")


@pytest.mark.parametrize("key", sorted(TRAINING))
def test_another_table_configuration_or_version_takes_none(training: Training, key: str) -> None:
    training.run()
    training.run(**{key: "d" * 64})
    assert training.done == [0, 1, 2, 3]
    assert training.said == [
        f"4 files in {training.folder} are no fits of this table, configuration and version: they are ignored."
    ]


def test_other_threads_rows_or_another_configuration_of_one_fit_takes_none(
    training: Training,
) -> None:
    training.run()
    training.run(threads=8)
    assert sorted(training.done) == [0, 1, 2, 3]
    training.run(configuration="wide")
    assert training.done == [0, 1, 2, 3]
    training.run(rows=Rows(ROWS.matrix, 1 - ROWS.labels, ROWS.folds))
    assert training.done == [0, 1, 2, 3]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda raw: raw[:-1],
    "empty": lambda raw: b"",
    "another bit": lambda raw: raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:],
    "another length": lambda raw: raw.replace(b"\n", b"\n9", 1),
    "a pickle": lambda raw: b"\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00.",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_fitted_again_and_mended(
    training: Training, damage: Callable[[bytes], bytes]
) -> None:
    first = training.run()
    path = training.files[1]
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert training.run() == first
    assert len(training.done) == 1
    assert f"{path.name} cannot be used, and is fitted again" in training.said[0]
    assert path.read_bytes() == whole


def test_the_fit_of_something_else_under_a_name_is_not_taken(training: Training) -> None:
    first = training.run()
    one, other = training.files[:2]
    one.write_bytes(other.read_bytes())
    assert training.run() == first
    assert "it is the fit of something else" in training.said[0]


def test_what_was_half_written_is_cleared(training: Training) -> None:
    first = training.run()
    half = training.files[0].rename(training.folder / f"{training.files[0].name}.unfinished")
    assert training.run() == first
    assert len(training.done) == 1 and not half.exists()


def test_a_training_goes_on_where_nothing_can_be_kept(training: Training) -> None:
    """Of a fit whose place is taken by a folder."""
    first = training.run()
    path = training.files[0]
    path.unlink()
    (path / "inside").mkdir(parents=True)
    assert training.run() == first
    assert any("could not be kept" in words for words in training.said)
    assert not [each for each in training.files if each.name.endswith(".unfinished")]
