"""What people see on stderr: progress while it works, and a sentence when it fails.

Nothing here ever writes to stdout, which belongs to the result.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from unchurn.cli.bars import bars
from unchurn.cli.board import printable
from unchurn.cli.lines import lines
from unchurn.errors import UnchurnError
from unchurn.progress import Progress, Silent

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""
_NO_THREAD = ("can't start new thread", "Failed to launch worker thread")
"""What Python and Arrow say at a limit on threads."""


@contextmanager
def open_progress(quiet: bool = False, verbose: bool = False) -> Iterator[Progress]:
    """Show progress on stderr: bars on a terminal, lines elsewhere, nothing when `quiet`."""
    if quiet:
        yield Silent()
        return
    show = bars if _draws(sys.stderr) else lines
    with show(sys.stderr, verbose) as progress:
        yield progress


def render_error(error: BaseException, verbose: bool = False) -> int:
    """Say on stderr what went wrong and what to do; return the exit code.

    Only an unexpected error has a traceback, and only with `verbose`.
    """
    if isinstance(error, KeyboardInterrupt):
        _tell("Interrupted. What was finished is kept; the same command goes on from there.")
        return INTERRUPTED
    if isinstance(error, UnchurnError):
        _tell(f"error: {error.message}")
        if error.hint:
            _tell(error.hint)
        return error.exit_code
    if verbose:
        _tell("".join(traceback.format_exception(error)).rstrip())
        return 1
    words = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
    if any(each in words for each in _NO_THREAD):
        _tell(
            "error: The system refused another thread to this user; nothing of the data is wrong."
        )
        _tell("Raise the limit (ulimit -u, or a container's pids limit), or end other programs.")
        return 1
    _tell(f"unexpected: {words}; run again with --verbose for the traceback")
    return 1


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
