"""How far a training is counts its steps once, from the first to the last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command_line import Ran, copy_as_trained
from unchurn.cli.running_tasks import Running
from unchurn.pipeline.training import TRAINING, train
from unchurn.progress import Silent
from unchurn.project import Project


class Counting(Silent):
    """Keeps what counts steps."""

    def __init__(self) -> None:
        self.steps: list[Running] = []

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Running]:
        running = Running(name, total)
        self.steps += [running] if name == "steps" else []
        yield running


def test_the_share_of_a_training_never_falls(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path
) -> None:
    """Taking the champion in between begins no other count."""
    folder = copy_as_trained(trained[0], tmp_path / "project")
    toml = folder / "churn.toml"
    named = f'train = "{telecom / "customers.csv"}"'
    toml.write_text(re.sub(r'(?m)^train = ".*$', named, toml.read_text()))
    counting = Counting()
    train(Project.load(folder), progress=counting)
    (steps,) = counting.steps
    assert steps.done == steps.total == len(TRAINING)
