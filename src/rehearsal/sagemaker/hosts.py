"""The hosts of a training: processes of this machine, each with an /opt/ml and a log of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from rehearsal.containers import POLL_SECONDS, Container
from rehearsal.sagemaker import running
from rehearsal.sagemaker.jobs import Job
from rehearsal.sagemaker.ports import free_port

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

TOGETHER = "the network between the instances of a job: they are processes of this machine"


@dataclass(frozen=True)
class Host:
    """One host: its name, its place among all, and its folders. The log is beside its /opt/ml."""

    name: str
    number: int
    root: Path
    log: Path


def hosts_of(cluster: Mapping[str, Any], folder: Path) -> list[Host]:
    """Return the hosts of a job: the first has the job's `folder` itself."""
    names = [f"algo-{number + 1}" for number in range(cluster.get("InstanceCount", 1))]
    folders = [folder if name == names[0] else folder / name for name in names]
    return [
        Host(name, number, each / "ml", each / running.LOG)
        for number, (name, each) in enumerate(zip(names, folders, strict=True))
    ]


def resources(host: Host, hosts: Sequence[Host], cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Return what /opt/ml tells a host about itself and the others."""
    names, kind = [each.name for each in hosts], cluster.get("InstanceType", "ml.m5.large")
    group = {"instance_group_name": "homogeneousCluster", "instance_type": kind, "hosts": names}
    return {
        **running.RESOURCES,
        "current_host": host.name,
        "current_instance_type": kind,
        "hosts": names,
        "instance_groups": [group],
    }


def meeting_place(hosts: Sequence[Host]) -> dict[str, str]:
    """Return the variable that tells hosts where on loopback to find one another."""
    return {"REHEARSAL_TRACKER_PORT": str(free_port())} if len(hosts) > 1 else {}


def run_hosts(
    cloud: Cloud,
    job: Job,
    hosts: Sequence[Host],
    image: str,
    argv: Sequence[str],
    own: Mapping[str, str],
    seconds: float,
    meanwhile: Callable[[], None],
) -> Container:
    """Run a process on each host to its end; return the first that failed, or the first host's.

    `meanwhile` is called over and over; what it raises ends them. Raises `JobStoppedError` when the job was
    stopped or took more than `seconds`.
    """
    if len(hosts) > 1:
        cloud.journal.remark(TOGETHER)
    containers = [
        running.begin(cloud, job, each.root, each.log, image, argv, own) for each in hosts
    ]
    try:
        ended = follow(containers, seconds, job.stopped, meanwhile)
    finally:
        for each in hosts:
            running.show_log(cloud, job, each.name, each.log)
    if ended is None:
        running.tell_stopped(job)
    return ended


def follow(
    containers: Sequence[Container],
    seconds: float,
    stopped: Event,
    meanwhile: Callable[[], None] = lambda: None,
) -> Container | None:
    """Wait until all have ended; return the first that failed, or the first of all.

    When one fails, the others are ended: they would wait for it. None where they were `stopped` or
    outlived `seconds`, and are ended; so they are by what `meanwhile` raises.
    """
    deadline = time.monotonic() + seconds
    failed: Container | None = None
    try:
        while failed is None and any(each.running for each in containers):
            if stopped.is_set() or time.monotonic() > deadline:
                return None
            meanwhile()
            time.sleep(POLL_SECONDS)
            failed = next((each for each in containers if each.process.poll()), None)
        failed = next((each for each in containers if each.process.poll()), None)
    finally:
        _end(containers)
    return failed or containers[0]


def gather(hosts: Sequence[Host], folder: str) -> Path:
    """Bring what other hosts wrote to a `folder` of /opt/ml to the first one's; return that.

    Of files with one name, the first host's is kept.
    """
    first = hosts[0].root / folder
    for host in hosts[1:]:
        for path in sorted((host.root / folder).rglob("*")):
            target = first / path.relative_to(host.root / folder)
            if path.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
    return first


def _end(containers: Sequence[Container]) -> None:
    for each in containers:
        each.stop()
