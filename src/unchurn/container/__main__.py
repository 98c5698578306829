"""Reads the command of a SageMaker job and runs it; see the package."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from unchurn.arrow_alone import keep_pandas_out
from unchurn.container.outcome import told
from unchurn.thread_limit import heed_thread_limit, share_cores

if TYPE_CHECKING:
    from unchurn.container.folders import Folders

STEPS = ("prepare", "evaluate", "intake", "collect", "monitor", "target", "measure", "captured")


def main(words: Sequence[str]) -> None:
    """Run ``train``, ``serve`` or ``step NAME --run-id ID``; exit as the outcome says."""
    command = _parser().parse_args(words)
    keep_pandas_out()
    from unchurn.container.folders import Folders

    folders = Folders.of_environment()
    with told(folders.output):
        share_cores()
        heed_thread_limit()
        if command.verb == "serve":
            from unchurn.container.serve import run_server

            run_server(folders)
            return
        with tempfile.TemporaryDirectory(prefix="unchurn-") as work:
            if command.verb == "train":
                from unchurn.container.train import run_training

                run_training(folders, Path(work))
            else:
                _step(command, folders, Path(work))


def _step(command: argparse.Namespace, folders: Folders, work: Path) -> None:
    # Each job imports what it needs alone: intake and collect fit nothing.
    name, run_id = command.name, command.run_id
    if name == "monitor":
        from unchurn.container.watching import run_monitor

        run_monitor(folders, work, run_id, command.as_of)
        return
    if name == "captured":
        from unchurn.container.captured import run_captured

        run_captured(folders, work, run_id, command.as_of)
        return
    if name in ("prepare", "evaluate"):
        from unchurn.container import judge

        if name == "prepare":
            judge.run_prepare(folders, work)
        else:
            judge.run_evaluate(folders, work, run_id)
        return
    if name in ("target", "measure"):
        from unchurn.container import campaign

        if name == "target":
            campaign.run_target(folders, work, run_id)
        else:
            campaign.run_measure(folders, command.campaign)
        return
    from unchurn.container import customers

    run = customers.run_intake if name == "intake" else customers.run_collect
    run(folders, work)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m unchurn.container", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("train", help="fit what the hyperparameters name")
    verbs.add_parser("serve", help="answer /ping and /invocations")
    step = verbs.add_parser("step", help="run one step as a processing job")
    step.add_argument("name", choices=STEPS)
    step.add_argument("--run-id", required=True, help="the state machine's execution")
    step.add_argument("--as-of", default="", help="ISO day or moment of those watched")
    step.add_argument("--campaign", default="", help="folder where it was published, for measure")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
