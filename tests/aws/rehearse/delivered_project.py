"""A project whose commits are delivered: the shipped stacks, a repository, an endpoint to look at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import unchurn
from command_line import QUICK, Ran, add_sections, run_unchurn
from rehearsal.cloud import Cloud
from unchurn.aws.change_sets import apply_template
from unchurn.aws.deploy import deploy
from unchurn.aws.deployment import Deployment, make_deployment
from unchurn.aws.endpoint.live import Live, require_live
from unchurn.aws.failure import AwsError
from unchurn.aws.registry import DynamoRegistry
from unchurn.aws.rehearse_open import clients_of, way_into
from unchurn.aws.rehearse_push import Delivery, packed, push
from unchurn.aws.stack_state import read_stack
from unchurn.aws.templates import read_template
from unchurn.demo import write_demo
from unchurn.progress import Silent
from unchurn.project import Project

ROOT = Path(unchurn.__file__).parents[2]
SERVER = "src/unchurn/serve/app.py"
SECTIONS = (
    QUICK
    + """
[aws]
stack = "acme"
tuning_jobs = 1
[registry]
kind = "dynamodb"
[endpoint]
instances = 2
latency_ms = 60000
[delivery]
source = "s3"
"""
)
PIPELINE, ENDPOINT_STACK = "acme-delivery", "acme-deploy-model"
_BUILT = ("pyproject.toml", "constraints.txt", "buildspec.yml", "README.md")


@dataclass
class DeliveredProject:
    """The deployment in an open cloud, and the repository whose commits are pushed."""

    cloud: Cloud
    folder: Path
    bucket: str = ""

    @property
    def project(self) -> Project:
        return Project.load(self.folder)

    @property
    def deployment(self) -> Deployment:
        return make_deployment(self.project)

    def stand_up(self) -> None:
        """Make the project, and deploy it as an administrator does."""
        write_demo(self.folder, customers=900, fresh=60)
        churn = self.folder / "churn.toml"
        gate = "accuracy = 0.50\nchampion_tolerance = 0.06\nchampion_tolerance_share = 1"
        churn.write_text(churn.read_text().replace("accuracy = 0.90", gate))
        add_sections(churn, SECTIONS)
        done = deploy(clients_of(self.cloud), self.deployment, self.project, Silent())
        self.bucket = done.outputs["Bucket"]

    def push(self, changes: Mapping[str, tuple[str, str]] | None = None) -> Delivery:
        """Push the repository, files with one text replaced by another; wait for the end."""
        commit = repository(self.folder, changes or {})
        return push(clients_of(self.cloud), self.bucket, PIPELINE, commit, Silent())

    def command(self, *words: object) -> Ran:
        """Run ``unchurn`` in this cloud, on this project."""
        environment = dict(way_into(self.cloud, os.environ).variables)
        return run_unchurn(*words, "--project", self.folder, "--json", **environment)

    def leave_a_dead_stack(self) -> None:
        """Make the endpoint's stack fail while it is made: its model does not exist."""
        given = endpoint_parameters(self.deployment, self.bucket)
        with suppress(AwsError):
            apply_template(
                clients_of(self.cloud), read_template("deploy-model"), ENDPOINT_STACK, given
            )

    def live(self) -> Live:
        """Return the endpoint as SageMaker describes it."""
        return require_live(clients_of(self.cloud), self.deployment)

    def stack(self) -> str:
        """Return the status of the endpoint's stack."""
        return str((read_stack(clients_of(self.cloud), ENDPOINT_STACK) or {}).get("StackStatus"))

    def deleted(self) -> list[str]:
        """Return the names of the stacks that are gone."""
        formation = self.cloud.clients.client("cloudformation")
        gone = formation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
        return [str(each["StackName"]) for each in gone]

    @property
    def registry(self) -> DynamoRegistry:
        return DynamoRegistry(clients_of(self.cloud), "acme-registry")

    def model_of_config(self, name: str) -> str:
        """Return the model that a configuration of an endpoint names."""
        sagemaker = self.cloud.clients.client("sagemaker")
        found = sagemaker.describe_endpoint_config(EndpointConfigName=name)
        return str(found["ProductionVariants"][0]["ModelName"])

    def log(self) -> str:
        """Return what the latest build printed."""
        logs = self.cloud.clients.client("logs")
        group = "/aws/codebuild/acme-delivery"
        streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
        latest = max(streams, key=lambda each: each["lastEventTimestamp"])["logStreamName"]
        pages = logs.get_log_events(logGroupName=group, logStreamName=latest, startFromHead=True)
        return "\n".join(each["message"] for each in pages["events"])


def endpoint_parameters(deployment: Deployment, bucket: str) -> dict[str, str]:
    """Return the parameters of an endpoint whose model nobody has made."""
    template = read_template("deploy-model")
    known = {
        name: deployment.values[name] for name in template.parameters if name in deployment.values
    }
    return {
        **known,
        "ModelName": "acme-no-such-model",
        "ModelDataUrl": f"s3://{bucket}/none/model.tar.gz",
        "TrainingImage": "none",
        "InstanceType": "ml.t2.medium",
        "InstanceCount": "1",
        "RoleArn": "arn:aws:iam::123456789012:role/none",
        "Bucket": bucket,
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:none",
        "Guarded": "false",
        "KeepsInstanceCount": "false",
    }


def repository(folder: Path, changes: Mapping[str, tuple[str, str]]) -> bytes:
    """Pack the code and a project's churn.toml as the bundle of a commit."""
    package = (
        path
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in package}
    files |= {name: (ROOT / name).read_bytes() for name in _BUILT}
    files["churn.toml"] = (folder / "churn.toml").read_bytes()
    for name, (old, new) in changes.items():
        text = files[name].decode()
        assert old in text, f"{name} has no {old!r}"
        files[name] = text.replace(old, new).encode()
    return packed(files)
