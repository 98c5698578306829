"""The endpoint's own template, over a trained model in images that were built from their source."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, run_unchurn
from image_projects import make_project
from rehearsal.cloud import Cloud
from unchurn.artefacts import archive
from unchurn.aws.bundles import PACKAGE, SOURCE, Bundles, pack
from unchurn.aws.change_sets import apply_template
from unchurn.aws.failure import AwsError
from unchurn.aws.image import ensure_image
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.stack_state import outputs_of
from unchurn.aws.templates import read_template
from unchurn.progress import Silent

pytestmark = pytest.mark.slow

BUCKET, STACK = "acme-bucket", "acme-deploy-model"
REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme"
ROLE = "arn:aws:iam::123456789012:role/acme"
BROKEN = """
from http.server import BaseHTTPRequestHandler, HTTPServer
import os

class Broken(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500)
        self.end_headers()

def run_server(folders):
    HTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Broken).serve_forever()
"""


@dataclass
class Pushed:
    """A cloud with models over one bundle, and the stack of the endpoint."""

    cloud: Cloud
    url: str

    def build(self, bundles: Bundles) -> str:
        """Build an image from a source bundle; return its address."""
        tag = bundles.image_tag
        key = f"code/{tag}/{SOURCE}"
        s3 = self.cloud.clients.client("s3")
        s3.put_object(Bucket=BUCKET, Key=key, Body=bundles.files[SOURCE])
        make_project(self.cloud, f"acme-{tag}", f"{BUCKET}/{key}", f"{REPOSITORY}:{tag}", ROLE)
        outputs = {"RepositoryName": "acme", "BuildProject": f"acme-{tag}"}
        ensure_image(clients_of(self.cloud), outputs, tag, Silent())
        return f"{REPOSITORY}:{tag}"

    def deploy(self, model: str, image: str, guarded: bool) -> str:
        """Create a model of the bundle and deploy it; return what became of the stack."""
        self.cloud.clients.client("sagemaker").create_model(
            ModelName=model,
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": image, "ModelDataUrl": self.url},
            EnableNetworkIsolation=True,
        )
        values = {
            "StackName": "acme",
            "ModelName": model,
            "ModelDataUrl": self.url,
            "TrainingImage": image,
            "InstanceType": "ml.m5.large",
            "InstanceCount": "2",
            "RoleArn": ROLE,
            "Bucket": BUCKET,
            "KmsKey": "",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:acme",
            "Serverless": "false",
            "ServerlessMemoryMb": "2048",
            "ServerlessConcurrency": "5",
            "MaxInstanceCount": "4",
            "CanaryPercent": "25",
            "BakeSeconds": "300",
            "LatencyMs": "30000",
            "CapturePercent": "100",
            "Guarded": str(guarded).lower(),
            "KeepsInstanceCount": "true",
        }
        template = read_template("deploy-model")
        return apply_template(clients_of(self.cloud), template, STACK, values).action

    def ask(self, body: bytes) -> list[float]:
        """Return the probabilities that the endpoint answers with."""
        answer = self.cloud.clients.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=outputs_of(clients_of(self.cloud), STACK)["EndpointName"],
            ContentType="text/csv",
            Accept="application/json",
            Body=body,
        )
        plain = json.loads(answer["Body"].read())
        return [each["probability"] for each in plain["predictions"]]

    @property
    def live(self) -> dict[str, Any]:
        """What DescribeEndpoint says."""
        name = outputs_of(clients_of(self.cloud), STACK)["EndpointName"]
        told = self.cloud.clients.client("sagemaker").describe_endpoint(EndpointName=name)
        return dict(told)

    @property
    def model(self) -> str:
        """The model of the live configuration."""
        config = self.cloud.clients.client("sagemaker").describe_endpoint_config(
            EndpointConfigName=self.live["EndpointConfigName"]
        )
        return str(config["ProductionVariants"][0]["ModelName"])


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory, trained: tuple[Path, Ran]) -> Iterator[Pushed]:
    folder = tmp_path_factory.mktemp("pushed")
    packed = folder / "model.tar.gz"
    archive.pack(Path(trained[1].document["artefacts"]["model"]), packed)
    with open_rehearsal(folder / "cloud") as cloud:
        cloud.bake_seconds = 1.0
        cloud.clients.client("s3").create_bucket(Bucket=BUCKET)
        cloud.clients.client("s3").put_object(
            Bucket=BUCKET, Key="model/model.tar.gz", Body=packed.read_bytes()
        )
        cloud.clients.client("ecr").create_repository(repositoryName="acme")
        yield Pushed(cloud, f"s3://{BUCKET}/model/model.tar.gz")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Bundles:
    """The package, but its server passes the ping and then fails at everything."""
    package = tmp_path_factory.mktemp("changed") / "unchurn"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "container" / "serve.py").write_text(BROKEN)
    return pack(package)


def test_a_trained_model_serves_is_replaced_and_comes_back_when_a_server_is_pushed_broken(
    pushed: Pushed, broken: Bundles, telecom: Path, trained: tuple[Path, Ran], tmp_path: Path
) -> None:
    image = pushed.build(pack())
    body = "\n".join((telecom / "this_month.csv").read_text().splitlines()[:6]).encode()
    assert pushed.deploy("first", image, guarded=False) == "created"
    assert pushed.ask(body) == _scored(body, trained[0], tmp_path)
    images = pushed.live["ProductionVariants"][0]["DeployedImages"]
    assert images[0]["SpecifiedImage"] == image

    assert pushed.deploy("second", image, guarded=True) == "updated"
    assert pushed.model == "second"
    assert pushed.ask(body) == _scored(body, trained[0], tmp_path)

    with pytest.raises(AwsError, match="acme-endpoint-5xx"):
        pushed.deploy("third", pushed.build(broken), guarded=True)
    assert pushed.model == "second"
    assert pushed.live["EndpointStatus"] == "InService"
    assert "acme-endpoint-5xx" in pushed.live["FailureReason"]
    assert pushed.ask(body) == _scored(body, trained[0], tmp_path)
    s3 = pushed.cloud.clients.client("s3")
    kept = s3.list_objects_v2(Bucket=BUCKET, Prefix="capture/")["Contents"]
    assert len(kept) == 3


def _scored(body: bytes, project: Path, folder: Path) -> list[float]:
    """Return what `unchurn score` says of the same customers."""
    table, scores = folder / "few.csv", folder / "scores.csv"
    table.write_bytes(body)
    if not scores.is_file():
        ran = run_unchurn("score", "--project", project, "--data", table, "--out", scores)
        assert ran.code == 0, ran.err
    with scores.open(newline="") as stream:
        return [float(row["probability"]) for row in csv.DictReader(stream)]
