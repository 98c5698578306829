"""The shipped templates with every parameter filled in, as a deployment of them would be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from unchurn.aws.bundles import Bundles, pack
from unchurn.aws.deployment import make_deployment, wire
from unchurn.aws.resolve import Resolver
from unchurn.aws.stacks import FOLDER, ON_REQUEST, STACKS
from unchurn.aws.templates import Template, read_template
from unchurn.project import Project

STACK = "acme"
REGION = "eu-west-1"
ALL_ON = {
    "NotifyEmail": "someone@example.com",
    "TrainingSchedule": "rate(7 days)",
    "ScoringSchedule": "rate(1 day)",
    "CaptureSchedule": "rate(1 day)",
    "ScoreOnLanding": "true",
    "Campaigns": "true",
    "RetrainOnAlarm": "true",
    "Queries": "train,score",
    "MaxInstanceCount": "4",
    "CapturePercent": "10",
    "DeliverySource": "s3",
    "DeliveryApproval": "true",
    "DeliveryScore": "true",
}
OF_A_VERSION = {
    "ModelName": f"{STACK}-model-run-1",
    "ModelDataUrl": f"s3://{STACK}-bucket/runs/run-1/model/job/output/model.tar.gz",
    "TrainingImage": f"{STACK}:0123456789abcdef",
    "InstanceType": "ml.m5.large",
    "InstanceCount": "2",
    "RoleArn": "arn:<Partition>:iam::<AccountId>:role/jobs",
    "Guarded": "true",
    "KeepsInstanceCount": "false",
}
"""What an endpoint is told of the version that it serves, and of what it served before."""
MOST = {"AWS::IAM::Role": 10_240, "AWS::IAM::ManagedPolicy": 6_144}
"""Characters of policies that IAM takes, white space left out: inline in one role, in one of their own."""
EVERY = tuple(name for name in STACKS + ON_REQUEST if (FOLDER / f"{name}.yaml").is_file())
FILES = tuple(str(FOLDER / f"{name}.yaml") for name in EVERY)


@cache
def templates() -> dict[str, Template]:
    """Return the templates by name, in the order of deployment."""
    return {name: read_template(name) for name in EVERY}


@cache
def deployment_values() -> Mapping[str, str]:
    """Return the values that a deployment of a plain project fills in, by name."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "churn.toml").write_text(
            f'[data]\ntrain = "x.csv"\n[churn]\ntarget = "churn"\n[aws]\nstack = "{STACK}"\n'
        )
        project = Project.load(Path(folder))
    bundles = Bundles(dict.fromkeys(pack().files, b""))
    return {**make_deployment(project).values, **bundles.values}


def resolved(**values: str) -> dict[str, Resolver]:
    """Return each template with its parameters filled by name, `values` winning."""
    outputs: dict[str, str] = {}
    found = {}
    for name, template in templates().items():
        filled = wire(template, {**deployment_values(), **OF_A_VERSION, **values}, outputs)
        found[name] = Resolver(template, filled, REGION)
        outputs |= found[name].outputs()
    return found


def resources(**values: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield (stack, logical id, type, properties) of everything that is made."""
    yield from _resources(tuple(sorted(values.items())))


@cache
def _resources(values: tuple[tuple[str, str], ...]) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [
        (stack, logical, body["Type"], resolver.resolve(body.get("Properties", {})))
        for stack, resolver in resolved(**dict(values)).items()
        for logical, body in resolver.made().items()
    ]


def characters(stack: str, name: str, **values: str) -> int:
    """Return how long the policies of a role, or a policy, get where names are as long as they may be."""
    found = resolved(**values, StackName="a" * 20)[stack]
    given = found.resolve(found.template.resources[name]["Properties"])
    text = json.dumps(given.get("Policies") or given["PolicyDocument"], separators=(",", ":"))
    filled = {"<Partition>": "aws-us-gov", "<AccountId>": "1" * 12, "eu-west-1": "r" * 14}
    for word, value in filled.items():
        text = text.replace(word, value)
    return len(text) + 80 * (text.count("Role.Arn>") + text.count("Role>"))


def texts(node: Any) -> Iterator[str]:
    """Yield every text of plain data, keys left out."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for inside in node.values():
            yield from texts(inside)
    elif isinstance(node, list):
        for inside in node:
            yield from texts(inside)
