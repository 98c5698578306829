"""Reads the command of a SageMaker job and runs it; see the package."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from unchurn.aws.container.folders import Folders
from unchurn.aws.container.outcome import told
from unchurn.thread_limit import heed_thread_limit

STEPS = ("prepare", "evaluate", "intake", "collect", "target")


def main(words: Sequence[str]) -> None:
    """Run ``train``, ``serve`` or ``step NAME --run-id ID``; exit as the outcome says."""
    command = _parser().parse_args(words)
    folders = Folders.of_environment()
    with told(folders.output):
        heed_thread_limit()
        if command.verb == "serve":
            from unchurn.aws.container.serve import run_server

            run_server(folders)
            return
        with tempfile.TemporaryDirectory(prefix="unchurn-") as work:
            if command.verb == "train":
                from unchurn.aws.container.train import run_training

                run_training(folders, Path(work))
            else:
                _step(command.name, folders, Path(work), command.run_id)


def _step(name: str, folders: Folders, work: Path, run_id: str) -> None:
    # Each job imports what it needs alone: intake and collect fit nothing.
    if name in ("prepare", "evaluate"):
        from unchurn.aws.container import judge

        if name == "prepare":
            judge.run_prepare(folders, work)
        else:
            judge.run_evaluate(folders, work, run_id)
        return
    if name == "target":
        from unchurn.aws.container.campaign import run_target

        run_target(folders, work, run_id)
        return
    from unchurn.aws.container import customers

    run = customers.run_intake if name == "intake" else customers.run_collect
    run(folders, work)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m unchurn.aws.container", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("train", help="fit what the hyperparameters name")
    verbs.add_parser("serve", help="answer /ping and /invocations")
    step = verbs.add_parser("step", help="run one step as a processing job")
    step.add_argument("name", choices=STEPS)
    step.add_argument("--run-id", required=True, help="the state machine's execution")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
