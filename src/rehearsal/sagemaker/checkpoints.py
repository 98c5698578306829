"""What a training keeps in S3 while it runs: it is there again when the training is started again.

As "Checkpoints in Amazon SageMaker AI" of the developer guide has it: what lies in S3 is brought before the job
starts, and what is written, changed or deleted in the container afterwards is so in S3, too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.sagemaker import running
from rehearsal.sagemaker.hosts import Host

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

LOCAL = "/opt/ml/checkpoints"
_Look = dict[str, tuple[int, int]]
"""When each file was last written, and its size, by its name below the folder."""


@dataclass
class Checkpoints:
    """The checkpoints of a training, in a folder of each host; without a CheckpointConfig there are none.

    `written`: something was, since the hosts were started.
    """

    cloud: Cloud
    told: Mapping[str, str] | None
    hosts: Sequence[Host]
    written: bool = False
    _stored: dict[str, _Look] = field(default_factory=dict)
    _seen: dict[str, _Look] = field(default_factory=dict)
    _next: float = 0.0

    @classmethod
    def of(cls, cloud: Cloud, request: Mapping[str, Any], hosts: Sequence[Host]) -> Checkpoints:
        """Return those of a training job. Raises `JobFailedError` for a folder outside /opt/ml."""
        asked = request.get("CheckpointConfig")
        found = cls(cloud, {"LocalPath": LOCAL, **asked} if asked else None, hosts)
        for host in hosts:
            found._folder(host)
        return found

    def lay(self) -> None:
        """Bring to every host, before it starts, what lies in S3, and tell it where its folder is."""
        self.written = False
        if self.told is None:
            return
        for host in self.hosts:
            folder = self._folder(host)
            folder.mkdir(parents=True, exist_ok=True)
            objects.download(self.cloud, self.told["S3Uri"], folder)
            told = host.root / "input" / "config" / "checkpointconfig.json"
            told.write_text(json.dumps(self.told))
            self._stored[host.name] = _look(folder)
            self._seen[host.name] = {}

    def follow(self) -> None:
        """Store what was written and then left alone for a moment; most of the time it does nothing."""
        began = time.monotonic()
        if began > self._next:
            self._store(whole=False)
            self._next = time.monotonic() + 10 * (time.monotonic() - began)

    def store(self) -> None:
        """Store all that was written, by containers that have ended."""
        self._store(whole=True)

    def _store(self, whole: bool) -> None:
        for host in self._keeping:
            folder, stored = self._folder(host), self._stored[host.name]
            look, before = _look(folder), self._seen[host.name]
            for name in stored.keys() - look.keys():
                self._forget(name)
                del stored[name]
            for name, at in look.items():
                if stored.get(name) != at and (whole or before.get(name) == at):
                    objects.put(self.cloud, folder / name, self._uri(name))
                    stored[name] = at
                    self.written = True
            self._seen[host.name] = look

    @property
    def _keeping(self) -> Sequence[Host]:
        return [host for host in self.hosts if host.name in self._stored]

    def _folder(self, host: Host) -> Path:
        return running.inside(host.root, self.told["LocalPath"] if self.told else LOCAL)

    def _uri(self, name: str) -> str:
        return f"{self.told['S3Uri'].rstrip('/') if self.told else ''}/{name}"

    def _forget(self, name: str) -> None:
        bucket, key = objects.split(self._uri(name))
        self.cloud.clients.client("s3").delete_object(Bucket=bucket, Key=key)


def _look(folder: Path) -> _Look:
    found = {}
    for path in sorted(folder.rglob("*")):
        try:
            told = path.stat()
        except OSError:  # it was deleted meanwhile
            continue
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = (told.st_mtime_ns, told.st_size)
    return found
