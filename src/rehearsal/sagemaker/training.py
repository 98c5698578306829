"""Training jobs: channels and hyperparameters in, a model and metrics out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import archives, objects
from rehearsal.sagemaker import debugger, running
from rehearsal.sagemaker.checkpoints import Checkpoints
from rehearsal.sagemaker.hosts import (
    Host,
    gather,
    hosts_of,
    meeting_place,
    resources,
    run_hosts,
)
from rehearsal.sagemaker.jobs import Job
from rehearsal.sagemaker.spot import Capacity, InterruptionError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_FAST = "FastFile"
_FETCHED = "streaming of FastFile channels: the objects are fetched before the job begins"


def train(cloud: Cloud, job: Job) -> None:
    """Run one training job."""
    request = job.request
    for sentence in (*_unheeded(request), *debugger.unheeded(request)):
        cloud.journal.remark(sentence)
    hosts = hosts_of(request["ResourceConfig"], job.folder)
    address = request["AlgorithmSpecification"].get("TrainingImage", "")
    known = cloud.images.known(address)
    if len(hosts) > 1 and not (known and known.several_hosts):
        running.single_host(request["ResourceConfig"])
    uri = f"{request['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output"
    job.details["EnableManagedSpotTraining"] = bool(request.get("EnableManagedSpotTraining"))
    job.details["ModelArtifacts"] = {"S3ModelArtifacts": f"{uri}/model.tar.gz"}
    try:
        _through(cloud, job, address, hosts)
    finally:
        _store(cloud, gather(hosts, "output/data"), f"{uri}/output.tar.gz")
        debugger.store_tensors(cloud, request, job.name, hosts)
    _enter(job, "Uploading")
    _store(cloud, gather(hosts, "model"), f"{uri}/model.tar.gz", even_empty=True)
    _enter(job, "Completed")


def _unheeded(request: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of a training job's description makes no difference here."""
    if "RetryStrategy" in request:
        yield "training jobs: their RetryStrategy is not heeded; no instance fails here"
    for each in request["AlgorithmSpecification"].get("MetricDefinitions", []):
        if not _is_read(each["Regex"]):
            yield f"training jobs: the expression of the metric {each['Name']} is none to Python; it has no value"
    for channel in request.get("InputDataConfig", []):
        if channel.get("RecordWrapperType", "None") != "None":
            yield "training jobs: RecordIO is not made of a channel's objects; they come as they are"


def _through(cloud: Cloud, job: Job, address: str, hosts: Sequence[Host]) -> None:
    """Run the job to its end: on other instances, each time that Spot takes the ones before away."""
    capacity = Capacity(cloud, job, Checkpoints.of(cloud, job.request, hosts))
    while True:
        _enter(job, "Starting")
        capacity.give()
        _enter(job, "Downloading")
        for host in hosts:
            for channel in job.request.get("InputDataConfig", []):
                _fetch(cloud, _told_of(job.request, channel), host, len(hosts))
            _configure(job.request, host, hosts)
        capacity.checkpoints.lay()
        _enter(job, "Training")
        try:
            return _run(cloud, job, address, hosts, capacity)
        except InterruptionError:
            _enter(job, "Interrupted")
            capacity.take_away(hosts)


def _run(cloud: Cloud, job: Job, address: str, hosts: Sequence[Host], capacity: Capacity) -> None:
    image = job.request["AlgorithmSpecification"]
    entrypoint = image.get("ContainerEntrypoint")
    arguments = image.get("ContainerArguments") or ([] if entrypoint else ["train"])
    own = {"TRAINING_JOB_NAME": job.name, "TRAINING_JOB_ARN": job.arn, **meeting_place(hosts)}
    own |= job.request.get("Environment", {})
    began, before = datetime.now(UTC), job.details.get("TrainingTimeInSeconds", 0)
    job.details.setdefault("TrainingStartTime", began)
    try:
        argv = running.command(cloud, address, entrypoint, arguments)
        left = job.seconds - before
        ended_first = run_hosts(cloud, job, hosts, address, argv, own, left, capacity.watch)
    finally:
        capacity.checkpoints.store()
        job.details["TrainingEndTime"] = ended = datetime.now(UTC)
        seconds = before + max(1, round((ended - began).total_seconds()))
        job.details |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
    known = cloud.images.known(address)
    built_in = known.metrics if known else ()
    printed = hosts[0].log.read_text(errors="replace")
    found = metrics([*built_in, *image.get("MetricDefinitions", [])], printed)
    job.details["FinalMetricDataList"] = [
        {"MetricName": name, "Value": value, "Timestamp": ended} for name, value in found.items()
    ]
    running.fail_unless_zero(ended_first)


def metrics(definitions: Iterable[Mapping[str, str]], output: str) -> dict[str, float]:
    """Read the last value of each metric out of what the job printed.

    CloudWatch shows a tab as ``#011``, and expressions are written for that; some are not.
    """
    found = {}
    shown = output.replace("\t", "#011")
    for definition in (each for each in definitions if _is_read(each["Regex"])):
        for printed in (shown, output):
            if values := list(_values(definition["Regex"], printed)):
                found[definition["Name"]] = values[-1]
                break
    return found


def _is_read(expression: str) -> bool:
    """Tell whether Python reads an expression, which may be of another dialect."""
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def _values(expression: str, printed: str) -> Iterator[float]:
    """Yield what the first group holds, without one what matches, where that is a number.

    CloudWatch takes neither NaN nor infinities: "MetricDatum" of its API.
    """
    for match in re.finditer(expression, printed):
        with suppress(TypeError, ValueError):  # a group that took no part is None
            if isfinite(value := float(match[1] if match.re.groups else match[0])):
                yield value


def _enter(job: Job, status: str) -> None:
    now = datetime.now(UTC)
    transitions = job.details.setdefault("SecondaryStatusTransitions", [])
    if transitions:
        transitions[-1]["EndTime"] = now
    transitions.append({"Status": status, "StartTime": now})
    job.details["SecondaryStatus"] = status


def _fetch(cloud: Cloud, channel: Mapping[str, Any], host: Host, hosts: int) -> None:
    if channel["InputMode"] == _FAST:
        cloud.journal.remark(_FETCHED)
    else:
        running.require({"InputMode": "File"}, channel, "channels")
    running.require({"CompressionType": "None"}, channel, "channels")
    source = channel["DataSource"]["S3DataSource"]
    running.require({"S3DataType": "S3Prefix"}, source, "channels")
    folder = host.root / "input" / "data" / channel["ChannelName"]
    folder.mkdir(parents=True, exist_ok=True)
    part = (host.number, hosts) if _distribution(channel) == "ShardedByS3Key" else (0, 1)
    running.download(cloud, source["S3Uri"], folder, *part)


def _told_of(request: Mapping[str, Any], channel: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a channel with the mode that it has of the whole job where it names none."""
    usual = request["AlgorithmSpecification"].get("TrainingInputMode", "File")
    return {"InputMode": usual, **channel}


def _distribution(channel: Mapping[str, Any]) -> str:
    source = channel["DataSource"]["S3DataSource"]
    return str(source.get("S3DataDistributionType", "FullyReplicated"))


def _configure(request: Mapping[str, Any], host: Host, hosts: Sequence[Host]) -> None:
    for folder in ("input/config", "model", "output/data"):
        (host.root / folder).mkdir(parents=True, exist_ok=True)
    channels = {
        channel["ChannelName"]: {
            "TrainingInputMode": _told_of(request, channel)["InputMode"],
            "S3DistributionType": _distribution(channel),
            "RecordWrapperType": "None",
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
        }
        for channel in request.get("InputDataConfig", [])
    }
    told = {
        "hyperparameters": request.get("HyperParameters", {}),
        "inputdataconfig": channels,
        "resourceconfig": resources(host, hosts, request["ResourceConfig"]),
    }
    for name, content in told.items():
        (host.root / "input" / "config" / f"{name}.json").write_text(json.dumps(content))
    debugger.tell_hook(request, host.root)


def _store(cloud: Cloud, folder: Path, uri: str, *, even_empty: bool = False) -> None:
    if even_empty or any(path.is_file() for path in folder.rglob("*")):
        packed = folder.parent / f"{folder.name}.tar.gz"
        archives.pack(folder, packed)
        objects.put(cloud, packed, uri)
        packed.unlink()
