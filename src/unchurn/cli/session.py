"""Around every verb: progress on stderr, the result on stdout, errors as a sentence and a code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import typer

from unchurn import interruption
from unchurn.cli.options import Flags
from unchurn.permissions import readable_by
from unchurn.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

Document = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a verb came to: one document, and the exit code.

    `told` where the verb had to print its document itself, before its work was over.
    """

    document: Document
    exit_code: int = 0
    told: bool = False


Verb: TypeAlias = "tuple[Callable[[Progress], Outcome], Callable[[Document, Console], None]]"
"""What a verb does, and how its document is printed for people."""


def serve_verb(told: Callable[[], Verb], flags: Flags) -> None:
    """Do what a verb tells under a progress display, print its document, exit with its code."""
    from unchurn.cli.console import render_error

    try:
        with interruption.remembered(), readable_by("owner"):
            work, show = told()
            outcome = _done(work, flags)
        if not outcome.told:
            print_document(outcome.document, show, flags)
    except BrokenPipeError:
        # The reader of our stdout went away; the work itself is done and kept.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except (Exception, KeyboardInterrupt) as error:
        raise typer.Exit(render_error(error, flags.verbose)) from None
    raise typer.Exit(outcome.exit_code)


def _done(work: Callable[[Progress], Outcome], flags: Flags) -> Outcome:
    """Do the work; what a library makes of a Ctrl-C in its callbacks is a Ctrl-C again."""
    from unchurn.cli.console import open_progress

    try:
        with open_progress(quiet=flags.quiet, verbose=flags.verbose) as progress:
            return work(progress)
    except Exception as error:
        if interruption.pending():
            raise KeyboardInterrupt from error
        raise


def print_document(
    document: Document, show: Callable[[Document, Console], None], flags: Flags
) -> None:
    """Write the result on stdout, as JSON or in words, and flush it."""
    if flags.json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        from rich.console import Console

        width = None if sys.stdout.isatty() else 100
        show(document, Console(file=sys.stdout, highlight=False, width=width, soft_wrap=True))
    sys.stdout.flush()
