"""The tasks of training and inference, read from their definitions: in any of them a fault may be made."""

from __future__ import annotations

from unchurn.aws.execution import INVOKERS, Machine
from unchurn.aws.machines import definition, placeholders
from unchurn.errors import ConfigError, listing
from unchurn.project import Project

MACHINES: tuple[Machine, ...] = tuple(INVOKERS)


def machine_of(state: str, project: Project, scores: bool = True) -> Machine:
    """Tell which machine has a task of that name. Raises `ConfigError` naming those there are.

    So it does for one that no rehearsal of `project` comes to; with `scores` a table is scored in it.
    """
    tasks = {machine: _tasks(machine) for machine in MACHINES}
    every = {name: machine for machine in reversed(MACHINES) for name in tasks[machine]}
    away = _away(project)
    if not scores:
        unscored = (name for name, machine in every.items() if machine == "inference")
        away = dict.fromkeys(unscored, "no table to score was given") | away
    known = [name for name in every if name not in away]
    if state in away:
        raise ConfigError(
            f"A rehearsal of this project does not come to {state!r}: {away[state]}.",
            f"Make the fault in another task: {listing(known, 40)}.",
        )
    if state in every:
        return every[state]
    raise ConfigError(
        f"Neither machine of training and inference has a task {state!r} that could fail.",
        f"Tasks: {listing(known, 40)}.",
    )


def _away(project: Project) -> dict[str, str]:
    """Return the tasks that a rehearsal of this project does not come to, and why."""
    search = "" if project.aws.tuning_jobs else "[aws] tuning_jobs is 0"
    campaign = "" if project.aws.campaign else "[aws] campaign is off"
    history = project.asks_history
    why = {
        "Query": "Athena's tables are in your account, and what a query gives goes up as a table",
        "FindTable": "it has a history and no table" if history else "",
        "Observe": "" if history else "it has a table and no history",
        **dict.fromkeys(("Tune", "BestHyperparameters"), search),
        **dict.fromkeys(("Target", "EnterLedger"), campaign),
        **dict.fromkeys(("Notify", "NotifyRefused"), "only a run that ends otherwise does"),
    }
    return {name: said for name, said in why.items() if said}


def _tasks(machine: Machine) -> list[str]:
    values = dict.fromkeys(placeholders(machine), "0")  # some stand where numbers do
    states = definition(machine, values)["States"]
    return [name for name, state in states.items() if state["Type"] == "Task"]
