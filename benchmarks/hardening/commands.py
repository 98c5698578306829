"""A small project, and commands of unchurn on it in processes that can be killed.

Processes are forked from one that has everything imported, so that what is killed or runs out of
disk is the work, not Python's start.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

from unchurn.artefacts import Model
from unchurn.demo import write_demo
from unchurn.pipeline.scoring import choose_model
from unchurn.project import Project

SETTINGS: dict[str, dict[str, Any]] = {
    "tune": {"trials": 0},
    "train": {"configurations": ["shallow"], "threads": 1, "seed": 7},
    "evaluate": {"bootstrap": 100, "shap_rows": 100},
    "gate": {
        "min_rows": 50,
        "min_churned": 5,
        "champion_tolerance": 1.0,
        "champion_tolerance_share": 9.0,
    },
}
"""Keys of churn.toml with which a training takes seconds, and every model passes."""
LIMIT = 120.0
"""Seconds after which a command is taken to hang."""
FAULTS = ("unexpected", "hung", "lost", "partial", "silent")

_context = multiprocessing.get_context("forkserver")


def preload() -> None:
    """Import in the process from which commands are forked what they use."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _context.set_forkserver_preload(
        ["unchurn.cli.train", "unchurn.cli.score", "unchurn.cli.registry", "unchurn.cli.app",
         "unchurn.cli.target", "xgboost", "unchurn.modelling.scoring.load_check", "commands"]
    )  # fmt: skip


def write_project(folder: Path, customers: int = 900, fresh: int = 200) -> Path:
    """Invent customers and write a project for them, of which nothing is trained."""
    write_demo(folder, customers=customers, fresh=fresh)
    path = folder / "churn.toml"
    path.unlink(missing_ok=True)
    made = Command.start(
        folder / "said", "init", "--data", folder / "customers.csv", "--project", folder
    )
    code, said = made.wait()
    if code:
        raise RuntimeError(said)
    path.write_text(with_keys(path.read_text(), SETTINGS))
    return folder


def trained_project(folder: Path, keys: dict[str, dict[str, Any]]) -> Path:
    """Write a project with more keys, and train it."""
    config = write_project(folder) / "churn.toml"
    config.write_text(with_keys(config.read_text(), keys))
    code, text = Command.start(folder / "said", "train", "--project", folder).wait()
    if code:
        raise RuntimeError(text)
    return folder


def with_keys(text: str, keys: dict[str, dict[str, Any]]) -> str:
    """Set keys in a churn.toml, by section, in place of what it says or shows of them."""
    for section, told in keys.items():
        named = "|".join(told)
        text = re.sub(rf"^(# )?({named}) = .*\n", "", text, flags=re.M)
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items())
        header = f"[{section}]\n"
        at = re.search(rf"^\[{section}\]\n", text, flags=re.M)
        text = f"{text[: at.end()]}{lines}{text[at.end() :]}" if at else f"{text}\n{header}{lines}"
    return text


def set_seed(folder: Path, seed: int) -> None:
    """Make of the project's next training another run."""
    path = folder / "churn.toml"
    path.write_text(re.sub(r"^#? ?seed = .*$", f"seed = {seed}", path.read_text(), flags=re.M))


@dataclass
class Command:
    """A command of unchurn under way; `said` is where its output goes."""

    process: BaseProcess
    said: Path
    began: float

    @classmethod
    def start(cls, said: Path, *words: object) -> Command:
        """Start ``unchurn WORDS``."""
        process = _context.Process(target=_run, args=([str(each) for each in words], str(said)))
        process.start()
        return cls(process, said, time.monotonic())

    def kill(self) -> bool:
        """Kill it and all that it started at once; tell whether it still ran."""
        ran = self.process.is_alive()
        if ran and self.process.pid:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has not left our group yet
                self.process.kill()
        self.process.join()
        return ran

    def wait(self) -> tuple[int | None, str]:
        """Return its exit code and what it said; None where it hangs and was killed."""
        self.process.join(LIMIT)
        hangs = self.kill()
        text = self.said.read_text(errors="replace") if self.said.exists() else ""
        return (None if hangs else self.process.exitcode), text


def _run(words: list[str], said: str) -> None:
    os.setsid()
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for descriptor in (1, 2):
        os.dup2(out, descriptor)
    from unchurn.cli.app import app

    sys.argv = ["unchurn", *words]
    app(words)


def is_unexpected(code: int | None, text: str) -> bool:
    """Tell whether a command ended in a way that is not written for a person."""
    words = ("Traceback", "unexpected:", "Segmentation", "Fatal Python")
    return code not in (0, 1, 2, 3, 4, 5) or any(each in text for each in words)


def left_over(folder: Path) -> list[str]:
    """Return what is half-made below `folder`: stagings, parts and folders put aside."""
    kinds = (".staging", ".part", ".old")
    return [str(p.relative_to(folder)) for p in folder.rglob(".*") if p.name.endswith(kinds)]


def champion(folder: Path) -> tuple[int | None, str]:
    """Return the version in charge and its bundle's folder, every file checked."""
    project = Project.load(folder)
    chosen = choose_model(project, None, None)
    Model.load(chosen.bundle)
    return chosen.version, str(chosen.bundle.relative_to(folder))


def asked(what: str, count: int) -> tuple[int, Random]:
    """Return how many of `what` a script is asked for, `count` by default, and its random numbers."""
    parser = argparse.ArgumentParser()
    parser.add_argument(f"--{what}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    return getattr(wanted, what), Random(wanted.seed)


def told(what: str, found: Counter[str], left: list[str], text: str) -> Counter[str]:
    """Return `found`; where a fault is among it, say what led to it on stderr."""
    if any(found[fault] for fault in FAULTS):
        print(f"{what}: {dict(found)} {left}\n{text}", file=sys.stderr)
    return found


def ended(total: Counter[str], **besides: int) -> int:
    """Print the counts as one line of JSON; return the exit code, 1 where there is a fault."""
    print(plain(dict.fromkeys(FAULTS, 0) | besides | dict(total)))
    return int(any(total[fault] for fault in FAULTS))


def plain(counts: dict[str, Any]) -> str:
    """Write counts as one line of JSON."""
    return json.dumps(counts)
