"""The arguments of a job run: Glue's own apart, addresses in S3 turned into folders and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal import objects

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_GLUES_OWN = (
    "--additional-python-modules",
    "--class",
    "--conf",
    "--continuous-log-",
    "--datalake-formats",
    "--enable-",
    "--extra-",
    "--job-language",
    "--python-modules-",
    "--scriptLocation",
    "--spark-event-logs-path",
    "--user-jars-first",
)
"""Names and beginnings of names that Glue reads itself and a script has no use for."""


def is_glues_own(name: str) -> bool:
    """Tell whether Glue itself reads the argument."""
    return name.startswith(_GLUES_OWN)


@dataclass
class Mapped:
    """An address in S3 and the file or folder that stands for it while the script runs."""

    uri: str
    place: Path
    before: dict[str, tuple[int, int]] = field(default_factory=dict)

    def files(self) -> Iterator[Path]:
        """Yield the data files: no checksums, no markers of success."""
        if self.place.is_file():
            yield self.place
        for path in sorted(self.place.rglob("*")):
            if path.is_file() and not (path.name.endswith(".crc") or path.name == "_SUCCESS"):
                yield path

    def state(self) -> dict[str, tuple[int, int]]:
        """Tell each file's size and time of change, to see later which one is new."""
        stats = {str(path): path.stat() for path in self.files()}
        return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in stats.items()}


def fetched(cloud: Cloud, uri: str, place: Path) -> Mapped:
    """Bring what lies under `uri` to `place`: the object of that very key, or a folder."""
    stored = objects.found(cloud, uri)
    exact = [item for item in stored if uri == f"s3://{item.bucket}/{item.key}"]
    if exact:
        mapped = Mapped(uri, place / Path(exact[0].key).name)
        objects.fetch(cloud, exact[0], mapped.place)
    else:
        mapped = Mapped(uri, place)
        place.mkdir(parents=True, exist_ok=True)
        for item in stored:
            objects.fetch(cloud, item, place / item.name)
    mapped.before = mapped.state()
    return mapped


def store(cloud: Cloud, mapped: Mapped) -> None:
    """Bring back what the script wrote, changed and removed."""
    after = mapped.state()
    for path in sorted(after):
        if mapped.before.get(path) != after[path]:
            objects.put(cloud, Path(path), _address(mapped, path))
    for path in sorted(set(mapped.before) - set(after)):
        bucket, key = objects.split(_address(mapped, path))
        cloud.clients.client("s3").delete_object(Bucket=bucket, Key=key)


def _address(mapped: Mapped, path: str) -> str:
    if Path(path) == mapped.place:
        return mapped.uri
    return f"{mapped.uri.rstrip('/')}/{Path(path).relative_to(mapped.place).as_posix()}"


def words(arguments: Mapping[str, str]) -> list[str]:
    """Return the script's arguments as they were given."""
    kept = [(name, value) for name, value in arguments.items() if not is_glues_own(name)]
    return [word for pair in kept for word in pair]


def local(
    cloud: Cloud, arguments: Mapping[str, str], folder: Path
) -> tuple[list[str], list[Mapped]]:
    """Return the script's arguments with folders in place of addresses, and those folders."""
    words: list[str] = []
    mapped: list[Mapped] = []
    for name, value in arguments.items():
        if is_glues_own(name):
            continue
        if value.startswith("s3://") and name != "--TempDir":
            mapped.append(fetched(cloud, value, folder / name.strip("-")))
            words += [name, str(mapped[-1].place)]
        else:
            words += [name, value]
    return words, mapped
