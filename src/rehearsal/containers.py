"""Containers without containers: a process with an /opt/ml of its own, killed with all its kin."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from rehearsal.stand_ins import in_pythons
from rehearsal.virtual_environment import in_virtual_environment

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

MOUNT = Path("/opt/ml")
"""Where SageMaker shows a job its folders."""
POLL_SECONDS = 0.02
GRACE_SECONDS = 5.0
"""What a container gets between SIGTERM and SIGKILL (on SageMaker 30 or 120 seconds)."""
_OUTSIDE = ("MOTO_", "SAGEMAKER_", "SM_")
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_NOWHERE = "http://127.0.0.1:9"
"""The port of a service that discards what it gets, which nobody runs: where there is no network."""
_BIND = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'


@functools.cache
def mounts() -> bool:
    """Tell whether a process can have its own /opt/ml here: as root, with ``unshare``."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        command = ["unshare", "-m", "mount", "--bind", folder, folder]
        tried = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own
        return tried.returncode == 0


def sealed(
    cloud: Cloud, own: Mapping[str, str], *, image: str = "", isolated: bool = False
) -> dict[str, str]:
    """Return the environment of a container: nothing that the user set for AWS, `own`.

    A container of an `image` has what is in that. An `isolated` container (EnableNetworkIsolation) is not told where the cloud is, either,
    and an SDK in it finds no other: neither the user's credentials nor an address of AWS.
    """
    outside = (*_OUTSIDE, *cloud.setup.hidden)
    inherited = cloud.child_env()
    if isolated:
        inherited = {k: v for k, v in inherited.items() if k not in _KEYS}
        inherited["AWS_ENDPOINT_URL"] = _NOWHERE
    kept = {k: v for k, v in inherited.items() if not k.startswith(outside)}
    return in_pythons.with_override(cloud.images.environment(image, kept, own))


def _nearby(word: str, root: Path) -> str:
    below = Path(word).is_relative_to(MOUNT)
    return str(root / Path(word).relative_to(MOUNT)) if below else word


@dataclass
class Container:
    """A running command whose /opt/ml is `root`; its output goes to `log`."""

    process: subprocess.Popen[bytes]
    root: Path
    log: Path

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        root: Path,
        log: Path,
        environment: Mapping[str, str],
        *,
        mounted: bool = True,
        python: str = sys.executable,
    ) -> Container:
        """Start `command` in a process group of its own, and in the folder above `root`.

        Where nothing can be mounted, the variable ``SAGEMAKER_BASE_DIR`` names `root` instead, and paths
        in the `command` lead there; what is not to be `mounted` is told neither way. A Python is the
        container's own, and so is what a script installs with pip; where the command begins with none, it
        is over `python`.
        """
        root.mkdir(parents=True, exist_ok=True)
        folder = root.with_name(f"{root.name}-python")
        command, environment = in_virtual_environment(command, environment, folder, python)
        if mounted and mounts():
            # never taken away again: that would unmount it under whoever else rehearses
            MOUNT.mkdir(parents=True, exist_ok=True)
            bind = ["unshare", "-m", "sh", "-c", _BIND, "sh", str(root), str(MOUNT)]
            command = [*bind, *command]
        elif mounted:
            environment["SAGEMAKER_BASE_DIR"] = str(root)
            command = [_nearby(word, root) for word in command]
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - the image's command, no shell reads it
                list(command),
                env=environment,
                cwd=root.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(process, root, log)

    @property
    def running(self) -> bool:
        """Tell whether the command has not ended yet."""
        return self.process.poll() is None

    @property
    def output(self) -> str:
        """What the command has printed so far."""
        return self.log.read_text(errors="replace")

    def wait(self, seconds: float, stopped: Event) -> int | None:
        """Return the exit code, or None when it outlived `seconds` or was `stopped`, and killed."""
        deadline = time.monotonic() + seconds
        while self.running:
            if stopped.is_set() or time.monotonic() > deadline:
                self.stop()
                return None
            time.sleep(POLL_SECONDS)
        self._signal(signal.SIGKILL)
        return self.process.returncode

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """End the whole process group: SIGTERM, after `grace` seconds SIGKILL."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(grace)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)
