"""``unchurn aws rehearse --open``: an empty cloud on loopback, until it is told to end."""

from __future__ import annotations

import os
import shlex
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from unchurn.cli.options import Flags
from unchurn.cli.session import Outcome, print_document
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

    from rehearsal.journal import Note

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_open(folder: Path, given: dict[str, object], flags: Flags, progress: Progress) -> Outcome:
    """Open a cloud, print the way in, and close it at Ctrl-C or SIGTERM, with nothing left.

    `given` are the other flags: they say what a rehearsal runs, and none may be set. Raises
    `ConfigError` where one is, and without the extra.
    """
    from unchurn.aws.rehearse_open import opened

    extra = ", ".join(flag for flag, value in given.items() if value)
    if extra:
        raise ConfigError(
            f"--open runs nothing by itself, so {extra} cannot be meant.",
            "Leave it out, and name tables where they are used: unchurn aws train --data FILE",
        )
    project = Project.load(folder)

    def tell(note: Note) -> None:
        progress.note(_words(note))

    with _endings() as ended, tempfile.TemporaryDirectory(prefix="unchurn-rehearsal-") as work:
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


@contextmanager
def _endings() -> Iterator[int]:
    """Yield a descriptor that has a byte to read once this process is asked to end.

    Until the block is left such requests do nothing else, so that closing is never cut short.
    """
    heard, said = os.pipe()

    def hear(number: int, frame: FrameType | None) -> None:
        os.write(said, b"!")

    # nohup has SIGHUP ignored, and means it.
    minded = [each for each in _ENDINGS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, hear) for each in minded}
    try:
        yield heard
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        os.close(heard)
        os.close(said)


def _words(note: Note) -> str:
    why = f": {note.why}" if note.why else ""
    return f"{note.kind} {note.name}: {note.status} after {note.seconds:.1f} s{why}"


def show_open(document: dict[str, Any], console: Console) -> None:
    """Print the lines that lead a shell into the cloud."""
    for name, value in document["environment"].items():
        console.print(f"export {name}={shlex.quote(value)}", markup=False)
    console.print(f"unset {' '.join(document['unset'])}", markup=False)
