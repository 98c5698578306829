"""The tasks of training and inference, read from their definitions: in any of them a fault may be made."""

from __future__ import annotations

import json
from pathlib import Path

from unchurn.aws.execution import INVOKERS, Machine
from unchurn.errors import ConfigError, listing

MACHINES: tuple[Machine, ...] = tuple(INVOKERS)
UNASKED = "Query"
"""The task that asks Athena, which no rehearsal does."""
_FOLDER = Path(__file__).with_name("machines")


def machine_of(state: str) -> Machine:
    """Tell which machine has a task of that name. Raises `ConfigError` naming those there are.

    So it does for the one that a rehearsal does not come to.
    """
    if state == UNASKED:
        raise ConfigError(
            f"A rehearsal does not come to {state!r}: Athena's tables are in your account, and what "
            "a query gives goes up as a table.",
            "Make the fault in a state that follows: Etl, or Intake.",
        )
    tasks = {machine: _tasks(machine) for machine in MACHINES}
    for machine in MACHINES:
        if state in tasks[machine]:
            return machine
    every = (name for machine in MACHINES for name in tasks[machine])
    known = dict.fromkeys(name for name in every if name != UNASKED)
    raise ConfigError(
        f"Neither machine of training and inference has a task {state!r} that could fail.",
        f"Tasks: {listing(known, 40)}.",
    )


def _tasks(machine: Machine) -> list[str]:
    # Substitutions stand where numbers do: the names of states are read without them.
    text = (_FOLDER / f"{machine}.asl.json").read_text(encoding="utf-8")
    states = json.loads(_without_substitutions(text))["States"]
    return [name for name, state in states.items() if state["Type"] == "Task"]


def _without_substitutions(text: str) -> str:
    parts = text.split("${")
    return parts[0] + "".join("0" + part.partition("}")[2] for part in parts[1:])
