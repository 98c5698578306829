"""The arguments of a job run: Glue's own apart, addresses in S3 turned into paths and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal import objects
from rehearsal.errors import InputError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_GLUES_OWN = {
    *("--additional-python-modules", "--python-modules-installer-option"),
    *("--auto-scale-within-microbatch", "--enable-auto-scaling", "--executor-cores"),
    *("--class", "--job-language", "--scriptLocation"),
    *("--conf", "--datalake-formats", "--disable-proxy-v2", "--encryption-type"),
    *("--continuous-log-conversionPattern", "--continuous-log-logGroup"),
    *("--continuous-log-logStreamPrefix", "--enable-continuous-cloudwatch-log"),
    *("--enable-continuous-log-filter", "--enable-job-insights", "--enable-metrics"),
    *("--enable-observability-metrics", "--enable-spark-ui", "--spark-event-logs-path"),
    *("--customer-driver-env-vars", "--customer-executor-env-vars"),
    *("--enable-glue-datacatalog", "--enable-lakeformation-fine-grained-access"),
    *("--enable-rename-algorithm-v2", "--enable-s3-parquet-optimized-committer"),
    *("--extra-files", "--extra-jars", "--extra-py-files"),
    *("--use-postgres-driver", "--user-jars-first"),
}
"""Names that Glue reads itself and a script has no use for: the "Job parameter reference" of its guide.

Of those listed there `--TempDir` and `--job-bookmark-option` are read in the script, by Glue's library.
"""


def is_glues_own(name: str) -> bool:
    """Tell whether Glue itself reads the argument."""
    return name in _GLUES_OWN


@dataclass
class Mirror:
    """Buckets as folders below `root` while a script runs; what it changes there is brought back.

    An address is a path of the mirror, character for character, its last slash included: what a
    script makes of it by putting words behind it lies where S3 would have it.
    """

    cloud: Cloud
    root: Path
    before: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def fetch(self, uri: str) -> str:
        """Bring what lies under `uri`, the object of that very key or a prefix; return its path."""
        bucket, key = objects.split(uri)
        stored = objects.found(self.cloud, uri)
        # A file and a folder of one name are possible in S3 alone.
        for item in [item for item in stored if item.key == key] or stored:
            objects.fetch(self.cloud, item, self._path(item.bucket, item.key))
        place = self._path(bucket, key)
        # No folder is made where nothing lies: to a script that must not overwrite it would exist.
        place.parent.mkdir(parents=True, exist_ok=True)
        self.before |= self._state()
        return f"{place}/" if uri.endswith("/") else str(place)

    def store(self) -> None:
        """Bring back what the script wrote, changed and removed."""
        after = self._state()
        for path in sorted(after):
            if self.before.get(path) != after[path]:
                objects.put(self.cloud, path, f"s3://{path.relative_to(self.root).as_posix()}")
        for path in sorted(set(self.before) - set(after)):
            bucket, _, key = path.relative_to(self.root).as_posix().partition("/")
            self.cloud.clients.client("s3").delete_object(Bucket=bucket, Key=key)

    def _path(self, bucket: str, key: str) -> Path:
        path = self.root / bucket / key
        if ".." in path.parts:
            raise InputError(f"The key {key!r} leaves its folder.", "Rename the object.")
        return path

    def _state(self) -> dict[Path, tuple[int, int]]:
        """Tell each data file's size and time of change: no checksums, no markers of success."""
        files = [path for path in sorted(self.root.rglob("*")) if path.is_file()]
        stats = {path: path.stat() for path in files if _is_data(path.name)}
        return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in stats.items()}


def _is_data(name: str) -> bool:
    return not (name.endswith(".crc") or name == "_SUCCESS")


def words(arguments: Mapping[str, str]) -> list[str]:
    """Return the script's arguments as they were given."""
    kept = [(name, value) for name, value in arguments.items() if not is_glues_own(name)]
    return [word for pair in kept for word in pair]


def local(arguments: Mapping[str, str], mirror: Mirror) -> list[str]:
    """Return the script's arguments, with paths of the mirror in place of addresses."""
    words: list[str] = []
    for name, value in arguments.items():
        if is_glues_own(name):
            continue
        is_address = value.startswith("s3://") and name != "--TempDir"
        words += [name, mirror.fetch(value) if is_address else value]
    return words
