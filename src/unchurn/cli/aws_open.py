"""``unchurn aws rehearse --open``: an empty cloud on loopback, until it is told to end."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.options import Flags
from unchurn.cli.session import Outcome, print_document
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

    from rehearsal.journal import Note


def run_open(folder: Path, given: dict[str, object], flags: Flags, progress: Progress) -> Outcome:
    """Open a cloud, print the way in, and close it at Ctrl-C or SIGTERM, with nothing left.

    `given` are the other flags: they say what a rehearsal runs, and none may be set. Raises
    `ConfigError` where one is, and without the extra.
    """
    from rehearsal.door.endings import endings
    from rehearsal.door.up import words_of
    from unchurn.aws.rehearse_open import opened

    extra = ", ".join(flag for flag, value in given.items() if value)
    if extra:
        raise ConfigError(
            f"--open runs nothing by itself, so {extra} cannot be meant.",
            "Leave it out, and name tables where they are used: unchurn aws train --data FILE",
        )
    project = Project.load(folder)

    def tell(note: Note) -> None:
        progress.note(words_of(note))

    with endings() as ended, tempfile.TemporaryDirectory(prefix="unchurn-rehearsal-") as work:
        with opened(project, Path(work), tell) as way:
            document = way.document()
            print_document(document, show_open, flags)
            progress.note(f"A cloud is open on {way.endpoint}; Ctrl-C closes it.")
            os.read(ended, 1)
            progress.note("Not proven here:")
            for words in way.unproven:
                progress.note(f"  {words}")
        progress.note("The cloud is closed; what was in it is gone.")
    return Outcome(document, told=True)


def show_open(document: dict[str, Any], console: Console) -> None:
    """Print the lines that lead a shell into the cloud."""
    from rehearsal.door.up import exports

    for line in exports(document).splitlines():
        console.print(line, markup=False)
