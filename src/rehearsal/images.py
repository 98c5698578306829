"""Container images: how each is run here, which the caller says, and what was built under its tag.

A rule answers for the images that it knows with a program of this machine. A build leaves a folder
with the wheels of its source unpacked; a container of that tag has it first in its path, and what the
wheels depend on is this machine's.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from uuid import uuid4

from rehearsal.errors import ArchiveError, SettingError


@dataclass(frozen=True)
class Program:
    """What runs in a container's place.

    `command` stands for the image's ENTRYPOINT, `environment` for its ENV. On AWS nobody but SageMaker
    reaches a server; here one that knows such variables is told by `host_variable` where alone to
    listen, and by `token_variable` which bearer to answer. What stands in for an image of AWS itself
    says so in its `remark`, and brings that image's `metrics`: MetricDefinitions that nobody has to give.
    One with `several_hosts` can be trained on more than one instance; `paths` are last in its PYTHONPATH.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    host_variable: str = ""
    token_variable: str = ""
    remark: str = ""
    metrics: tuple[Mapping[str, str], ...] = ()
    several_hosts: bool = False
    paths: tuple[str, ...] = ()

    def guarded(self, host: str, token: str) -> dict[str, str]:
        """Return the variables that keep a server to `host` and to who has the `token`."""
        told = {self.host_variable: host, self.token_variable: token}
        return {name: value for name, value in told.items() if name}


Rule = Callable[[str], Program | None]
"""The address of an image → how it is run, None where the rule does not know it."""


def every_image(command: Sequence[str]) -> Rule:
    """Return the rule that runs `command` for whatever image."""
    program = Program(tuple(command))
    return lambda image: program


@dataclass
class Images:
    """The images of one cloud: `rules` are asked in order, `folder` holds what was built."""

    folder: Path
    rules: list[Rule] = field(default_factory=list)
    _building: Lock = field(default_factory=Lock, repr=False)

    def known(self, image: str) -> Program | None:
        """Return how `image` is run, None where no rule knows it."""
        return next((found for rule in self.rules if (found := rule(image))), None)

    def program(self, image: str) -> Program:
        """Return how `image` is run. Raises `SettingError` where no rule knows it."""
        found = self.known(image)
        if found is None:
            raise SettingError(
                f"Nothing says how the image {image!r} is run on this machine.",
                "Give a rule for it (rehearsal.images.Rule; on the command line: --image).",
            )
        return found

    def build(self, tag: str, wheels: Iterable[bytes]) -> None:
        """Install `wheels` under `tag`; one that has been built stays as it is.

        Raises `ArchiveError` for a wheel that is no archive, of which pip would say the same.
        """
        with self._building:
            folder = self.folder / tag
            if folder.is_dir():
                return
            staging = folder.with_name(f".{uuid4().hex}")
            staging.mkdir(parents=True)
            for wheel in wheels:
                try:
                    zipfile.ZipFile(io.BytesIO(wheel)).extractall(staging)
                except zipfile.BadZipFile as error:
                    raise ArchiveError(f"Wheel is invalid: {error}.") from error
            staging.rename(folder)

    def environment(
        self, image: str, outside: Mapping[str, str], own: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the environment of a container: `own` over the image's over `outside`, its code first."""
        program = self.known(image)
        kept = dict(outside) | dict(program.environment if program else {}) | dict(own)
        folder = self.folder / image.rpartition(":")[2]
        built = [str(folder)] if image and folder.is_dir() else []
        last = program.paths if program else ()
        paths = [*built, *filter(None, [kept.get("PYTHONPATH")]), *last]
        if not (built or last):
            return kept
        # Compiled once, where it lies, and not anew by each container.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {"PYTHONPATH": os.pathsep.join(paths)}
