"""A history on AWS, offline: observed by the Glue job in both machines, to the bytes of this machine."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command_line import QUICK, add_sections
from unchurn.artefacts import Snapshots, verify
from unchurn.artefacts.archive import extract
from unchurn.aws.rehearse import rehearse
from unchurn.aws.uploads import HISTORY
from unchurn.demo import TODAY, write_history
from unchurn.pipeline.scoring import score
from unchurn.pipeline.training import train
from unchurn.progress import Silent
from unchurn.project import Project

pytestmark = pytest.mark.slow
MADE = ("snapshots", "clean", "prepared", "evaluation", "verdict")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The demo's history of a small business, with one window: each is so many statements more."""
    write_history(tmp_path, customers=900)
    config = tmp_path / "churn.toml"
    config.write_text(config.read_text().replace("windows = [7, 30, 90]", "windows = [30]"))
    add_sections(config, QUICK)
    return Project.load(tmp_path)


def test_both_machines_observe_as_this_machine_does(project: Project, tmp_path: Path) -> None:
    """Every artefact, the model and the list are the same bytes; the endpoint answers as the list."""
    work = tmp_path / "work"
    made = rehearse(project, HISTORY, HISTORY, work, Silent(), keep=True, as_of=TODAY).document()
    assert made["problems"] == []
    assert {made[name]["status"] for name in ("training", "inference")} == {"SUCCEEDED"}
    assert "Observe" in {each["state"] for each in made["inference"]["states"]}
    assert (made["endpoint"]["asked"], made["endpoint"]["equal"]) == (100, True)
    there = work / "bucket" / "runs" / made["training"]["run_id"]
    here = train(project).run.folder
    assert {name: verify(there / name) for name in MADE} == {
        name: verify(here / name) for name in MADE
    }
    extract(next(there.glob("model/**/model.tar.gz")), tmp_path / "model")
    assert verify(tmp_path / "model") == verify(here / "model")
    scored = work / "bucket" / "runs" / made["inference"]["run_id"]
    listed = score(project, as_of=TODAY)
    day = Snapshots.load(scored / "snapshots")
    assert verify(scored / "snapshots") == verify(listed.scores.parents[1] / "snapshots")
    assert (day.contract["as_of"], day.rows["eligible"]) == (TODAY, listed.counts["rows_out"])
    theirs = pq.read_table(scored / "scores" / "scores.parquet").drop_columns("run_id")
    assert theirs.equals(listed.to_arrow().drop_columns("run_id"))
