"""Containers run the code of their image, whatever this machine has under the same name."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from pathlib import Path

import pytest
from job_requests import get, processing, put, run, training
from small_endpoints import ask, configure, create, save_model, update
from small_listener import waited

from image_projects import make_project
from rehearsal.cloud import Cloud
from rehearsal.door.up import image_rule
from rehearsal.images import Images, Program, every_image

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme"
DOOR = Path(__file__).with_name("small_door.py").read_text()


@pytest.fixture
def building(acme: Cloud) -> Cloud:
    """A cloud whose image runs the module acme_door, which no path of this machine has."""
    acme.images.rules = [every_image([sys.executable, "-m", "acme_door"])]
    acme.clients.client("ecr").create_repository(repositoryName="acme")
    return acme


def _build(cloud: Cloud, tag: str, door: str) -> str:
    """Build an image of a wheel that holds `door`; return its address."""
    wheel, source = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("acme_door.py", door)
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("Dockerfile", "FROM x\nCOPY *.whl ./\n")
        archive.writestr("acme-1-py3-none-any.whl", wheel.getvalue())
    key = f"code/{tag}/source.zip"
    cloud.clients.client("s3").put_object(Bucket="acme-bucket", Key=key, Body=source.getvalue())
    image = f"{REGISTRY}:{tag}"
    role = "arn:aws:iam::123456789012:role/build"
    make_project(cloud, f"acme-{tag}", f"acme-bucket/{key}", image, role)
    builds = cloud.clients.client("codebuild")
    started = builds.start_build(projectName=f"acme-{tag}")["build"]["id"]

    def ended() -> str:
        told = str(builds.batch_get_builds(ids=[started])["builds"][0]["buildStatus"])
        return "" if told == "IN_PROGRESS" else told

    assert waited(ended, "the build does not end") == "SUCCEEDED"
    return image


def test_jobs_run_what_was_built_under_the_tag_of_their_image(building: Cloud) -> None:
    one = _build(building, "one", DOOR)
    two = _build(building, "two", DOOR.replace("loss=9.0", "loss=8.0").replace("0.5", "0.25"))
    put(building, "in/a.txt", "rows")
    losses = []
    for name, image in (("t-one", one), ("t-two", two)):
        request = training(name)
        request["AlgorithmSpecification"]["TrainingImage"] = image
        told = run(building, "training", request)
        losses.append(told["FinalMetricDataList"][0]["Value"])
    assert losses == [0.5, 0.25]
    request = processing("p-one", "environment")
    request["AppSpecification"]["ImageUri"] = one
    assert run(building, "processing", request)["ProcessingJobStatus"] == "Completed"
    paths = json.loads(get(building, "out/environment.json"))["PYTHONPATH"]
    assert paths.split(os.pathsep)[0].startswith(str(building.work / "images" / "one"))


def test_a_job_of_an_image_that_nobody_built_has_nothing_of_it(building: Cloud) -> None:
    put(building, "in/a.txt", "rows")
    told = run(building, "training", training("t-none"))
    assert "No module named acme_door" in told["FailureReason"]


def test_a_server_that_was_pushed_broken_never_answers(building: Cloud) -> None:
    good = _build(building, "good", DOOR)
    broken = _build(building, "broken", "raise ImportError('no such thing')")
    create(building, configure(building, "c-good", save_model(building, "good", good)))
    told = update(building, configure(building, "c-bad", save_model(building, "bad", broken)))
    assert told["EndpointConfigName"] == "c-good"
    assert "no such thing" in told["FailureReason"]
    assert ask(building) == "good"


def test_a_job_of_an_image_that_no_rule_knows_fails_and_says_so(acme: Cloud) -> None:
    """Its own entry point is run all the same: what it is, the request says."""
    acme.images.rules = [lambda image: Program(("false",)) if image == "other" else None]
    put(acme, "in/a.txt", "rows")
    told = run(acme, "training", training("t-unknown"))
    assert told["TrainingJobStatus"] == "Failed"
    assert "Nothing says how the image" in told["FailureReason"]
    own = processing("p-own", "environment")
    own["AppSpecification"]["ContainerEntrypoint"] = ["sh", "-c", "exit 0"]
    own["AppSpecification"].pop("ContainerArguments", None)
    assert run(acme, "processing", own)["ProcessingJobStatus"] == "Completed"


def test_the_first_rule_that_knows_an_image_decides(tmp_path: Path) -> None:
    images = Images(tmp_path, [image_rule("*/acme:*=python 'my door.py'"), every_image(["last"])])
    assert images.program(f"{REGISTRY}:one").command == ("python", "my door.py")
    assert images.program("elsewhere").command == ("last",)
    environment = {"A": "outside", "B": "outside", "C": "outside"}
    images.rules = [lambda _: Program((), {"B": "image", "C": "image"})]
    assert images.environment("x", environment, {"C": "own"}) == {
        "A": "outside",
        "B": "image",
        "C": "own",
    }
