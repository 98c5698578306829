"""The whole of it, offline: what the command reports is what happened."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from command_line import QUICK, Unchurn, add_sections
from unchurn.aws.rehearse_tasks import machine_of
from unchurn.aws.templates import read_template
from unchurn.errors import ConfigError


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from unchurn.demo import write_demo

    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, customers=900, fresh=60)
    add_sections(folder / "churn.toml", QUICK + "[aws]\ntuning_jobs = 1\n")
    return folder


def test_a_state_belongs_to_the_machine_that_comes_to_it_first() -> None:
    assert machine_of("Etl") == "training"
    assert machine_of("Collect") == "inference"
    assert machine_of("StartCrawl") == "training"
    with pytest.raises(ConfigError, match="No machine has a task 'Gate'"):
        machine_of("Gate")


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
def test_both_machines_succeed_and_the_list_has_every_customer(
    unchurn: Unchurn, project: Path
) -> None:
    add_sections(project / "churn.toml", '[delivery]\nsource = "s3"\n')
    ran = unchurn("aws", "rehearse", "--project", project, "--json")
    assert ran.code == 0, ran.err
    told = ran.document
    assert told["problems"] == []
    assert (told["training"]["status"], told["inference"]["status"]) == ("SUCCEEDED", "SUCCEEDED")
    assert (told["training"]["version"], told["training"]["promoted"]) == (1, True)
    assert set(told["training"]["parameters"]["Parameters"]) == set(
        read_template("deploy-model").parameters
    ), "alone they deploy the endpoint"
    with (project / "this_month.csv").open(newline="") as stream:
        customers = sorted(row["Phone"].strip() for row in csv.DictReader(stream))
    assert _ids(told["inference"]) == customers
    served = told["endpoint"]
    assert (served["status"], served["version"]) == ("InService", 1)
    assert (served["asked"], served["equal"]) == (len(customers), True), "the list's own scores"
    assert [each["kind"] for each in told["left"]] == ["bucket"]
    # A demo's folder is no repository: its pipeline is deployed, and what it would do is not shown.
    assert told["delivery"] is None
    assert "has no buildspec.yml" in " ".join(told["unproven"])


def _ids(run: dict[str, Any]) -> list[str]:
    """The customers of the published list, each with a probability."""
    with (Path(run["artefacts"]) / "scores.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(0 <= float(row["probability"]) <= 1 for row in rows)
    assert any(row["reason_1"] for row in rows)
    return sorted(row["Phone"] for row in rows)
