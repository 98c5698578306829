"""What SageMaker tells a container: folders and settings below /opt/ml."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

CLIENT_ERROR = 2
"""Exit code of a stand-in that was given something wrong."""


class ClientError(Exception):
    """The job was given something that the image refuses; the message is what it says."""


def root() -> Path:
    """Return /opt/ml, or what stands for it where nothing can be mounted."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def hyperparameters() -> dict[str, str]:
    """Return the job's hyperparameters, all of them text."""
    told: dict[str, str] = _config("hyperparameters")
    return told


def channels() -> dict[str, dict[str, Any]]:
    """Return what is told of each channel."""
    return _config("inputdataconfig")


def resources() -> dict[str, Any]:
    """Return what is told of the hosts."""
    return _config("resourceconfig")


def channel_files(channel: str) -> list[Path]:
    """Return the data files of a channel, sorted; markers and hidden files are none."""
    folder = root() / "input" / "data" / channel
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if not path.name.startswith((".", "_"))]


def fail(reason: str) -> int:
    """Leave the reason of a failure where SageMaker reads it; return the exit code."""
    place = root() / "output" / "failure"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"ClientError: {reason}", encoding="utf-8")
    return CLIENT_ERROR


def _config(name: str) -> dict[str, Any]:
    place = root() / "input" / "config" / f"{name}.json"
    if not place.is_file():
        return {}
    told: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return told
