"""model.tar.gz → a verified folder."""

from __future__ import annotations

from pathlib import Path

from unchurn.artefacts import verify
from unchurn.artefacts.archive import extract
from unchurn.errors import ArtefactError

ARCHIVE = "model.tar.gz"
MOST_BYTES = 2 << 30
"""Most bytes that are unpacked; models hold some megabytes."""


def unpack_model(given: Path, target: Path) -> Path:
    """Unpack the model.tar.gz in `given` into `target` and check every hash of its manifest.

    Raises `ArtefactError` when there is none, as `extract` does, and when a file is not as it
    was published.
    """
    archive = given / ARCHIVE
    if not archive.is_file():
        raise ArtefactError(
            f"There is no {ARCHIVE} in {given}.", "Look at the job that should have made it."
        )
    extract(archive, target, MOST_BYTES)
    verify(target)
    return target
