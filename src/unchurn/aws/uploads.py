"""What goes up to the bucket: streamed in parts, counted, and not sent twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.aws import layout
from unchurn.aws.bundles import Bundles
from unchurn.aws.clients import Clients
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.aws.learned_uplift import pack_uplift, packed
from unchurn.aws.own_code import pack_own_code
from unchurn.errors import ConfigError, listing
from unchurn.history import Question
from unchurn.history.sources import named_tables
from unchurn.modelling.scoring.profit import is_given
from unchurn.progress import Progress
from unchurn.project import FILE, Project
from unchurn.tables.id_lists import require_known_files
from unchurn.tables.location import find_files, one_format
from unchurn.tables.partitions import partitions_of, root_of

MARK = "unchurn-sha256"
"""Metadata of objects that unchurn uploaded: the hash of their contents."""
HISTORY = "[history]"
"""Said in place of a table: those that the section names."""


@dataclass(frozen=True)
class Uploaded:
    """What an upload came to: how many objects were sent, and how many were there already."""

    sent: int
    kept: int

    def __add__(self, other: Uploaded) -> Uploaded:
        return Uploaded(self.sent + other.sent, self.kept + other.kept)


def upload_code(clients: Clients, bucket: str, bundles: Bundles, progress: Progress) -> Uploaded:
    """Put each bundle where its contents say; those that are there are not sent again."""
    done = Uploaded(0, 0)
    with (
        asking_aws(f"upload the code to s3://{bucket}"),
        progress.task("upload code", sum(map(len, bundles.files.values()))) as task,
    ):
        for name, key in bundles.keys.items():
            content = bundles.files[name]
            done += _put(clients, bucket, key, content)
            task.advance(len(content))
    return done


def upload_project(clients: Clients, bucket: str, project: Project) -> Uploaded:
    """Put churn.toml where the next run pins it, with the code and the constraints that it names.

    Where a scoring ends with a campaign, its lists of whom not to contact go where others' lists lie,
    and what was learned here of whom contact moves goes along. Raises `ConfigError` for code that cannot
    come along, constraints that cannot be used, a list that is not there, or a campaign that cannot be
    chosen, and `ArtefactError` where what was learned is damaged, before anything is sent.
    """
    code, constraints = pack_own_code(project), _constraints(project)
    content = (project.folder / FILE).read_bytes()
    lists = _excluded(project)
    learned = pack_uplift(project) if project.aws.campaign else None
    with asking_aws(f"upload {FILE} to s3://{bucket}/{layout.PROJECT}"):
        sent = _put(clients, bucket, layout.OWN_CODE, code)
        for path in lists:
            sent += _put(clients, bucket, layout.EXCLUDED + path.name, path.read_bytes())
        sent += _put(clients, bucket, layout.CONSTRAINTS, constraints)
        sent += _put_uplift(clients, bucket, learned)
        return sent + _put(clients, bucket, layout.PROJECT, content)


def upload_history(clients: Clients, bucket: str, project: Project, progress: Progress) -> Uploaded:
    """Upload the tables of the project's history, each to a folder of its section's name.

    Raises as `upload_table` does, and `ConfigError` where the question needs a table that is not named.
    """
    tables = named_tables(project.history, Question.of(project.churn))
    files = {
        f"{layout.HISTORY}{name}/{inside}": path
        for name, section in tables.items()
        for inside, path in _files(section.data, project.folder, layout.HISTORY + name).items()
    }
    return _replaced(clients, bucket, layout.HISTORY, files, "the tables of [history]", progress)


def _excluded(project: Project) -> list[Path]:
    """Return the lists of whom a campaign must not contact; none where a scoring ends without one."""
    if not project.aws.campaign:
        return []
    if not is_given(project.decision):
        raise ConfigError(
            "[aws] campaign asks for campaigns, and whom it pays to contact cannot be said: [decision] "
            "clv is not given.",
            "Set clv, contact_cost, incentive_cost and accept_rate in [decision] of churn.toml.",
        )
    lists = [project.folder / each for each in project.campaign.exclude]
    require_known_files(lists, None)
    names = [each.name for each in lists]
    if twice := sorted({each for each in names if names.count(each) > 1}):
        raise ConfigError(
            f"[campaign] exclude names several files that are called {listing(twice)}: in the bucket one "
            "would take the place of the other.",
            "Give them different names.",
        )
    return lists


def upload_table(
    clients: Clients, bucket: str, prefix: str, location: str, folder: Path, progress: Progress
) -> Uploaded:
    """Make `prefix` hold the files of a table and nothing else.

    Files that an earlier upload left there and this table does not have are deleted (the bucket
    keeps versions). Raises `ConfigError` for objects that somebody else put there.
    """
    files = {f"{prefix}{name}": path for name, path in _files(location, folder, prefix).items()}
    return _replaced(clients, bucket, prefix, files, location, progress)


def _replaced(
    clients: Clients,
    bucket: str,
    prefix: str,
    files: Mapping[str, Path],
    told: str,
    progress: Progress,
) -> Uploaded:
    """Make `prefix` hold files by key and nothing else; `told` is what the progress calls them."""
    with asking_aws(f"upload {told} to s3://{bucket}/{prefix}"):
        _clear(clients, bucket, prefix, files)
        total = sum(path.stat().st_size for path in files.values())
        done = Uploaded(0, 0)
        with progress.task(f"upload {told}", total) as task:
            for key, path in files.items():
                done += _send(clients, bucket, key, path, task)
    return done


def _constraints(project: Project) -> bytes:
    named = project.cycle.constraints
    if not named:
        return layout.NO_CONSTRAINTS
    from unchurn.pipeline.monitoring import read_constraints

    read_constraints(project.folder / named)
    return (project.folder / named).read_bytes()


def _files(location: str, folder: Path, prefix: str) -> dict[str, Path]:
    if "://" in location:
        raise ConfigError(
            f"The table to upload is {location!r}, which is not on this machine.",
            f"Put its files under {prefix} of the deployment's bucket and leave the table out: "
            "--data ''.",
        )
    paths = find_files(location, folder)
    one_format(paths)
    root = root_of(location, folder)
    # folders that name a column go along: its values are nowhere else
    names = [
        path.relative_to(root).as_posix() if partitions_of(path, root) else path.name
        for path in paths
    ]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ConfigError(
            f"{location} has several files of one name: {listing(twice)}.",
            "Name files of one folder, or rename them.",
        )
    return dict(zip(names, paths, strict=True))


def _clear(clients: Clients, bucket: str, prefix: str, files: Mapping[str, Path]) -> None:
    s3 = clients.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    stale = [
        item["Key"]
        for page in pages
        for item in page.get("Contents", [])
        if item["Key"] not in files and not item["Key"].endswith("/")
    ]
    foreign = [key for key in stale if not _mark(s3, bucket, key)]
    if foreign:
        raise ConfigError(
            f"s3://{bucket}/{prefix} also holds {listing(foreign, 4)}, which unchurn did not "
            "upload and which would be read with your table.",
            "Delete or move them, or leave your table out to use what is there: --data ''.",
        )
    for key in stale:
        s3.delete_object(Bucket=bucket, Key=key)


def _send(clients: Clients, bucket: str, key: str, path: Path, task: Any) -> Uploaded:
    s3 = clients.client("s3")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if _mark(s3, bucket, key) == digest:
        task.advance(path.stat().st_size)
        return Uploaded(0, 1)
    extra = {"Metadata": {MARK: digest}}
    s3.upload_file(str(path), bucket, key, ExtraArgs=extra, Callback=task.advance)
    return Uploaded(1, 0)


def _put(clients: Clients, bucket: str, key: str, content: bytes) -> Uploaded:
    s3 = clients.client("s3")
    digest = hashlib.sha256(content).hexdigest()
    if _mark(s3, bucket, key) == digest:
        return Uploaded(0, 1)
    s3.put_object(Bucket=bucket, Key=key, Body=content, Metadata={MARK: digest})
    return Uploaded(1, 0)


def _put_uplift(clients: Clients, bucket: str, learned: bytes | None) -> Uploaded:
    """Put what was learned here. Where nothing was, as in a build, what another machine brought stays."""
    if learned is None and _mark(clients.client("s3"), bucket, layout.UPLIFT) is not None:
        return Uploaded(0, 1)
    return _put(clients, bucket, layout.UPLIFT, learned or packed(None))


def _mark(s3: Any, bucket: str, key: str) -> str | None:
    """Return the hash of what unchurn put there, nothing of what others did; None where nothing is."""
    from botocore.exceptions import ClientError

    try:
        return str(s3.head_object(Bucket=bucket, Key=key)["Metadata"].get(MARK, ""))
    except ClientError as error:
        if is_missing(error):
            return None
        raise
