"""What the job's arguments name: files and folders as they are, objects of S3 brought near."""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

from unchurn.artefacts import Clean, Snapshots
from unchurn.artefacts.folder import LINEAGE, MANIFEST
from unchurn.aws.layout import QUERIED
from unchurn.container.champion import RECORD
from unchurn.container.unpacking import ARCHIVE
from unchurn.disk import copy_tree, publish
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.project.load import FILE

_OURS = {item.metadata["file"] for kind in (Clean, Snapshots) for item in fields(kind)} | {LINEAGE}
"""Every file that one of this job's artefacts may have, beside its manifest."""


def is_remote(place: str) -> bool:
    """Tell whether a place, as `address` writes it, is in S3."""
    return place.startswith("s3://")


def bring_project(place: str, folder: Path) -> Path:
    """Copy the churn.toml at `place`, or in it, to `folder`; return the folder."""
    folder.mkdir()
    if is_remote(place):
        address = place if place.endswith(".toml") else f"{place.rstrip('/')}/{FILE}"
        _bring(address, folder, FILE)
        return folder
    path = Path(place)
    path = path / FILE if path.is_dir() else path
    if not path.is_file():
        raise ConfigError(f"There is no {FILE} at {path}.", "Check --project.")
    shutil.copyfile(path, folder / FILE)
    return folder


def bring_table(place: str, folder: Path) -> str:
    """Return where the files of the table are; those of S3 are brought to `folder`.

    Raises `DataError` where Athena was asked for them, and had no rows.
    """
    if not is_remote(place):
        return place
    folder.mkdir(parents=True)
    if place.endswith(f"/{QUERIED}"):
        _bring_rows(place, folder)
    else:
        _bring(place, folder)
    return str(folder)


def bring_champion(place: str, folder: Path) -> Path:
    """Return where the champion's record and model are; those of S3 are brought to `folder`."""
    if not is_remote(place):
        return Path(place)
    folder.mkdir()
    for name in (RECORD, ARCHIVE):
        _bring(f"{place.rstrip('/')}/{name}", folder, name)
    return folder


def hand_over(artefact: Path, output: str) -> None:
    """Put a published artefact at `output`: whole, its manifest last, or not at all."""
    if is_remote(output):
        _upload(artefact, output)
        return
    target = Path(output)
    staging = target.absolute().with_name(f".{target.name}.staging")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        copy_tree(artefact, staging)
        publish(staging, target.absolute())
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _bring_rows(place: str, folder: Path) -> None:
    """Download what Athena has put at `place`: no object where it had no rows."""
    from unchurn.aws.objects import below, download, named_by_content, parse_s3, reading

    s3 = _client()
    with reading(place):
        found = below(s3, *parse_s3(place))
    if not found:
        raise DataError(
            f"Athena had no rows to put at {place}.",
            "Look at the table or the query that [data] of churn.toml names.",
        )
    download(s3, found, folder, Silent(), place)
    named_by_content(folder, found)


def _bring(place: str, folder: Path, name: str = "") -> None:
    """Download the table at `place`, or the one object of that name, as `name`."""
    from unchurn.aws.objects import download, list_table, parse_s3

    s3 = _client()
    bucket, key = parse_s3(place)
    found = list_table(s3, bucket, key)
    download(s3, found, folder, Silent(), place)
    if name and found[0].name != name:
        (folder / found[0].name).rename(folder / name)


def _upload(artefact: Path, output: str) -> None:
    from unchurn.aws.failure import asking_aws
    from unchurn.aws.objects import parse_s3

    s3 = _client()
    bucket, key = parse_s3(output)
    prefix = f"{key.rstrip('/')}/" if key else ""
    # the manifest says that an artefact is whole: it leaves first and comes last; what an earlier
    # artefact had besides would make nobody load this one, and files of strangers are not ours
    names = sorted((path.name for path in artefact.iterdir()), key=lambda name: name == MANIFEST)
    done: list[str] = []
    with asking_aws(f"write {output}"):
        for each in (MANIFEST, *sorted(_OURS - set(names))):
            s3.delete_object(Bucket=bucket, Key=prefix + each)
        try:
            for name in names:
                done.append(prefix + name)
                s3.upload_file(str(artefact / name), bucket, prefix + name)
        except BaseException:
            for each in reversed(done):
                s3.delete_object(Bucket=bucket, Key=each)
            raise


def _client() -> Any:
    """Return a client of S3; the region is the environment's, or where the bucket redirects."""
    import boto3
    from botocore.config import Config

    return boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 5}))
