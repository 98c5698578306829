"""Taking away any statement of the roles that we ship would make a rehearsal fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from failure_stage import Stage, open_stage

from rehearsal.events import deliver
from rehearsal.permissions.record import Tried, without_each
from unchurn.aws.templates import read_template

pytestmark = pytest.mark.slow

ELSEWHERE = {
    (
        "SageMakerRole",
        "ReadAlarms",
    ): "asked for by updates of an endpoint, which these jobs cannot serve",
    (
        "SageMakerRole",
        "ForgetCheckpoints",
    ): "asked for by a job on Spot that was ended while it wrote one, and these write none",
    ("WorkflowRole", "FindTable"): "what a query may look at, too, is looked at without one",
    ("WorkflowRole", "LookAtCatalogue"): "as AWS documents it; Athena here has no other catalogue",
}
QUERIES = "WorkflowQueries"
"""The policy of what Athena does for the machines, attached to their role."""
FAILING = "r-fails"


def statements() -> Iterator[tuple[str, str]]:
    """Yield role and Sid of every statement that a deployment without a key of its own makes."""
    for logical, body in read_template("roles").resources.items():
        given = body.get("Properties", {})
        own = [given] if logical == QUERIES else given.get("Policies", [])
        role = "WorkflowRole" if logical == QUERIES else logical
        for policy in own:
            for statement in policy["PolicyDocument"]["Statement"]:
                if "Sid" in statement and (role, statement["Sid"]) not in ELSEWHERE:
                    yield role, statement["Sid"]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> list[Tried]:
    """Each statement taken away from what the machines, a failure and what is missing asked for."""
    with open_stage(tmp_path_factory.mktemp("statements")) as stage:
        with stage.observing("Query"):
            assert stage.run("inference", "scored").status == "SUCCEEDED"
        stage.cloud.faults.add("Train", "fails", 1, FAILING)
        assert stage.run("training", FAILING).message
        look_for_what_is_missing(stage)
        start_by_the_clock(stage)
        refused = [note.why for note in stage.cloud.journal.notes if note.kind == "permission"]
        assert not refused
        return without_each(stage.cloud.permissions.record.uses)


def look_for_what_is_missing(stage: Stage) -> None:
    """Ask both kinds of function for a run that nobody made: each says that it is not there."""
    place = dict.fromkeys(("model_name", "model_data_url", "image", "training_job"), "none")
    for name in ("readVerdict", "updateModelRegistry"):
        answer = stage.cloud.clients.client("lambda").invoke(
            FunctionName=f"acme-{name}", Payload=json.dumps({"run_id": "nobody", **place}).encode()
        )
        assert json.loads(answer["Payload"].read())["errorType"] == "NotThere"


def start_by_the_clock(stage: Stage) -> None:
    """Start a machine as a schedule does."""
    region, account = stage.cloud.region, stage.cloud.account
    roles = stage.cloud.clients.client("iam").list_roles()["Roles"]
    (role,) = [each["Arn"] for each in roles if "SchedulerRole" in each["RoleName"]]
    target: dict[str, Any] = {
        "Arn": f"arn:aws:states:{region}:{account}:stateMachine:acme-training",
        "RoleArn": role,
    }
    group = f"arn:aws:scheduler:{region}:{account}:schedule-group/acme"
    deliver(stage.cloud, target, "{}", "scheduler", group)


@pytest.mark.parametrize(("role", "sid"), list(statements()))
def test_a_rehearsal_fails_without_it(tried: list[Tried], role: str, sid: str) -> None:
    """Judged by the very questions that were asked, with every other statement in its place."""
    (found,) = [t for t in tried if f"-{role}-" in t.role and t.statement == sid]
    assert found.denies, f"{role}/{sid} was not needed"


def test_what_is_shown_elsewhere_is_still_there() -> None:
    """Whatever is left out above is a statement of today's roles."""
    text = read_template("roles").text
    assert all(f"Sid: {sid}" in text for _, sid in ELSEWHERE)
