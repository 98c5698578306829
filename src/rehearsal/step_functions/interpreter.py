"""What moto's interpreter of the Amazon States Language does otherwise than AWS, corrected."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around
from rehearsal.step_functions import comparisons, data_flow, intrinsics, jsonata_states
from rehearsal.step_functions.maps import grammatical

_BEGINS = 30.0
"""Seconds in which an execution comes to its first state, at the latest."""
_PARSING = Lock()
_TREES: dict[str, Any] = {}
"""What each definition was parsed to: a large one takes seconds, and clouds of a process share them."""


def patches(cloud: Cloud) -> list[Patch]:
    """Return the corrections, and stop what still runs when the cloud closes."""
    from moto.stepfunctions.parser.asl.component.common.error_name import (
        custom_error_name,
        error_equals_decl,
    )
    from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
        FailureEventException,
    )
    from moto.stepfunctions.parser.asl.component.state import state
    from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
    from moto.stepfunctions.parser.asl.component.state.fail import state_fail
    from moto.stepfunctions.parser.asl.eval.states import ContextObject
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
    from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

    cloud.closing.callback(_stop_all, cloud)

    def parse(original: Any, definition: str) -> Any:
        """Read a definition once: a machine is parsed when it is checked, made and started."""
        with _PARSING:  # the preprocessor keeps the scopes it is in on its class
            if definition not in _TREES:
                program, _TREES[definition] = original(grammatical(definition))
                return program, _TREES[definition]
            return Preprocessor().visit(_TREES[definition]), _TREES[definition]

    return [
        # A Fail state may pass on an error of Step Functions itself; moto would break off there.
        Patch(state_fail, "CustomErrorName", ErrorName),
        # AWS takes names of one's own that begin like its own, which the specification forbids.
        Patch(custom_error_name, "ILLEGAL_CUSTOM_ERROR_PREFIX", "\0"),
        around(ContextObject, "__init__", _with_plain_times),
        Patch(state, "StateData", _entered),
        around(FailureEventException, "get_execution_failed_event_details", _told_once),
        around(error_equals_decl.ErrorEqualsDecl, "_eval_body", _meant),
        around(AmazonStateLanguageParser, "parse", parse),
        around(ExecutionState, "from_state_props", _as_long_as_it_takes),
        *data_flow.patches(),
        *comparisons.patches(),
        *intrinsics.patches(),
        *jsonata_states.patches(),
    ]


def _with_plain_times(original: Any, self: Any, context_object: Any) -> None:
    """Make `$$.Execution.StartTime` the text that it is, as a datetime is no output; nothing is redriven."""
    original(self, context_object)
    execution = (context_object or {}).get("Execution") or {}
    started = execution.get("StartTime")
    if isinstance(started, datetime):
        execution["StartTime"] = _moment(started)
        execution["RedriveCount"] = 0


def _entered(EnteredTime: str, Name: str) -> dict[str, str]:  # noqa: N803
    """Return the context of a state, its time in the form that comparisons take."""
    return {"EnteredTime": _moment(datetime.fromisoformat(EnteredTime)), "Name": Name}


def _moment(time: datetime) -> str:
    text = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _told_once(original: Any, self: Any) -> Any:
    """Say once in which state an error occurred, in the state itself and not in those around it."""
    told = original(self)
    _, cause = self.extract_error_cause_pair() or ("", "")
    if told and cause and cause.startswith("An error occurred while executing the state"):
        told["cause"] = cause
    return told


def _as_long_as_it_takes(original: Any, self: Any, state_props: Any) -> None:
    """Let a state with a heartbeat last as long as any other; moto gives it a minute."""
    from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds

    original(self, state_props)
    if self.heartbeat is not None and self.timeout.is_default_value():
        self.timeout = TimeoutSeconds(TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS, is_default=True)


def _meant(_: Any, self: Any, env: Any) -> None:
    """Say whether a Retry or a Catch means the error on top of the stack."""
    from rehearsal.step_functions.error_names import means

    error = env.stack.pop()
    env.stack.append(means({each.error_name for each in self.error_names}, error))


def _stop_all(cloud: Cloud) -> None:
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    backend = stepfunctions_parser_backends[cloud.account][cloud.region]
    for machine in list(backend.state_machines):
        for execution in list(machine.executions):
            _stop(execution)


def _stop(execution: Any) -> None:
    """Stop an execution; moto forgets what one is told that has not come to its first state."""
    until = time.monotonic() + _BEGINS
    while execution.status == "RUNNING" and time.monotonic() < until:
        worker = execution.exec_worker
        if worker is not None and worker.env is not None and worker.env.is_running():
            execution.stop(datetime.now(UTC), None, "The rehearsal has ended.")
            return
        time.sleep(0.01)
