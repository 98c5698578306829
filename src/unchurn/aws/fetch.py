"""What a run left in the bucket, brought to this machine."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from unchurn.artefacts.folder import MANIFEST
from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.layout import RunLayout
from unchurn.disk import replacing
from unchurn.progress import Progress

_LEFT_THERE = ("snapshots", "clean", "prepared", "champion", "scratch", "settings", "trials")
"""Parts of a training that hold tables, settings, trials or another run's model; they stay there."""


def fetch_training(
    clients: Clients, bucket: str, run: str, root: Path, progress: Progress
) -> tuple[Path, ...]:
    """Bring evaluation, verdict, record, model and parameters of a run to ``root/aws/<run>/``."""
    place = RunLayout(run)
    keys = {
        key: name
        for key, name in _keys(clients, bucket, place.folder).items()
        if name.split("/")[0] not in _LEFT_THERE
    }
    return _download(clients, bucket, keys, root / "aws" / run, progress)


def fetch_scores(
    clients: Clients, bucket: str, run: str, root: Path, progress: Progress
) -> tuple[Path, ...]:
    """Bring the customer list of a run to ``root/aws/<run>/``, its watch and campaign below it."""
    place = RunLayout(run)
    beside = {"watch": place.artefact("watch"), "campaign": place.campaign}
    keys = _keys(clients, bucket, place.result) | {
        key: f"{folder}/{name}"
        for folder, prefix in beside.items()
        for key, name in _keys(clients, bucket, prefix).items()
    }
    return _download(clients, bucket, keys, root / "aws" / run, progress)


def fetch_judged(clients: Clients, bucket: str, root: Path, progress: Progress) -> tuple[str, ...]:
    """Bring to ``root/runs/`` scorings with their watches, and evaluations, that are not there.

    Of all runs; a manifest comes last, so that a folder which has one is whole. Returns the runs whose
    scores stay in the bucket, as their customers do: no watch says which these are.
    """
    folder, found = root / "runs", _keys(clients, bucket, "runs/")
    places = {key: PurePosixPath(name) for key, name in found.items()}
    whole = {place.parent for place in places.values() if place.name == MANIFEST}
    scored = {place.parent for place in whole if place.name == "scores"}
    judged = {run for run in scored if run / "watch" in whole}
    wanted = {place for place in whole if place.name == "evaluation"}
    wanted |= {run / name for run in judged for name in ("scores", "watch")}
    keys = {
        key: found[key]
        for key, place in sorted(places.items(), key=lambda each: (each[1].name == MANIFEST, each))
        if place.parent in wanted and not (folder / _safe(found[key])).with_name(MANIFEST).is_file()
    }
    _download(clients, bucket, keys, folder, progress)
    return tuple(sorted(run.name for run in scored - judged))


def fetch_all(clients: Clients, bucket: str, folder: Path, progress: Progress) -> tuple[Path, ...]:
    """Bring everything in a bucket to `folder`."""
    return _download(clients, bucket, _keys(clients, bucket, ""), folder, progress)


def _keys(clients: Clients, bucket: str, prefix: str) -> dict[str, str]:
    """Return key → path below `prefix` of every object there."""
    with asking_aws(f"list s3://{bucket}/{prefix}"):
        pages = clients.client("s3").get_paginator("list_objects_v2")
        found = [
            item["Key"]
            for page in pages.paginate(Bucket=bucket, Prefix=prefix)
            for item in page.get("Contents", [])
        ]
    return {key: key.removeprefix(prefix) for key in found if not key.endswith("/")}


def _download(
    clients: Clients, bucket: str, keys: dict[str, str], folder: Path, progress: Progress
) -> tuple[Path, ...]:
    made = []
    with (
        asking_aws(f"fetch what the run left in s3://{bucket}"),
        progress.task("fetch artefacts", len(keys)) as task,
    ):
        for key, name in keys.items():
            made.append(_one(clients.client("s3"), bucket, key, folder / _safe(name)))
            task.advance()
    return tuple(made)


def _one(s3: Any, bucket: str, key: str, target: Path) -> Path:
    with replacing(target) as stream:
        s3.download_fileobj(bucket, key, stream)
    return target


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise AwsError(
            f"The bucket has an object named {name!r}, which leads out of the run's folder.",
            "It was not made by unchurn; look who wrote it.",
        )
    return path
