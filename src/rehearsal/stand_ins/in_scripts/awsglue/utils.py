"""Arguments of a job, as Glue hands them to a script."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

_RESERVED = {"JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION", "encryption_type", "job_bookmark_option",
             "job-bookmark-option", "continuation-option", "job_bookmark_from", "job_bookmark_to"}  # fmt: skip
_OPTIONAL = ("TempDir", "RedshiftTempDir")
_BOOKMARKS = ("job-bookmark-enable", "job-bookmark-pause", "job-bookmark-disable")


class GlueArgumentError(Exception):
    """An argument that the script asks for was not given."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GlueArgumentError(message)


def getResolvedOptions(args: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    """Return the arguments named in `options`, and those that every job has.

    Raises `GlueArgumentError` for one that was not given, `RuntimeError` for a name that is Glue's.
    """
    parser = _Parser(allow_abbrev=False)
    for reserved in sorted(_RESERVED & set(options)):
        raise RuntimeError(f"Using reserved arguments {reserved}")
    parser.add_argument("--job-bookmark-option", choices=_BOOKMARKS, default=_BOOKMARKS[2])
    for name in ("JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION", *_OPTIONAL):
        parser.add_argument(f"--{name}")
    for name in options:
        if name not in _OPTIONAL:
            parser.add_argument(f"--{name}", required=True)
    given = vars(parser.parse_known_args(list(args[1:]))[0])
    for one, other in (_OPTIONAL, _OPTIONAL[::-1]):
        given[one] = given[one] or given[other]
    return given
