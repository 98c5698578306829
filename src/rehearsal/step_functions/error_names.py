"""Names of errors in moto's interpreter, and which of them a Retry or a Catch means."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

TIMEOUT, RUNTIME = "States.Timeout", "States.Runtime"
_NEVER_BY_ALL = frozenset({RUNTIME, "States.DataLimitExceeded"})


class Heartbeat(StatesErrorName):  # type: ignore[misc]
    """A silence longer than HeartbeatSeconds: a States.Timeout that has a second name."""

    second = "States.HeartbeatTimeout"

    def __init__(self) -> None:
        super().__init__(typ=StatesErrorNameType.StatesTimeout)


def error_name(name: str) -> Any:
    """Return the interpreter's form of an error's name, its own or anybody's."""
    states = {kind.to_name(): kind for kind in StatesErrorNameType}
    return StatesErrorName(typ=states[name]) if name in states else ErrorName(name)


def means(names: set[str | None], error: Any) -> bool:
    """Tell whether ``ErrorEquals`` of `names` means `error`.

    ``States.ALL`` means any but the two that nothing retries unnamed, ``States.TaskFailed`` any of
    those but a timeout.
    """
    name = getattr(error, "error_name", None)
    if name in names or getattr(error, "second", name) in names:
        return True
    if name in _NEVER_BY_ALL:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and name != TIMEOUT)


def failure(env: Any, name: str, cause: str) -> Exception:
    """Return what makes the state that runs in `env` fail with an error of that `name`."""
    from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails

    details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=name, cause=cause))
    event = FailureEvent(
        env=env,
        error_name=error_name(name),
        event_type=HistoryEventType.TaskFailed,
        event_details=details,
    )
    return FailureEventException(failure_event=event)  # type: ignore[no-any-return]
