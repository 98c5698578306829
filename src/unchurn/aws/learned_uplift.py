"""The model of whom contact moves on its way to AWS: the folder of ``unchurn uplift``, in one archive."""

from __future__ import annotations

import tempfile
from pathlib import Path

from unchurn.artefacts.archive import extract, pack
from unchurn.project import Project

ARCHIVE = "uplift.tar.gz"


def pack_uplift(project: Project) -> bytes | None:
    """Pack what `unchurn uplift` learned here, or nothing where it was refused.

    None where nothing was learned on this machine. Raises `ArtefactError` where it is damaged.
    """
    from unchurn.pipeline.targeting import accepted_uplift, uplift_place  # loads every step

    if not uplift_place(project).is_dir():
        return None
    return packed(accepted_uplift(project))


def packed(folder: Path | None) -> bytes:
    """Return the archive of a folder, or one that holds nothing; equal bytes for equal files."""
    with tempfile.TemporaryDirectory(prefix="unchurn-uplift-") as work:
        nothing, archive = Path(work) / "nothing", Path(work) / ARCHIVE
        nothing.mkdir()
        pack(folder or nothing, archive)
        return archive.read_bytes()


def unpack_uplift(given: Path, project: Project) -> None:
    """Lay what a run has pinned where `target` looks for it; of a run that pinned none, nothing.

    Raises `ArtefactError` where it is no archive of plain files.
    """
    from unchurn.pipeline.targeting import uplift_place

    archive = given / ARCHIVE
    if archive.is_file():
        extract(archive, uplift_place(project))
