"""Processing jobs: folders in, the image's entry point, folders out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.sagemaker import running
from rehearsal.sagemaker.jobs import Job, JobFailedError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

MESSAGE_BYTES = 1024


def process(cloud: Cloud, job: Job) -> None:
    """Run one processing job."""
    request = job.request
    running.single_host(request["ProcessingResources"]["ClusterConfig"])
    root = job.folder / "ml"
    for item in request.get("ProcessingInputs", []):
        _fetch(cloud, item, root)
    outputs = [
        _output(item) for item in request.get("ProcessingOutputConfig", {}).get("Outputs", [])
    ]
    for output in outputs:
        running.inside(root, output["LocalPath"]).mkdir(parents=True, exist_ok=True)
    _configure(job, root / "config")
    image = request["AppSpecification"]
    address, entrypoint = image["ImageUri"], image.get("ContainerEntrypoint")
    argv = running.command(cloud, address, entrypoint, image.get("ContainerArguments"))
    container = running.run(cloud, job, root, address, argv, request.get("Environment", {}))
    _note_message(job, root / "output" / "message")
    running.fail_unless_zero(container)
    for output in outputs:
        objects.upload(cloud, running.inside(root, output["LocalPath"]), output["S3Uri"])


def _fetch(cloud: Cloud, item: Mapping[str, Any], root: Path) -> None:
    source = _only("S3Input", item)
    named = source.get("S3DataType") == "ManifestFile"
    plain = {"S3InputMode": "File", "S3CompressionType": "None"}
    running.require(plain if named else {**plain, "S3DataType": "S3Prefix"}, source, "inputs")
    folder = running.inside(root, source["LocalPath"])
    running.download(cloud, source["S3Uri"], folder, named=named)


def _output(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return _only("S3Output", item)


def _only(way: str, item: Mapping[str, Any]) -> Mapping[str, Any]:
    if way not in item:
        raise JobFailedError(f"InternalServerError: the rehearsal knows {way} alone, not {item}.")
    found: Mapping[str, Any] = item[way]
    return found


def _configure(job: Job, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = {"ProcessingJobArn": job.arn, **job.request}
    (folder / "processingjobconfig.json").write_text(json.dumps(told))
    (folder / "resourceconfig.json").write_text(json.dumps(running.RESOURCES))


def _note_message(job: Job, file: Path) -> None:
    if file.is_file():
        message = file.read_bytes()[:MESSAGE_BYTES].decode(errors="ignore")
        job.details["ExitMessage"] = message
