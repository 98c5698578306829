"""The whole of it, offline: what the command reports is what happened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from command_line import QUICK, Unchurn, add_sections
from unchurn.artefacts import verify
from unchurn.artefacts.archive import extract
from unchurn.aws.rehearse import _deliver
from unchurn.aws.rehearse_outcome import Rehearsal
from unchurn.aws.rehearse_tasks import machine_of
from unchurn.aws.templates import read_template
from unchurn.demo import TODAY, write_demo, write_history
from unchurn.errors import ConfigError
from unchurn.pipeline.scoring import score
from unchurn.pipeline.targeting import target
from unchurn.pipeline.training import train
from unchurn.progress import Silent
from unchurn.project import Project

NOTHING: Any = None
CAMPAIGNS = "[aws]\ncampaign = true\n[campaign]\nholdout_from = 5\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, customers=900, fresh=60)
    add_sections(folder / "churn.toml", QUICK + "[aws]\ntuning_jobs = 1\n")
    return folder


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's history of a small business, with a pipeline and campaigns."""
    folder = tmp_path_factory.mktemp("business")
    write_history(folder, customers=900)
    add_sections(folder / "churn.toml", QUICK + '[delivery]\nsource = "s3"\n' + CAMPAIGNS)
    return folder


def test_a_state_belongs_to_the_machine_that_comes_to_it_first() -> None:
    plain = Project.from_plain({}, Path())
    assert machine_of("Etl", plain) == "training"
    assert machine_of("Collect", plain) == "inference"
    assert machine_of("StartCrawl", plain, scores=False) == "training"
    with pytest.raises(ConfigError, match="of training and inference has a task 'Gate'"):
        machine_of("Gate", plain)


@pytest.mark.parametrize(
    ("state", "sections", "why"),
    [
        ("Query", {}, "Athena's tables"),
        ("Observe", {}, "a table and no history"),
        ("Target", {}, r"\[aws\] campaign is off"),
        ("Tune", {"aws": {"tuning_jobs": 0}}, r"\[aws\] tuning_jobs is 0"),
        ("NotifyRefused", {}, "a run that ends otherwise"),
        ("Collect", {}, "no table to score"),
    ],
)
def test_a_fault_that_no_run_of_the_project_would_meet_is_refused_before_it_starts(
    state: str, sections: dict[str, Any], why: str
) -> None:
    project = Project.from_plain(sections, Path())
    with pytest.raises(ConfigError, match=f"does not come to '{state}': .*{why}") as refused:
        machine_of(state, project, scores=state != "Collect")
    assert state not in refused.value.hint and "'Etl'" in refused.value.hint


def test_a_commit_whose_build_asks_athena_is_not_pushed() -> None:
    """Neither its tables nor the rights to them are here: its roles would not be those deployed."""
    asked = {"data": {"train": "athena://lake/customers"}, "delivery": {"source": "s3"}}
    project = Project.from_plain(asked, Path())
    made = Rehearsal(NOTHING)
    _deliver(NOTHING, project, made, Silent())
    assert made.delivery is None and not made.problems
    assert "build asks Athena" in " ".join(made.remarks)


@pytest.mark.slow
def test_a_fault_is_shown_with_the_catch_that_met_it(unchurn: Unchurn, project: Path) -> None:
    ran = unchurn("aws", "rehearse", "--project", project, "--fail", "FindTable", "--json")
    assert ran.code == 0, ran.err
    told = ran.document
    assert told["problems"] == []
    assert told["caught"]["state"] == "FindTable"
    assert told["caught"]["ended_by"] == ["Notify", "Failed"]
    assert told["caught"]["tries"] > 1, "a service that fails is asked again"
    assert told["training"]["status"] == "FAILED"
    assert told["inference"] is told["endpoint"] is None
    assert [each["kind"] for each in told["left"]] == ["bucket"]


@pytest.mark.slow
def test_both_machines_observe_a_history_and_make_what_this_machine_makes(
    unchurn: Unchurn, business: Path, tmp_path: Path
) -> None:
    """Every artefact, the model, the list and the callers' are the same bytes; the endpoint answers as the list."""
    words = ("--project", business, "--as-of", TODAY, "--keep", "--json")
    ran = unchurn("aws", "rehearse", *words)
    assert ran.code == 0, ran.err
    told = ran.document
    assert told["problems"] == []
    assert (told["training"]["status"], told["inference"]["status"]) == ("SUCCEEDED", "SUCCEEDED")
    assert "Observe" in {each["state"] for each in told["inference"]["states"]}
    assert (told["training"]["version"], told["training"]["promoted"]) == (1, True)
    assert set(told["training"]["parameters"]["Parameters"]) == set(
        read_template("deploy-model").parameters
    ), "alone they deploy the endpoint"
    served = told["endpoint"]
    assert (served["status"], served["version"]) == ("InService", 1)
    assert (served["asked"], served["equal"]) == (100, True), "the list's own scores"
    assert [each["kind"] for each in told["left"]] == ["bucket"]
    # A demo's folder is no repository: its pipeline is deployed, and what it would do is not shown.
    assert told["delivery"] is None
    unproven = " ".join(told["unproven"])
    assert "has no buildspec.yml" in unproven and "no outcomes landed" in unproven
    runs = Path(told["kept"]) / "bucket" / "runs"
    _is_what_this_machine_makes(
        Project.load(business),
        runs / told["training"]["run_id"],
        runs / told["inference"]["run_id"],
        tmp_path,
    )


def _is_what_this_machine_makes(
    project: Project, trained: Path, scored: Path, folder: Path
) -> None:
    here = train(project).run.folder
    made = ("snapshots", "clean", "prepared", "evaluation", "verdict")
    assert {name: verify(trained / name) for name in made} == {
        name: verify(here / name) for name in made
    }
    extract(next(trained.glob("model/**/model.tar.gz")), folder)
    assert verify(folder) == verify(here / "model")
    listed = score(project, as_of=TODAY)
    assert verify(scored / "snapshots") == verify(listed.scores.parents[1] / "snapshots")
    theirs = pq.read_table(scored / "scores" / "scores.parquet").drop_columns("run_id")
    assert theirs.equals(listed.to_arrow().drop_columns("run_id"))
    opened = json.loads((scored / "ledger" / "ledger.json").read_text())
    out, asked = project.folder / "contact.csv", {"as_of": TODAY, "starts": opened["today"]}
    assert target(project, scored.name, out=out, **asked).made.summary["control"] > 0
    published = scored.parents[1] / "data" / "campaigns" / scored.name
    assert (published / "contact.csv").read_bytes() == out.read_bytes()
