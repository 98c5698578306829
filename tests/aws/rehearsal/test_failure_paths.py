"""Every fault that can occur in a state of either machine is retried or caught, and told.

The machines, their functions, templates and seams are the shipped ones; the jobs end at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from failure_stage import Ended, Stage, open_stage
from failure_table import TABLE, Row, possible

from unchurn.aws import machines
from unchurn.aws.execution import Machine

ERRORS = {"training": "TrainingFailed", "inference": "ScoringFailed"}
TELLING = {"Notify": "Failed", "NotifyRefused": "Refused"}
"""States that tell of a failure, and how the run then ends."""
QUICK = ("inference", "Champion")
AT_ONCE = 3
"""Runs at a time: more would share the same cores. Of the Glue job there may be five."""
STATES = [
    pytest.param(machine, state, marks=() if (machine, state) == QUICK else pytest.mark.slow)
    for machine, states in TABLE.items()
    for state in states
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The shipped stacks, with a champion."""
    with open_stage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


def definition(name: machines.Name) -> dict[str, Any]:
    values = dict.fromkeys(machines.placeholders(name), "0")
    states: dict[str, Any] = machines.definition(name, values)["States"]
    return states


@pytest.mark.parametrize("machine", machines.NAMES)
def test_every_task_of_the_definition_has_a_row_for_every_fault(machine: machines.Name) -> None:
    tasks = {s: body for s, body in definition(machine).items() if body["Type"] == "Task"}
    written = {state: {row.name for row in rows} for state, rows in TABLE[machine].items()}
    assert written == {state: possible(body) for state, body in tasks.items()}


@pytest.mark.parametrize("machine", machines.NAMES)
def test_every_rule_of_retrying_has_a_row(machine: machines.Name) -> None:
    """But for a registry that others keep changing, which is below."""
    for state, rows in TABLE[machine].items():
        retried = {error for row in rows if not row.fatal for error in row.errors}
        for rule in definition(machine)[state]["Retry"]:
            assert rule["ErrorEquals"] == ["RegistryBusy"] or retried & {*rule["ErrorEquals"]}


@pytest.mark.parametrize(("machine", "state"), STATES)
def test_each_fault_of_a_state_ends_as_it_should(
    stage: Stage, machine: Machine, state: str
) -> None:
    rows = [row for row in TABLE[machine][state] if row.fatal or state in TELLING]
    together = [row for row in rows if not row.alone]
    alone = [row for row in rows if row.alone]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(lambda row: stage.suffer(machine, state, row), together))
    ended += [stage.suffer(machine, state, row) for row in alone]
    ran = dict(zip([*together, *alone], ended, strict=True))
    found = {row.name: outcome(state, row, how) for row, how in ran.items()}
    assert found == {row.name: expected(machine, state, row) for row in ran}


@pytest.mark.slow
@pytest.mark.parametrize("machine", machines.NAMES)
def test_every_state_is_asked_again_until_it_is_served(stage: Stage, machine: Machine) -> None:
    rows = {
        state: row
        for state, rows in TABLE[machine].items()
        for row in rows
        if not row.fatal and state not in TELLING
    }
    ended = stage.suffer_all(machine, rows)
    found = {state: outcome(state, row, ended) for state, row in rows.items()}
    assert found == {state: expected(machine, state, row) for state, row in rows.items()}


def outcome(state: str, row: Row, ended: Ended) -> dict[str, Any]:
    """What is asserted of every run."""
    verb = ":" if state == "NotifyRefused" else " failed:"
    return {
        "status": ended.status,
        "error": ended.error,
        "tries": ended.tries(state),
        "errors": ended.faults[state],
        "ends": ended.states[ended.states.index(state) + 1 :] if row.fatal else ended.states[-1:],
        "cause": (ended.blames, row.says in ended.cause),
        "told": ended.message == f"Run {ended.run}{verb} {ended.cause}",
        "registered": ended.registered,
        "champion": ended.champion,
        "parameters": ended.parameters,
        "published": ended.published,
    }


def expected(machine: Machine, state: str, row: Row) -> dict[str, Any]:
    """What a run has to come to."""
    telling = TELLING.get(state)
    failed = row.fatal or telling is not None
    made = machine == "training" and not failed
    caught = [telling] if telling else ["Notify", "Failed"]
    error = "ModelRefused" if telling == "Refused" else ERRORS[machine]
    return {
        "status": "FAILED" if failed else "SUCCEEDED",
        "error": error if failed else "",
        "tries": len(row.errors) + (not row.fatal),
        "errors": row.errors,
        "ends": caught if row.fatal else [telling or "Done"],
        "cause": ((row.blames or row.errors[-1]) if failed and telling != "Refused" else "", True),
        "told": failed and not (telling and row.fatal),
        "registered": made,
        "champion": 1,
        "parameters": made or state == "UpdateRegistry",
        "published": machine == "inference" and not failed,
    }
