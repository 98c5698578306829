"""Kills commands at random moments: is the champion ever lost, or anything half there?

    python benchmarks/hardening/kills.py [--kills 120] [--seed 1]

Trainings (of a new run, resumed, and with --fresh of the champion's own), scorings and changes of
the champion are killed with all that they started (kill -9). After each, the champion must be there
and whole, the registry sound and moved at most by what was asked, and a list that was there before
still whole; the same command, done again, must succeed and leave nothing half-made. Beside every
fresh training the champion is read all the time. Counted, each must be 0: **unexpected** ends,
**hung** commands, champions **lost**, **partial** files, and **silent** changes.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from commands import (
    Command,
    asked,
    champion,
    ended,
    is_unexpected,
    left_over,
    preload,
    set_seed,
    told,
    write_project,
)

from unchurn.project import Project
from unchurn.registry import open_registry

KINDS = ("train", "fresh", "score", "promote", "fresh", "score", "rollback")


class Stage:
    """A project with two versions, a list of its customers, and how long each command takes."""

    def __init__(self, near: Path) -> None:
        self.folder = write_project(near / "project")
        self.said, self.out = near / "said", near / "out" / "list.csv"
        self.out.parent.mkdir()
        self.seed = 7
        self.seconds: dict[str, float] = {}
        for _ in range(2):
            self.done("train")
            self.seed += 1
        for kind in ("fresh", "score"):
            self.done(kind)
        self.whole = self.listed()

    def listed(self) -> str:
        """Return the hash of the list as it is now."""
        return hashlib.sha256(self.out.read_bytes()).hexdigest()

    def words(self, kind: str) -> tuple[object, ...]:
        """Return the command of a kind; the seed names the run that is trained."""
        set_seed(self.folder, self.seed if kind == "train" else self.champions_seed())
        if kind == "score":
            table = self.folder / "this_month.csv"
            return (
                "score",
                "--fresh",
                "--data",
                table,
                "--out",
                self.out,
                "--project",
                self.folder,
            )
        if kind == "promote":
            return ("registry", "promote", "1", "--project", self.folder)
        if kind == "rollback":
            return ("registry", "rollback", "--project", self.folder)
        flags = ("--fresh",) if kind == "fresh" else ()
        return ("train", *flags, "--project", self.folder)

    def champions_seed(self) -> int:
        """Return the seed that the run of the champion was trained with: version n had 6 + n."""
        return 6 + (open_registry(Project.load(self.folder).root).alias("champion") or 1)

    def done(self, kind: str) -> tuple[int | None, str]:
        """Do a command to its end, and remember how long it took."""
        began = time.monotonic()
        code, text = Command.start(self.said, *self.words(kind)).wait()
        self.seconds[kind] = time.monotonic() - began
        return code, text

    @contextmanager
    def watched(self, found: Counter[str]) -> Iterator[None]:
        """Read the champion all the time, and count when it could not be."""
        over = threading.Event()

        def look() -> None:
            while not over.is_set():
                try:
                    champion(self.folder)
                    found["looks"] += 1
                except Exception as error:
                    found["lost"] += 1
                    print(f"  while training: {error}", file=sys.stderr)

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def judge(kind: str, random: Random, stage: Stage) -> Counter[str]:
    """Kill one command, look, and do it again; count what went wrong."""
    found: Counter[str] = Counter()
    registry = open_registry(Project.load(stage.folder).root)
    before, moves = champion(stage.folder), registry.audit()
    command = Command.start(stage.said, *stage.words(kind))
    moment = random.uniform(0.0, stage.seconds.get(kind, 0.5))
    if kind == "fresh":
        with stage.watched(found):
            time.sleep(moment)
            found["kills"] += command.kill()
    else:
        time.sleep(moment)
        found["kills"] += command.kill()
    after, moved = champion(stage.folder), registry.audit()
    found["silent"] += moved[: len(moves)] != moves or len(moved) > len(moves) + 2
    found["silent"] += after != before and len(moved) == len(moves)
    was, killed = stage.whole, stage.listed()
    code, text = stage.done(kind)
    found["hung"] += code is None
    found["unexpected"] += code is not None and is_unexpected(code, text)
    again = code == 0 or (kind == "rollback" and code == 1 and "no earlier champion" in text)
    found["lost"] += not again
    left = left_over(stage.folder) + left_over(stage.out.parent)
    found["partial"] += bool(left)
    if kind == "train" and code == 0:
        stage.seed += 1
    if kind == "score" and code == 0:
        stage.whole = stage.listed()
    # The list was the one from before, or, where the kill came late, the one that is made now.
    found["partial"] += killed not in (was, stage.whole)
    return told(f"{kind} after {moment:.3f}s", found, left, text)


def main() -> int:
    """Kill many commands; print the counts as JSON."""
    kills, random = asked("kills", 120)
    preload()
    total: Counter[str] = Counter()
    number = 0
    with tempfile.TemporaryDirectory() as near:
        stage = Stage(Path(near))
        while total["kills"] < kills and number < 3 * kills:
            kind = KINDS[number % len(KINDS)]
            found = judge(kind, random, stage)
            total.update(found)
            total[f"kills of {kind}"] += found["kills"]
            number += 1
    return ended(total, commands=number) or int(total["kills"] < kills)


if __name__ == "__main__":
    raise SystemExit(main())
