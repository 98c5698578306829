"""The shipped templates deployed with the code of the verbs, changed in place, removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.cloud import Cloud
from unchurn.aws.bundles import Bundles, pack
from unchurn.aws.deploy import Deployed, deploy
from unchurn.aws.deployment import make_deployment
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.templates import ORDER
from unchurn.progress import Silent
from unchurn.project import Project

CHURN = """
[churn]
target = "churn"
[aws]
stack = "acme"
region = "us-east-1"
processing_instance = "{instance}"
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One cloud, through which the tests go in order."""
    with open_rehearsal(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.fixture(scope="module")
def bundles() -> Bundles:
    """The code as it is shipped."""
    return pack()


def put(cloud: Cloud, folder: Path, bundles: Bundles, instance: str = "ml.m5.large") -> Deployed:
    (folder / "churn.toml").write_text(CHURN.format(instance=instance))
    project = Project.load(folder)
    return deploy(clients_of(cloud), make_deployment(project), project, Silent(), bundles)


def changes(deployed: Deployed) -> dict[str, list[tuple[str, str]]]:
    """Return what changed, by stack."""
    return {
        stack.template: [(change.action, change.resource) for change in stack.changes]
        for stack in deployed.stacks
        if stack.changes
    }


def changed_lambda(bundles: Bundles) -> Bundles:
    changed = bundles.files["model_url.zip"] + b" "
    return replace(bundles, files={**bundles.files, "model_url.zip": changed})


def test_they_are_made_in_their_order_and_the_image_is_there(
    cloud: Cloud, bundles: Bundles, tmp_path: Path
) -> None:
    deployed = put(cloud, tmp_path, bundles)
    assert [stack.template for stack in deployed.stacks] == list(ORDER)
    assert {stack.action for stack in deployed.stacks} == {"created"}
    assert {action for each in changes(deployed).values() for action, _ in each} == {"add"}
    images = cloud.clients.client("ecr").describe_images(repositoryName="acme")["imageDetails"]
    assert images[0]["imageTags"] == [bundles.image_tag]


def test_the_same_again_changes_nothing(cloud: Cloud, bundles: Bundles, tmp_path: Path) -> None:
    deployed = put(cloud, tmp_path, bundles)
    assert {stack.action for stack in deployed.stacks} == {"unchanged"}
    assert not deployed.changed


def test_a_parameter_and_a_lambda_change_only_what_has_them_and_history_is_kept(
    cloud: Cloud, bundles: Bundles, tmp_path: Path
) -> None:
    machines = cloud.clients.client("stepfunctions")
    machine = f"arn:aws:states:us-east-1:{cloud.account}:stateMachine:acme-training"
    ran = machines.start_execution(stateMachineArn=machine, name="before")["executionArn"]
    larger = "ml.m5.xlarge"
    found = changes(put(cloud, tmp_path, changed_lambda(bundles), larger))
    machines_alone = {
        ("change", "InvokeFunction"),
        ("change", "{}Machine"),
        ("replace", "{}Version"),
    }
    assert {stack: set(each) for stack, each in found.items()} == {
        "training": {(a, r.format("Training")) for a, r in machines_alone}
        | {("change", "ModelUrlFunction")},
        "inference": {(a, r.format("Inference")) for a, r in machines_alone},
        "effect": {("change", "EffectMachine"), ("replace", "EffectVersion")},
        "captured": {("change", "CapturedMachine"), ("replace", "CapturedVersion")},
        "schedules": {("change", "RetrainingOnAlarm")},
    }
    kept = machines.list_executions(stateMachineArn=machine)["executions"]
    assert [each["executionArn"] for each in kept] == [ran]
    versions = machines.list_state_machine_versions(stateMachineArn=machine)
    told = [each["stateMachineVersionArn"] for each in versions["stateMachineVersions"]]
    assert told == [f"{machine}:2", f"{machine}:1"], "the one before may still be started"
    function = cloud.clients.client("lambda").get_function_configuration(
        FunctionName="acme-invokeTrainingStepFunction"
    )
    assert function["Environment"]["Variables"]["STATE_MACHINE_ARN"] == told[0]
    assert not put(cloud, tmp_path, changed_lambda(bundles), larger).changed


def test_removed_last_first_only_what_is_to_be_kept_is_left(cloud: Cloud) -> None:
    formation = cloud.clients.client("cloudformation")
    for stack in reversed(ORDER):
        formation.delete_stack(StackName=f"acme-{stack}")
    states = {
        each["StackName"]: each["StackStatus"] for each in formation.list_stacks()["StackSummaries"]
    }
    assert set(states.values()) == {"DELETE_COMPLETE"}, states
    assert cloud.clients.client("lambda").list_functions()["Functions"] == []
    assert cloud.clients.client("stepfunctions").list_state_machines()["stateMachines"] == []
    buckets = cloud.clients.client("s3").list_buckets()["Buckets"]
    assert [each["Name"] for each in buckets] == ["acme-123456789012-us-east-1"]
