"""What people see on stderr: progress while it works, and a sentence when it fails.

Nothing here ever writes to stdout, which belongs to the result.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TextIO

from unchurn.cli.bars import bars
from unchurn.cli.lines import lines
from unchurn.cli.running_tasks import printable
from unchurn.errors import UnchurnError
from unchurn.progress import Progress, Silent

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""
_NO_THREAD = ("can't start new thread", "Failed to launch worker thread")
"""What Python and Arrow say at a limit on threads."""
_OUTSIDE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What the operating system refuses wherever it likes, and no code is at fault for."""


@contextmanager
def open_progress(quiet: bool = False, verbose: bool = False) -> Iterator[Progress]:
    """Show progress on stderr: bars on a terminal, lines elsewhere, nothing when `quiet`."""
    if quiet:
        yield Silent()
        return
    show = bars if _draws(sys.stderr) else lines
    with show(sys.stderr, verbose) as progress:
        yield progress


@dataclass(frozen=True)
class Problem:
    """What went wrong, the next move, and the exit code."""

    message: str
    hint: str
    code: int


def render_error(error: BaseException, verbose: bool = False) -> Problem:
    """Say on stderr what went wrong and what to do; return the same.

    Only an unexpected error has a traceback, and only with `verbose`.
    """
    if isinstance(error, KeyboardInterrupt):
        kept = "What was finished is kept; the same command goes on from there."
        _tell(f"Interrupted. {kept}")
        return Problem("Interrupted.", kept, INTERRUPTED)
    if isinstance(error, UnchurnError):
        _tell(f"error: {error.message}")
        if error.hint:
            _tell(error.hint)
        return Problem(error.message, error.hint, error.exit_code)
    words = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
    again = "run again with --verbose for the traceback"
    if verbose:
        _tell("".join(traceback.format_exception(error)).rstrip())
        return Problem(words, again, 1)
    known = _of_the_system(error, words)
    if known is not None:
        _tell(f"error: {known.message}")
        _tell(known.hint)
        return known
    _tell(f"unexpected: {words}; {again}")
    return Problem(f"unexpected: {words}", again, 1)


def _of_the_system(error: BaseException, words: str) -> Problem | None:
    """Say what the operating system refuses wherever it likes, and no code is at fault for."""
    if isinstance(error, OSError) and error.errno in _OUTSIDE:
        named = f"{os.fsdecode(error.filename)} cannot be used: " if error.filename else ""
        again = "Fix the permissions, or free some space, and run the same command again."
        return Problem(f"{named}{error.strerror}.", again, 1)
    if any(each in words for each in _NO_THREAD):
        refused = "The system refused another thread to this user; nothing of the data is wrong."
        again = "Raise the limit (ulimit -u, or a container's pids limit), or end other programs."
        return Problem(refused, again, 1)
    return None


def _tell(words: str) -> None:
    try:
        sys.stderr.write(printable(words) + "\n")
        sys.stderr.flush()
    except OSError:
        # With stderr gone there is nobody to tell; the exit code still says it, unless what
        # is left in the buffer fails again when Python ends.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _draws(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "")
