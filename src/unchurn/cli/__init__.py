"""The command line: parse, wire, call, print. Bodies load only when their command runs."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run ``unchurn``; the process ends with the command's exit code, with 130 after Ctrl-C."""
    try:
        _run(repeat_drop(sys.argv[1:]))
    except KeyboardInterrupt:  # before the verb began, or when it had ended
        sys.exit(130)
    finally:
        # The interpreter's own end would otherwise be one by a signal, whatever the verb came to.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(words: list[str]) -> None:
    from unchurn.arrow_alone import keep_pandas_out
    from unchurn.cli.app import app
    from unchurn.cli.session import let_go_of_stdout, run_as_json

    keep_pandas_out()
    if "--json" in words:
        sys.exit(run_as_json(app, words))
    try:
        app(words, prog_name="unchurn")
    except OSError as error:  # help or a version, into a full disk: verbs say it themselves
        let_go_of_stdout()
        sys.exit(f"error: stdout cannot be written: {error.strerror}.")


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
