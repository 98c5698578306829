"""Fixtures of every test: the command line, a small telecom table, a project trained on it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from command_line import (
    COSTS,
    Ran,
    Unchurn,
    add_sections,
    copy_as_trained,
    run_unchurn,
    write_project,
)

gc.set_threshold(50_000, 20)  # clouds are large, and looked through for rubbish ever so often
# Made by `make` of the Java that was there, so that each Spark starts in half the time.
if (_java := Path(sys.prefix, "java")).joinpath("bin", "java").exists():
    os.environ["JAVA_HOME"] = str(_java)
# A shell starts what runs in the background deaf to Ctrl-C, and so is all that it starts in turn.
signal.signal(signal.SIGINT, signal.default_int_handler)
# A property holds however busy the machine is, and a fixture of the folder is read, not changed.
settings.register_profile(
    "unhurried",
    deadline=None,
    max_examples=50,  # where a test says nothing else; benchmarks/hardening draws thousands
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the notebooks and whatever else is of no package: the longest must not come last."""
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)


@pytest.fixture(scope="session")
def unchurn() -> Unchurn:
    """The command line."""
    return run_unchurn


@pytest.fixture(scope="session")
def telecom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small demo table: customers.csv, labelled, and this_month.csv."""
    from unchurn.demo import write_demo

    folder = tmp_path_factory.mktemp("telecom")
    write_demo(folder, customers=900, fresh=200)
    (folder / "churn.toml").unlink(missing_ok=True)
    return folder


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, telecom: Path) -> tuple[Path, Ran]:
    """A project whose first training passed, and what that training printed."""
    folder = write_project(tmp_path_factory.mktemp("project"), telecom / "customers.csv")
    ran = run_unchurn("train", "--project", folder, "--json")
    assert ran.code == 0, ran.err
    return folder, ran


@pytest.fixture
def costed_project(tmp_path: Path, trained: tuple[Path, Ran]) -> Path:
    """A copy of the trained project with costs in euros, which a test may change."""
    folder = tmp_path / "project"
    copy_as_trained(trained[0], folder)
    add_sections(folder / "churn.toml", COSTS)
    return folder


@pytest.fixture(scope="session")
def watched_months(
    tmp_path_factory: pytest.TempPathFactory, trained: tuple[Path, Ran], telecom: Path
) -> Path:
    """A project with costs that has scored and watched 2027-03-01 and, of 150 of its customers, 2027-04-01."""
    from unchurn.pipeline.monitoring import monitor
    from unchurn.pipeline.scoring import score
    from unchurn.project import Project

    folder = tmp_path_factory.mktemp("months") / "project"
    copy_as_trained(trained[0], folder)
    add_sections(folder / "churn.toml", COSTS)
    lines = (telecom / "this_month.csv").read_text("utf-8").splitlines(keepends=True)
    for day, kept in (("2027-03-01", lines), ("2027-04-01", lines[:151])):
        table = folder.parent / f"{day}.csv"
        table.write_text("".join(kept), "utf-8")
        project = Project.load(folder)
        score(project, str(table))
        monitor(project, str(table), as_of=day)
    return folder
