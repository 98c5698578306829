"""Container images: what a build put under a tag is what containers of that image run.

An image here is a folder with the wheels of its source unpacked; what they depend on is this
machine's. An image that nobody built is this machine's code.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

from unchurn.errors import ArtefactError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_BUILDING = Lock()


def build_image(cloud: Cloud, tag: str, wheels: Iterable[bytes]) -> None:
    """Install `wheels` under `tag`; one that has been built stays as it is.

    Raises `ArtefactError` for a wheel that is no archive, of which pip would say the same.
    """
    with _BUILDING:
        folder = _folder(cloud, tag)
        if folder.is_dir():
            return
        staging = folder.with_name(f".{uuid4().hex}")
        staging.mkdir(parents=True)
        for wheel in wheels:
            try:
                zipfile.ZipFile(io.BytesIO(wheel)).extractall(staging)
            except zipfile.BadZipFile as error:
                raise ArtefactError(f"Wheel is invalid: {error}.") from error
        staging.rename(folder)


def within(cloud: Cloud, image: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a container of `image`: its own code comes first."""
    folder = _folder(cloud, image.rpartition(":")[2])
    if not image or not folder.is_dir():
        return dict(environment)
    paths = [str(folder), *filter(None, [environment.get("PYTHONPATH")])]
    # Compiled once, where it lies, and not anew by each container.
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}


def _folder(cloud: Cloud, tag: str) -> Path:
    return cloud.work / "images" / tag
