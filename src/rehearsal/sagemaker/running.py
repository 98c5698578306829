"""What jobs have in common when they run: data in, the image's command, the reason of a failure."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rehearsal import objects
from rehearsal.containers import MOUNT, Container, sealed
from rehearsal.errors import InputError, SettingError
from rehearsal.images import Program
from rehearsal.logs import keep_log
from rehearsal.permissions.actions import Place
from rehearsal.permissions.unseen import logging, measuring, pulling
from rehearsal.sagemaker.jobs import Job, JobFailedError, JobStoppedError
from rehearsal.virtual_environment import is_python

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

TAIL_CHARACTERS = 400
LOG = "log.txt"
RESOURCES: dict[str, Any] = {
    "current_host": "algo-1",
    "current_instance_type": "ml.m5.large",
    "current_group_name": "homogeneousCluster",
    "hosts": ["algo-1"],
    "network_interface_name": "eth0",
}
"""What /opt/ml tells a job about its hosts: there is one."""


def require(wanted: Mapping[str, Any], source: Mapping[str, Any], what: str) -> None:
    """Fail the job where it asks for something that is not rehearsed, rather than do otherwise."""
    for name, value in wanted.items():
        if source.get(name, value) != value:
            raise JobFailedError(
                f"InternalServerError: the rehearsal knows {what} with {name} {value!r} alone, "
                f"not {source[name]!r}."
            )


def single_host(cluster: Mapping[str, Any]) -> None:
    """Fail a job that wants more than one instance."""
    require({"InstanceCount": 1}, cluster, "jobs")


def download(
    cloud: Cloud, uri: str, folder: Path, part: int = 0, parts: int = 1, named: bool = False
) -> None:
    """Fetch everything under `uri`, or the `part` of so many that a host gets of it.

    Where the objects are `named`, it is all that the manifest `uri` says. Fails the job, in SageMaker's words, when there is nothing at all.
    """
    from botocore.exceptions import ClientError

    try:
        count = (
            objects.download_named(cloud, uri, folder)
            if named
            else objects.download(cloud, uri, folder, part, parts)
        )
    except InputError as error:
        raise JobFailedError(f"ClientError: Data download failed: {error.message}") from error
    except ClientError as error:
        raise JobFailedError(f"ClientError: Data download failed: {_words(error)}") from error
    if count == 0:
        raise JobFailedError(
            f'ClientError: Data download failed: No S3 objects found under S3 URL "{uri}" given '
            "in input data source. Please ensure that the bucket exists in the selected region, "
            "that objects exist under that S3 prefix, and that the role may list them."
        )


def _words(error: Any) -> str:
    return str(error.response["Error"].get("Message", error))


def inside(root: Path, path: str) -> Path:
    """Return where `path`, as the container knows it, lies. Only /opt/ml is rehearsed."""
    if not Path(path).is_relative_to(MOUNT) or ".." in Path(path).parts:
        raise JobFailedError(f"InternalServerError: {path} is not below {MOUNT}.")
    return root / Path(path).relative_to(MOUNT)


def command(
    cloud: Cloud, image: str, entrypoint: Sequence[str] | None, arguments: Iterable[str] | None
) -> list[str]:
    """Return what the image runs. `entrypoint` replaces its own; ``python`` is the image's interpreter."""
    first, *rest = entrypoint or program(cloud, image).command
    if first in {"python", "python3"}:
        first = interpreter(cloud, image)
    return [first, *rest, *(arguments or ())]


def interpreter(cloud: Cloud, image: str) -> str:
    """Return the Python that the image's own command begins with, or that is in its PATH; else this one."""
    known = cloud.images.known(image)
    if known is None:
        return sys.executable
    if is_python(known.command[0]):
        return known.command[0]
    path = known.environment.get("PATH")
    return (shutil.which("python3", path=path) if path else None) or sys.executable


def program(cloud: Cloud, image: str) -> Program:
    """Return how the image is run here; fail the job where nobody has said it."""
    try:
        return cloud.images.program(image)
    except SettingError as error:
        raise JobFailedError(f"InternalServerError: {error}") from error


def say_what_stands_in(cloud: Cloud, image: str) -> None:
    """Write down in what the program that runs in an image's place may differ from it."""
    found = cloud.images.known(image)
    if found is not None and found.remark:
        cloud.journal.remark(found.remark)


def run(
    cloud: Cloud, job: Job, root: Path, image: str, argv: Sequence[str], own: Mapping[str, str]
) -> Container:
    """Run the job's process to its end. Raises when it was stopped or took too long."""
    container = begin(cloud, job, root, job.folder / LOG, image, argv, own)
    ended = container.wait(job.seconds, job.stopped)
    show_log(cloud, job, RESOURCES["current_host"], container.log)
    if ended is None:
        tell_stopped(job)
    return container


def show_log(cloud: Cloud, job: Job, host: str, log: Path) -> None:
    """Hand what a host has printed to CloudWatch Logs, where SageMaker shows it, as the job's role.

    However the job ends, that is not because of its log.
    """
    try:
        keep_log(cloud, *_log_of(job, host), log)
    except Exception as error:
        cloud.journal.remark(f"logs of jobs: one could not be kept ({error})")


def _log_of(job: Job, host: str) -> tuple[str, str]:
    """Return the log group and stream of a host of the job."""
    stream = f"{job.name}/{host}-{int(job.created.timestamp())}"
    return f"/aws/sagemaker/{job.kind.prefix}s", stream


def begin(
    cloud: Cloud,
    job: Job,
    root: Path,
    log: Path,
    image: str,
    argv: Sequence[str],
    own: Mapping[str, str],
) -> Container:
    """Start a process of the job over `root`; what it prints goes to `log`."""
    cloud.permissions.demand(*pulling(image, cloud.account))
    _observe(cloud, job)
    say_what_stands_in(cloud, image)
    environment = sealed(cloud, own, image=image, isolated=job.isolated)
    return Container.start(argv, root, log, environment, python=interpreter(cloud, image))


def tell_stopped(job: Job) -> NoReturn:
    """End the job Stopped, with whether it was asked to or took too long."""
    reason = "Stopped" if job.stopped.is_set() else "MaxRuntimeExceeded"
    job.details["SecondaryStatus"] = reason
    raise JobStoppedError(reason)


def _observe(cloud: Cloud, job: Job) -> None:
    """Ask for the log and the metrics that SageMaker keeps as the job's role; without them it runs, too."""
    group, stream = _log_of(job, "algo-1")
    place = Place(cloud.region, cloud.account)
    cloud.permissions.ask(list(logging(place, group, stream, makes_group=True)))
    cloud.permissions.ask([measuring(group)])


def fail_unless_zero(container: Container) -> None:
    """Fail the job if its process did not exit 0, with what it wrote to /opt/ml/output/failure."""
    code = container.process.returncode
    if code:
        failure = container.root / "output" / "failure"
        told = failure.read_text(errors="replace") if failure.is_file() else _tail(container)
        kind = "" if told.startswith("ClientError: ") else "AlgorithmError: "
        raise JobFailedError(f"{kind}{told.strip()[:900]}, exit code: {code}")


def _tail(container: Container) -> str:
    return container.output[-TAIL_CHARACTERS:]
