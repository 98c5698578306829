"""Training jobs: channels and hyperparameters in, a model and metrics out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import archives, objects
from rehearsal.sagemaker import running
from rehearsal.sagemaker.jobs import Job

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def train(cloud: Cloud, job: Job) -> None:
    """Run one training job."""
    request = job.request
    running.single_host(request["ResourceConfig"])
    uri = f"{request['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output"
    job.details["ModelArtifacts"] = {"S3ModelArtifacts": f"{uri}/model.tar.gz"}
    root = job.folder / "ml"
    _enter(job, "Downloading")
    for channel in request.get("InputDataConfig", []):
        _fetch(cloud, channel, root)
    _configure(request, root)
    _enter(job, "Training")
    try:
        _run(cloud, job, root)
    finally:
        _store(cloud, root / "output" / "data", f"{uri}/output.tar.gz")
    _enter(job, "Uploading")
    _store(cloud, root / "model", f"{uri}/model.tar.gz", even_empty=True)
    _enter(job, "Completed")


def _run(cloud: Cloud, job: Job, root: Path) -> None:
    image = job.request["AlgorithmSpecification"]
    entrypoint = image.get("ContainerEntrypoint")
    arguments = image.get("ContainerArguments") or ([] if entrypoint else ["train"])
    own = {"TRAINING_JOB_NAME": job.name, "TRAINING_JOB_ARN": job.arn}
    own |= job.request.get("Environment", {})
    job.details["TrainingStartTime"] = began = datetime.now(UTC)
    try:
        address = image.get("TrainingImage", "")
        argv = running.command(cloud, address, entrypoint, arguments)
        container = running.run(cloud, job, root, address, argv, own)
    finally:
        job.details["TrainingEndTime"] = ended = datetime.now(UTC)
        seconds = max(1, round((ended - began).total_seconds()))
        job.details |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
    known = cloud.images.known(address)
    built_in = known.metrics if known else ()
    found = metrics([*built_in, *image.get("MetricDefinitions", [])], container.output)
    job.details["FinalMetricDataList"] = [
        {"MetricName": name, "Value": value, "Timestamp": ended} for name, value in found.items()
    ]
    running.fail_unless_zero(container)


def metrics(definitions: Iterable[Mapping[str, str]], output: str) -> dict[str, float]:
    """Read the last value of each metric out of what the job printed."""
    found = {}
    for definition in definitions:
        values = re.findall(definition["Regex"], output)
        if values:
            found[definition["Name"]] = float(values[-1])
    return found


def _enter(job: Job, status: str) -> None:
    now = datetime.now(UTC)
    transitions = job.details.setdefault("SecondaryStatusTransitions", [])
    if transitions:
        transitions[-1]["EndTime"] = now
    transitions.append({"Status": status, "StartTime": now})
    job.details["SecondaryStatus"] = status


def _fetch(cloud: Cloud, channel: Mapping[str, Any], root: Path) -> None:
    running.require({"InputMode": "File", "CompressionType": "None"}, channel, "channels")
    source = channel["DataSource"]["S3DataSource"]
    running.require({"S3DataType": "S3Prefix"}, source, "channels")
    running.download(cloud, source["S3Uri"], root / "input" / "data" / channel["ChannelName"])


def _configure(request: Mapping[str, Any], root: Path) -> None:
    for folder in ("input/config", "model", "output/data"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    channels = {
        channel["ChannelName"]: {
            "TrainingInputMode": "File",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "None",
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
        }
        for channel in request.get("InputDataConfig", [])
    }
    config = root / "input" / "config"
    (config / "hyperparameters.json").write_text(json.dumps(request.get("HyperParameters", {})))
    (config / "inputdataconfig.json").write_text(json.dumps(channels))
    (config / "resourceconfig.json").write_text(json.dumps(running.RESOURCES))


def _store(cloud: Cloud, folder: Path, uri: str, *, even_empty: bool = False) -> None:
    if even_empty or any(path.is_file() for path in folder.rglob("*")):
        packed = folder.parent / f"{folder.name}.tar.gz"
        archives.pack(folder, packed)
        objects.put(cloud, packed, uri)
        packed.unlink()
