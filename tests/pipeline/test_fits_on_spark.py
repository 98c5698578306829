"""A training whose fits a cluster of Spark does: the model of this process alone, whoever is killed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import unchurn
from prepared_tables import prepared
from spark_cluster import EXECUTOR, PYTHON, kill, submitted
from unchurn import project as config
from unchurn.artefacts import verify
from unchurn.demo import write_demo
from unchurn.errors import ArtefactError, ConfigError
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.configurations import chosen
from unchurn.modelling.fitting.folds import HeldOut
from unchurn.modelling.fitting.pool import ALONE, Fit, run_jobs
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.fitting.travelling import packed_rows, unpacked
from unchurn.modelling.scoring.answering import computing
from unchurn.pipeline import fits_on_spark
from unchurn.pipeline.fits_on_spark import FitsOnSpark, Fitting, spread_of
from unchurn.progress import Silent
from unchurn.project import Engine, Project, Train

SETTINGS = """
[tune]
trials = 0
[train]
configurations = ["shallow", "light"]
threads = 4
"""
SCRIPT = """
import sys
from contextlib import contextmanager
from pathlib import Path
import unchurn
from unchurn.progress import Silent
from unchurn.project import Project

class Told(Silent):
    @contextmanager
    def task(self, name, total=None):
        self.name, self.total, self.done = name, total, 0
        yield self
        if "itting" in name:
            print("told", name, self.done, "of", total, flush=True)
    def advance(self, amount=1):
        self.done += amount
    def say(self, words):
        pass
    def note(self, words):
        print(words, flush=True)

unchurn.train(Project.load(Path(sys.argv[1])), progress=Told())
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    data = prepared(tmp_path_factory.mktemp("prepared"))
    return Rows.read(data.train, Encoder.from_plain(data.encoder))


@pytest.fixture(scope="module")
def fit(rows: Rows) -> Fit[Any]:
    """A fit of a cross-fit."""
    types = ("c", *["q"] * (rows.matrix.shape[1] - 1))
    settings = Settings.of(types, rows.labels, Train())
    return Fit(rows, HeldOut(settings, 5, 40, chosen(["shallow"])[0], 1))


def made_in(project: Path) -> dict[str, str]:
    run = next((project / ".unchurn" / "runs").glob("*/model")).parent
    return {name: verify(run / name) for name in ("prepared", "model", "evaluation")}


@pytest.mark.slow
def test_a_cluster_trains_the_model_of_this_process_whoever_is_killed(
    tmp_path: Path,
) -> None:
    """Spark gives what a killed Python, or a killed worker, had in hand to another; each fit is told once."""
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, more in ((here, ""), (there, '[engine]\nkind = "spark"\n')):
        write_demo(folder, customers=1000, fresh=50)
        told = folder / "churn.toml"
        told.write_text(told.read_text() + SETTINGS + more)
    unchurn.train(Project.load(here))
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    started = submitted(script, there, home=tmp_path / "spark")
    killed = []
    try:
        for what, answers in ((PYTHON, 1), (EXECUTOR, 3)):
            _await(
                lambda least=answers: len(_answers(there)) >= least or started.poll() is not None
            )
            killed.append(kill(started, what))
        said, _ = started.communicate(timeout=600)
    finally:
        started.kill()
    assert started.returncode == 0, said
    assert all(killed), said
    for fits in (4, 6):  # two folds of two configurations, then the other three
        assert f"{fits} fits on 2 cores of Spark's workers." in said
    assert "told Fitting 10 of 10" in said
    assert "told Refitting" in said
    assert made_in(there) == made_in(here)
    assert not list((there / ".unchurn" / "runs").glob("*/.fits*"))


def _answers(project: Path) -> list[Path]:
    return list((project / ".unchurn" / "runs").glob("*/.fits.staging/*/answers/fits/[0-9]*"))


def _await(is_so: Callable[[], bool], seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_worker_fits_to_the_bytes_of_this_process(fit: Fit[Any]) -> None:
    """By the rows that were sent, with the threads that were told, from its second fit on without asking."""
    sent = {"rows/0": b"".join(packed_rows(fit.rows))}
    fitting = Fitting("/nowhere", 2, computing())
    for _ in range(2):
        answer = fitting(("rows/0", fit.how), sent.pop)
        found = unpacked(b"".join(answer))
        kept, margins, best = run_jobs([fit], 2, 100, lambda: None)[0]
        assert (found[0], found[1].tobytes(), found[2]) == (kept, margins.tobytes(), best)


def test_other_versions_and_damaged_rows_are_refused(fit: Fit[Any]) -> None:
    """Another XGBoost may fit another model; half a file is none."""
    fits_on_spark._opened.clear()
    content = b"".join(packed_rows(fit.rows))
    other = Fitting("/nowhere", 1, computing() | {"xgboost": "0.9"})
    with pytest.raises(ConfigError, match=r"has xgboost .* in place of 0\.9"):
        other(("rows/0", fit.how), lambda name: content)
    with pytest.raises(ArtefactError, match="damaged"):
        replace(other, versions=computing())(("rows/0", fit.how), lambda name: content[:-1])


def test_without_a_cluster_this_process_fits(fit: Fit[Any], tmp_path: Path) -> None:
    """No session was given: nothing is opened, and nothing is left."""
    project = Project(Path(), engine=Engine(kind="spark"))
    spread = spread_of(project, tmp_path, Silent())
    counted: list[int] = []
    (_, margins, _), again = run_jobs([fit, fit], 2, 100, lambda: counted.append(1), spread)
    assert margins.tobytes() == again[1].tobytes()
    assert counted == [1, 1]
    assert isinstance(spread, FitsOnSpark)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "project",
    [
        Project(Path()),
        Project(Path(), engine=Engine(kind="duckdb")),
        Project(Path(), engine=Engine(kind="spark"), train=config.Train(device="cuda")),
    ],
)
def test_other_engines_and_a_gpu_stay_with_this_process(project: Project, tmp_path: Path) -> None:
    assert spread_of(project, tmp_path, Silent()) is ALONE
