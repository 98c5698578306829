"""A cloud in which everything but an endpoint is deployed, and models that only answer."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.images import every_image
from unchurn.artefacts import sha256_of
from unchurn.artefacts.archive import pack
from unchurn.aws.clients import Clients
from unchurn.aws.deploy import deploy
from unchurn.aws.deployment import Deployment, make_deployment
from unchurn.aws.endpoint.live import Live, read_live
from unchurn.aws.endpoint.moving import Mover
from unchurn.aws.endpoint.removing import delete_endpoint
from unchurn.aws.lambdas import registration
from unchurn.aws.lambdas.registry_items import Table
from unchurn.aws.layout import RunLayout
from unchurn.aws.registry import DynamoRegistry
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.registry import Entry, Record

DOOR = Path(__file__).with_name("endpoint_door.py")
SMALL = [sys.executable, "-I", "-S", str(DOOR)]
CHURN = '[churn]\ntarget = "churn"\n[aws]\nstack = "acme"\nregion = "us-east-1"\n'
CHURN += '[registry]\nkind = "dynamodb"\n'
PATIENT = "[endpoint]\nlatency_ms = 60000\n"
"""Where many share two cores, slow answers are no sign of anything."""
CANARY = "instances = 2\nbake_seconds = 60"


@dataclass
class EndpointStage:
    """The cloud, and the project as its churn.toml is at the moment."""

    cloud: Cloud
    folder: Path
    outputs: dict[str, str]
    progress: Silent = field(default_factory=Silent)

    @cached_property
    def clients(self) -> Clients:
        return clients_of(self.cloud)

    @property
    def registry(self) -> DynamoRegistry:
        return DynamoRegistry(self.clients, self.outputs["RegistryTable"], who=lambda: "ada")

    @property
    def deployment(self) -> Deployment:
        return make_deployment(Project.load(self.folder))

    @property
    def live(self) -> Live | None:
        return read_live(self.clients, self.deployment)

    @property
    def serves(self) -> int | None:
        """The version behind the endpoint."""
        live = self.live
        return self.registry.version_of(live.model) if live else None

    @property
    def status(self) -> str:
        """The status of the endpoint's stack."""
        found = self.clients.client("cloudformation").describe_stacks(StackName="acme-deploy-model")
        return str(found["Stacks"][0]["StackStatus"])

    def mover(self, check: Callable[[Record], object] = bool) -> Mover:
        """What moves the champion and the endpoint."""
        return Mover(self.clients, self.deployment, self.registry, "ada", check, self.progress)

    def set(self, endpoint: str = "", aws: str = "") -> None:
        """Write [endpoint], and more of [aws], into churn.toml."""
        text = CHURN.replace("[registry]", f"{aws}\n[registry]")
        (self.folder / "churn.toml").write_text(f"{text}{PATIENT}{endpoint}\n")

    def version(self, run: str, on_aws: bool = True, **model: Any) -> int:
        """Train a model in no time: an archive, what a run leaves for the endpoint, a version."""
        archive = _archive({"name": run, **model}) if on_aws else b""
        return self._made(run, archive, "d" * 64)

    def version_of(self, run: str, bundle: Path) -> int:
        """Make a version of a real bundle."""
        packed = self.folder / f"{run}.tar.gz"
        pack(bundle, packed)
        return self._made(run, packed.read_bytes(), sha256_of(bundle / "manifest.json"))

    def _made(self, run: str, archive: bytes, sha256: str) -> int:
        url = f"s3://{self.outputs['Bucket']}/runs/{run}/model/model.tar.gz"
        where = {"model_name": f"acme-model-{run}", "model_data_url": url, "image": "acme:1"}
        if archive:
            self._put(f"runs/{run}/model/model.tar.gz", archive)
            self._make_model(run, where)
        return self._register(run, sha256, where if archive else {})

    def clear(self) -> None:
        """Take the endpoint away, and set churn.toml as it was."""
        delete_endpoint(self.clients, self.deployment, self.progress)
        self.set()

    def _make_model(self, run: str, where: dict[str, str]) -> None:
        role = self.outputs["SageMakerRoleArn"]
        self.clients.client("sagemaker").create_model(
            ModelName=where["model_name"],
            ExecutionRoleArn=role,
            PrimaryContainer={"Image": where["image"], "ModelDataUrl": where["model_data_url"]},
            EnableNetworkIsolation=self.deployment.values["IsolateModel"] == "true",
        )
        parameters = {
            "ModelName": where["model_name"],
            "ModelDataUrl": where["model_data_url"],
            "TrainingImage": where["image"],
            "InstanceType": "ml.t2.medium",
            "InstanceCount": "1",
            "RoleArn": role,
        }
        self._put(RunLayout(run).parameters, json.dumps({"Parameters": parameters}).encode())

    def _register(self, run: str, sha256: str, where: dict[str, str]) -> int:
        digests = dict.fromkeys(Entry.__annotations__, sha256)
        settings = {"config_sha256": hashlib.sha256(run.encode()).hexdigest()}
        entry: dict[str, Any] = {
            **digests,
            **settings,
            "run_id": run,
            "bundle": f"runs/{run}/model",
        }
        entry |= {"environment": {}, "metrics": {}, "lineage": {}, "verdict": {"verdict": "passed"}}
        table = Table(self.clients.client("dynamodb"), self.outputs["RegistryTable"])
        at = "2024-01-01T00:00:00.000+00:00"
        made = registration.register(table, entry, False, "any", at, "ada", **where)
        return int(made["version"])

    def _put(self, key: str, body: bytes) -> None:
        self.clients.client("s3").put_object(Bucket=self.outputs["Bucket"], Key=key, Body=body)


def _archive(model: dict[str, Any]) -> bytes:
    stream, body = io.BytesIO(), json.dumps(model).encode()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        info = tarfile.TarInfo("model.json")
        info.size = len(body)
        archive.addfile(info, io.BytesIO(body))
    return stream.getvalue()


@contextmanager
def endpoint_stage(folder: Path, small: bool = True) -> Iterator[EndpointStage]:
    """Open a cloud and deploy everything in it but the endpoint; without `small`, the real image."""
    with open_rehearsal(folder / "cloud") as cloud:
        if small:
            cloud.images.rules = [every_image(SMALL)]
        stage = EndpointStage(cloud, folder, {})
        stage.set()
        project = Project.load(folder)
        stage.outputs = deploy(clients_of(cloud), stage.deployment, project, stage.progress).outputs
        yield stage
