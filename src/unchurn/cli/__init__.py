"""The command line: parse, wire, call, print. Bodies load only when their command runs."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``unchurn``; the process ends with the command's exit code."""
    from unchurn.cli.app import app

    app(repeat_drop(sys.argv[1:]), prog_name="unchurn")


def repeat_drop(arguments: list[str]) -> list[str]:
    """Let ``--drop A B`` mean ``--drop A --drop B``, the only flag that takes several values."""
    if "init" not in arguments[:1]:
        return arguments
    spelled: list[str] = []
    dropping = False
    for argument in arguments:
        if argument.startswith("--"):
            dropping = argument == "--drop"
        elif dropping and spelled[-1] != "--drop":
            spelled.append("--drop")
        spelled.append(argument)
    return spelled
