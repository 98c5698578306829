"""A state machine started and followed: which states were entered, and how it ended."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.clients import Clients
from rehearsal.door.inside import POLL_SECONDS, Say
from rehearsal.errors import SettingError, listing


@dataclass(frozen=True)
class Ended:
    """How an execution ended; `states` are those entered, in order."""

    execution: str
    status: str
    output: Any
    error: str
    cause: str
    states: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether it went through."""
        return self.status == "SUCCEEDED"

    def document(self) -> dict[str, Any]:
        """The versioned document of ``python -m rehearsal start --json``."""
        return {
            "schema_version": 1,
            "execution": self.execution,
            "status": self.status,
            "output": self.output,
            "error": self.error or None,
            "cause": self.cause or None,
            "states": list(self.states),
        }


def _unheard(words: str) -> None:
    """Tell nobody."""


def start(clients: Clients, machine: str, given: str = "{}", say: Say = _unheard) -> Ended:
    """Start `machine`, a name or an ARN, with the JSON text `given`; wait for its end.

    `say` hears of each state that is entered. Raises `SettingError` for an unknown machine.
    """
    states = clients.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=_arn(clients, machine), input=given)
    told: list[str] = []
    while True:
        now = states.describe_execution(executionArn=execution["executionArn"])
        entered = _entered(clients, execution["executionArn"])
        for state in entered[len(told) :]:
            say(state)
        told = entered
        if now["status"] != "RUNNING":
            return _ended(now, told)
        time.sleep(POLL_SECONDS)


def _ended(told: Mapping[str, Any], states: list[str]) -> Ended:
    output = json.loads(told["output"]) if told.get("output") else None
    name, error, cause = told["executionArn"], told.get("error", ""), told.get("cause", "")
    return Ended(name, told["status"], output, error, cause, tuple(states))


def _arn(clients: Clients, machine: str) -> str:
    if machine.startswith("arn:"):
        return machine
    pages = clients.client("stepfunctions").get_paginator("list_state_machines").paginate()
    known = {
        each["name"]: each["stateMachineArn"] for page in pages for each in page["stateMachines"]
    }
    if machine not in known:
        raise SettingError(
            f"There is no state machine {machine!r}.",
            f"There are: {listing(sorted(known))}." if known else "None is deployed.",
        )
    return str(known[machine])


def _entered(clients: Clients, execution: str) -> list[str]:
    pages = clients.client("stepfunctions").get_paginator("get_execution_history")
    return [
        event["stateEnteredEventDetails"]["name"]
        for page in pages.paginate(executionArn=execution)
        for event in page["events"]
        if "stateEnteredEventDetails" in event
    ]
