"""``unchurn aws endpoint`` and ``registry promote|rollback``, typed, over a real model and server."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from endpoint_stage import PATIENT, SMALL, EndpointStage, endpoint_stage

from command_line import Ran, add_sections, run_unchurn
from rehearsal.cloud import credentials
from rehearsal.images import every_image
from unchurn.aws.rehearse_served import ask_again
from unchurn.project import Project

pytestmark = pytest.mark.slow
AWAY = '[registry]\nkind = "dynamodb"\n[aws]\nstack = "acme"\nregion = "us-east-1"\n' + PATIENT
Command = Callable[..., Ran]


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, trained: tuple[Path, Ran]
) -> Iterator[EndpointStage]:
    """A cloud in which the same bundle is registered twice; version 1 is the champion."""
    with endpoint_stage(tmp_path_factory.mktemp("commands"), small=False) as stage:
        bundle = next((trained[0] / ".unchurn" / "runs").glob("*/model"))
        assert [stage.version_of(run, bundle) for run in ("first", "second")] == [1, 2]
        yield stage


@pytest.fixture(scope="module")
def away(trained: tuple[Path, Ran], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of that bundle, whose registry is in the cloud."""
    folder = tmp_path_factory.mktemp("away")
    (folder / "churn.toml").write_text((trained[0] / "churn.toml").read_text())
    add_sections(folder / "churn.toml", AWAY)
    return folder


@pytest.fixture(scope="module")
def unchurn_away(opened: EndpointStage, away: Path) -> Command:
    """The command line, in the cloud."""
    led = {**credentials("us-east-1", opened.cloud.key), "AWS_ENDPOINT_URL": opened.cloud.endpoint}

    def run(*words: object, code: int = 0, cwd: Path | None = None) -> Ran:
        ran = run_unchurn(*words, "--project", away, cwd=cwd, **led)
        assert ran.code == code, ran.err
        return ran

    return run


@pytest.fixture(scope="module")
def deployed(unchurn_away: Command) -> dict[str, Any]:
    document: dict[str, Any] = unchurn_away("aws", "endpoint", "deploy", "--json").document
    return document


@pytest.fixture(scope="module")
def ten(telecom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten customers of this month."""
    path = tmp_path_factory.mktemp("ten") / "ten.csv"
    lines = (telecom / "this_month.csv").read_text().splitlines()
    path.write_text("\n".join(lines[:11]) + "\n")
    return path


def test_the_champion_is_deployed_and_said_so(deployed: dict[str, Any]) -> None:
    endpoint = deployed["endpoint"]
    assert (endpoint["version"], endpoint["model"]) == (1, "acme-model-first")
    assert (endpoint["status"], endpoint["action"]) == ("InService", "created")


def test_the_endpoint_answers_what_unchurn_score_writes(
    deployed: dict[str, Any], unchurn_away: Command, ten: Path, tmp_path: Path
) -> None:
    scored = tmp_path / "scores.csv"
    unchurn_away("score", "--data", ten, "--out", scored)
    with scored.open() as file:
        wanted = {row["Phone"]: row["probability"] for row in csv.DictReader(file)}
    told = unchurn_away("aws", "endpoint", "invoke", "--data", ten, "--reasons", "all", "--json")
    document = told.document
    assert (document["version"], document["content_type"]) == (1, "application/json")
    assert "Version 1 answered." in told.err
    rows = document["answer"]["predictions"]
    assert {row["Phone"]: str(row["probability"]) for row in rows} == wanted
    assert all(row["reason_1"] for row in rows)
    plain = unchurn_away("aws", "endpoint", "invoke", "--data", ten).out
    assert [row["Phone"] for row in csv.DictReader(plain.splitlines())] == list(wanted)


def test_the_rehearsal_finds_the_same_answers_however_churn_toml_spells_the_id(
    deployed: dict[str, Any],
    opened: EndpointStage,
    unchurn_away: Command,
    away: Path,
    ten: Path,
    tmp_path: Path,
) -> None:
    unchurn_away("score", "--data", ten, "--out", tmp_path / "scores.csv")
    project = Project.load(away)
    project = replace(project, churn=replace(project.churn, id="PHONE."))
    asked = (opened.clients, opened.deployment, project, str(ten))
    assert ask_again(*asked, tmp_path / "scores.csv") == (10, [])
    other = (tmp_path / "scores.csv").read_text().replace("\n", "\n1", 1)
    (tmp_path / "scores.csv").write_text(other)
    assert len(ask_again(*asked, tmp_path / "scores.csv")[1]) == 1


def test_one_customer_of_a_table_is_asked_about(
    deployed: dict[str, Any], unchurn_away: Command, ten: Path
) -> None:
    with ten.open() as file:
        phone = next(csv.DictReader(file))["Phone"]
    asked = ("aws", "endpoint", "invoke", "--data", ten, "--customer")
    answer = json.loads(unchurn_away(*asked, phone).out)
    assert [row["Phone"] for row in answer["predictions"]] == [phone]
    assert "There is no Phone 'nobody'" in unchurn_away(*asked, "nobody", code=3).err


def test_status_and_parameters_tell_what_stands(
    deployed: dict[str, Any], unchurn_away: Command, away: Path
) -> None:
    status = unchurn_away("aws", "endpoint", "status").out
    assert "Version 1 serves, and is the champion." in status
    assert "alarm acme-endpoint-latency:" in status
    parameters = json.loads(unchurn_away("aws", "endpoint", "parameters").out)
    assert list(parameters) == ["Parameters"]
    assert parameters["Parameters"]["ModelName"] == "acme-model-first"
    assert all(isinstance(value, str) for value in parameters["Parameters"].values())
    everything = unchurn_away("aws", "status").out
    assert "serves version 1" in everything
    assert "acme-deploy-model: CREATE_COMPLETE" in everything


@pytest.fixture
def quickly(opened: EndpointStage, deployed: dict[str, Any]) -> None:
    """What is started from now on is the small image."""
    opened.cloud.images.rules = [every_image(SMALL)]


def test_the_registrys_verbs_move_the_endpoint(quickly: None, unchurn_away: Command) -> None:
    promoted = unchurn_away("registry", "promote", 2, "--reason", "better", "--json").document
    assert promoted["endpoint"]["model"] == "acme-model-second"
    assert promoted["version"] == promoted["endpoint"]["version"] == 2
    back = unchurn_away("registry", "rollback").out
    assert "Version 1 is champion now" in back
    assert "serves version 1: acme-model-first" in back


def test_rollback_of_the_endpoint_is_the_registrys_too(
    quickly: None, unchurn_away: Command
) -> None:
    unchurn_away("aws", "endpoint", "deploy", "--version", 2)
    document = unchurn_away("aws", "endpoint", "rollback", "--json").document
    assert (document["version"], document["endpoint"]["model"]) == (1, "acme-model-first")
    assert unchurn_away("registry", "list", "--json").document["champion"] == 1


def test_what_cannot_be_sent_or_is_refused_says_why(
    quickly: None, unchurn_away: Command, tmp_path: Path
) -> None:
    invoke = ("aws", "endpoint", "invoke", "--data")
    (tmp_path / "customers.xlsx").write_bytes(b"")
    assert (
        "no file that an endpoint reads"
        in unchurn_away(*invoke, tmp_path / "customers.xlsx", code=2).err
    )
    (tmp_path / "odd.json").write_text('{"bad": true}')
    refused = unchurn_away(*invoke, tmp_path / "odd.json", code=3).err
    assert "The endpoint refused the request: row 7 has no id" in refused
    assert "Give it one." in refused
    (tmp_path / "large.csv").write_bytes(b"x" * (6 * 1024 * 1024 + 1))
    assert "unchurn aws score" in unchurn_away(*invoke, tmp_path / "large.csv", code=2).err


def test_a_version_that_is_none_is_refused(unchurn_away: Command) -> None:
    deploy = ("aws", "endpoint", "deploy", "--version")
    assert "the number of a version, or champion" in unchurn_away(*deploy, "best", code=2).err
    assert "Registered versions" in unchurn_away(*deploy, 9, code=2).err


def test_an_endpoint_is_deleted_only_when_it_is_meant(
    deployed: dict[str, Any], unchurn_away: Command
) -> None:
    assert "Add --yes" in unchurn_away("aws", "endpoint", "delete", code=2).err
    assert "deleted" in unchurn_away("aws", "endpoint", "delete", "--yes").out
    assert "no endpoint" in unchurn_away("aws", "endpoint", "delete", "--yes").out
    assert "No endpoint stands" in unchurn_away("aws", "endpoint", "status").out
    assert "has no endpoint" in unchurn_away("aws", "endpoint", "rollback", code=2).err
