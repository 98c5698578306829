"""Tables in S3 and Athena, brought here as a folder of files that tables/ opens.

    s3://bucket/prefix              every table below the prefix, or the one object of that name
    athena://database/table         a table or a view
    athena://database?query=SELECT… what a query gives; the SQL is written as it is

A folder is named by what is in it, so that the same data is the same folder; it appears whole or
not at all. What Athena writes on the way is deleted from the bucket, whatever happens.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from unchurn.aws.athena import parse_address, unloaded
from unchurn.aws.clients import Clients
from unchurn.aws.objects import download, list_table, named_by_content, parse_s3
from unchurn.disk import scratch
from unchurn.errors import ArtefactError, DataError
from unchurn.progress import Progress
from unchurn.tables.location import one_format


@dataclass(frozen=True)
class Sources:
    """Brings tables below `folder`; `workgroup` is the one that Athena's queries run in."""

    clients: Clients
    workgroup: str
    folder: Path
    progress: Progress

    def fetch(self, location: str) -> Path:
        """Return a folder with the files of ``s3://…`` or ``athena://…``.

        Raises `ConfigError` for an address with nothing behind it or access denied, `DataError`
        for a query that failed or files that are no table.
        """
        if location.startswith("s3://"):
            return self._from_s3(location)
        return self._from_athena(location)

    def _from_s3(self, location: str) -> Path:
        s3 = self.clients.client("s3")
        bucket, key = parse_s3(location)
        objects = list_table(s3, bucket, key)
        # Formats are known by name: refuse before a byte is brought.
        one_format(tuple(Path(each.name) for each in objects))
        target = self.folder / _named(location, *(f"{each.key} {each.etag}" for each in objects))
        if not target.is_dir():
            with self._room() as room:
                download(s3, objects, room, self.progress, location)
                _publish(room, target)
        return target

    def _from_athena(self, location: str) -> Path:
        address = parse_address(location)
        with (
            self._room() as room,
            unloaded(self.clients, self.workgroup, address, self.progress) as objects,
        ):
            if not objects:
                raise DataError(f"{location} gave no rows.", "Look at the query and its table.")
            download(self.clients.client("s3"), objects, room, self.progress, location)
            target = self.folder / _named(location, *named_by_content(room, objects))
            if not target.is_dir():
                _publish(room, target)
        return target

    @contextmanager
    def _room(self) -> Iterator[Path]:
        """Give a folder to write into, beside where it will be; it goes unless it was published."""
        try:
            with scratch(self.folder) as room:
                inside = room / "table"
                inside.mkdir()
                yield inside
        except OSError as error:
            raise ArtefactError(
                f"The table could not be kept in {error.filename or self.folder}: "
                f"{error.strerror or error}.",
                "Free some space, or set [artefacts] root in churn.toml to another folder.",
            ) from error


def _publish(room: Path, target: Path) -> None:
    try:
        room.rename(target)
    except OSError:
        # Another process was faster, and has brought the same.
        if not target.is_dir():
            raise
        shutil.rmtree(room)


def _named(location: str, *contents: str) -> str:
    """Name the folder of a table by its address and what is in it."""
    text = "\n".join([location, *contents])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
