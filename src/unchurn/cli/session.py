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
from unchurn.errors import UnchurnError
from unchurn.permissions import readable_by
from unchurn.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

    from unchurn.cli.console import Problem

Document = dict[str, Any]
_WIDE = 160
"""Characters of a line that no screen shows: a row of a table is one line."""


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
    from unchurn.thread_limit import heed_thread_limit, share_cores

    share_cores()
    code = 0
    try:
        with interruption.remembered(), readable_by("owner"):
            heed_thread_limit()
            work, show = told()
            outcome = _done(work, flags)
        if not outcome.told:
            print_document(outcome.document, show, flags)
        code = outcome.exit_code
    except BrokenPipeError:
        let_go_of_stdout()
        code = 1
    except (Exception, KeyboardInterrupt) as error:
        problem = render_error(error, flags.verbose)
        code = problem.code
        if flags.json:
            print_problem(problem)
    raise typer.Exit(code)


def run_as_json(app: typer.Typer, words: list[str]) -> int:
    """Run a command line that asks for JSON, wrong usage told as JSON too; return its exit code."""
    from unchurn.cli.console import Problem

    try:
        return int(app(words, prog_name="unchurn", standalone_mode=False) or 0)
    except Exception as error:
        # typer's own errors are those that can show themselves
        if not hasattr(error, "format_message"):
            raise
        error.show()  # type: ignore[attr-defined]
        help_of = getattr(getattr(error, "ctx", None), "command_path", "unchurn")
        problem = Problem(error.format_message(), f"See: {help_of} --help", error.exit_code)  # type: ignore[attr-defined]
        print_problem(problem)
        return problem.code


def print_problem(problem: Problem) -> None:
    """Write what went wrong on stdout, as the document that was asked for."""
    document = {
        "schema_version": 1,
        "error": problem.message,
        "hint": problem.hint,
        "code": problem.code,
    }
    try:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    except OSError:
        let_go_of_stdout()


def let_go_of_stdout() -> None:
    """Stop writing to a stdout that nobody reads or that is full, when Python ends, too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    """Write the result on stdout, as JSON or in words, and flush it.

    Raises `BrokenPipeError` where nobody reads, `UnchurnError` where stdout takes no more.
    """
    try:
        _print_document(document, show, flags)
    except BrokenPipeError:
        raise
    except OSError as error:
        let_go_of_stdout()
        raise UnchurnError(
            f"The result could not be written to stdout: {error.strerror or error}.",
            "Free some space and run the same command; the work itself is done and kept.",
        ) from error


def _print_document(
    document: Document, show: Callable[[Document, Console], None], flags: Flags
) -> None:
    if flags.json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        from rich.console import Console

        width = None if sys.stdout.isatty() else _WIDE
        show(document, Console(file=sys.stdout, highlight=False, width=width, soft_wrap=True))
    sys.stdout.flush()
