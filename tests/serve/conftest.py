"""A trained project's champion, served; 1,000 customers, and what `unchurn score` says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import QUICK, Ran, add_sections, run_unchurn
from live_server import Live, running
from served_month import RUN, Month, scored_month
from unchurn.demo import write_demo
from unchurn.serve.scoring import Scoring


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The demo with its own settings, decisions included, but trained in seconds.

    Its model reads derived columns, so that both ways to a score make them.
    """
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, customers=900, fresh=1000)
    add_sections(folder / "churn.toml", QUICK.replace("shallow", "light-derived"))
    ran = run_unchurn("train", "--project", folder, "--json")
    assert ran.code == 0, ran.err
    return folder, ran


@pytest.fixture(scope="session")
def bundle(trained: tuple[Path, Ran]) -> Path:
    return Path(trained[1].document["artefacts"]["model"])


@pytest.fixture(scope="session")
def scoring(bundle: Path) -> Scoring:
    return Scoring.load(bundle, RUN)


@pytest.fixture(scope="session")
def month(trained: tuple[Path, Ran], scoring: Scoring) -> Month:
    return scored_month(trained[0], trained[0] / "this_month.csv", scoring)


@pytest.fixture(scope="session")
def live(trained: tuple[Path, Ran]) -> Iterator[Live]:
    with running(trained[0]) as server:
        yield server


@pytest.fixture
def live_alone(trained: tuple[Path, Ran]) -> Iterator[Live]:
    """A server for one test, which may end it."""
    with running(trained[0]) as server:
        yield server
