"""A team's own metrics on their way to AWS: the modules beside churn.toml, in one archive."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from importlib import metadata
from pathlib import Path

from unchurn.aws.bundles import zipped
from unchurn.errors import ArtefactError, ConfigError, listing
from unchurn.modelling.judging.own_code import files_of
from unchurn.project import Project
from unchurn.version import PACKAGE

ARCHIVE = "own_code.zip"
_PINS = PACKAGE / "container" / "constraints.txt"


def pack_own_code(project: Project) -> bytes:
    """Pack what [evaluate] metrics names and imports from the project's folder; nothing, too.

    Nothing of it is run. Raises `ConfigError` for a module that the jobs' image would not have.
    """
    folder = project.folder.resolve()
    modules = sorted({name.partition(":")[0] for name in project.evaluate.metrics})
    files, elsewhere = files_of(modules, folder)
    lacking = sorted(name for name in elsewhere if not _in_the_image(name.partition(".")[0]))
    if lacking:
        raise ConfigError(
            f"[evaluate] metrics needs {listing(lacking)}, which is not beside churn.toml and not "
            "in the image that judges on AWS.",
            "Put it beside churn.toml, or write the metric with NumPy and SciPy.",
        )
    return zipped({each.relative_to(folder).as_posix(): each.read_bytes() for each in files})


def unpack_own_code(given: Path, folder: Path) -> Path:
    """Lay the team's modules out in `folder`, which may stay empty. Raises `ArtefactError`."""
    folder.mkdir(parents=True)
    archive = given / ARCHIVE
    if archive.is_file():
        try:
            with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as packed:
                packed.extractall(folder)
        except zipfile.BadZipFile as error:
            raise ArtefactError(f"{ARCHIVE} of the run is no archive: {error}.") from error
    return folder


def _in_the_image(package: str) -> bool:
    if package in sys.stdlib_module_names or package == "unchurn":
        return True
    pinned = set(re.findall(r"^([\w.-]+)==", _PINS.read_text("utf-8"), re.M))
    names = metadata.packages_distributions().get(package, [package])
    return any(re.sub(r"[-_.]+", "-", name).lower() in pinned for name in names)
