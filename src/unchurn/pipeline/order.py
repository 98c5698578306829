"""The pipeline: ordered tuples of steps, and the two ways in on one machine."""

from __future__ import annotations

from unchurn.progress import Task
from unchurn.runner import Run, Step, run_step
from unchurn.steps.clean import clean
from unchurn.steps.evaluate import evaluate
from unchurn.steps.gate import gate
from unchurn.steps.intake import intake
from unchurn.steps.monitor import monitor
from unchurn.steps.observe import observe
from unchurn.steps.prepare import prepare
from unchurn.steps.register import register
from unchurn.steps.score import score
from unchurn.steps.target import target
from unchurn.steps.train import train
from unchurn.steps.tune import tune
from unchurn.steps.uplift import uplift

OBSERVING: tuple[Step, ...] = (observe,)
"""What comes before either where the customers are a history's."""
TRAINING: tuple[Step, ...] = (clean, prepare, tune, train, evaluate, gate, register)
INFERENCE: tuple[Step, ...] = (intake, score)
TARGETING: tuple[Step, ...] = (target,)
"""What follows a scoring where a campaign is asked for."""
LEARNING: tuple[Step, ...] = (uplift,)
"""What campaigns that are over are good for besides."""
WATCHING: tuple[Step, ...] = (monitor,)
"""What follows a scoring where it is asked whether the month is like training."""


def run(steps: tuple[Step, ...], where: Run, fresh: bool = False) -> None:
    """Run `steps` in order, skipping what is already made. Raises what a step raises."""
    # of one alone, a share would be 0% until it is over
    with where.progress.task("steps", len(steps) if len(steps) > 1 else None) as task:
        run_some(steps, where, task, fresh)


def run_some(steps: tuple[Step, ...], where: Run, task: Task, fresh: bool = False) -> None:
    """Run `steps` as part of what `task` counts; see `run`."""
    for step in steps:
        task.say(step.__name__)
        run_step(step, where, fresh)
        task.advance()
