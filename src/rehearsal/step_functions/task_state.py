"""The Task states of moto's interpreter, made ones that really make their calls.

Imported only where the rehearsal runs: the interpreter comes with it.
"""

from __future__ import annotations

import json
import time
from typing import Any

from moto.stepfunctions.parser.api import (
    HistoryEventExecutionDataDetails,
    HistoryEventType,
    LambdaFunctionFailedEventDetails,
    TaskFailedEventDetails,
    TaskSubmittedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
)
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceCondition,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import (
    StateTaskLambda,
)
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackConsumerTimeout,
    CallbackOutcomeFailureError,
    HeartbeatTimedOut,
    HeartbeatTimeoutError,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from rehearsal.cloud import Cloud
from rehearsal.permissions.actions import of_machine
from rehearsal.permissions.machines import tagging
from rehearsal.step_functions.calls import PAUSE, Call, TaskError, waited
from rehearsal.step_functions.error_names import Heartbeat, error_name
from rehearsal.step_functions.integrations import WAITS


def _context(env: Any) -> dict[str, Any]:
    found: dict[str, Any] = env.states.context_object.context_object_data
    return found


class Task(StateTaskServiceCallback):  # type: ignore[misc]
    """One Task state, which makes its call in `cloud`."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__({ResourceCondition.WaitForTaskToken})
        self._cloud = cloud

    def _get_supported_parameters(self) -> set[str]:
        return set()  # the API itself says what it supports

    def _get_sfn_resource_type(self) -> str:
        name, api = self.resource.service_name, self.resource.api_name
        return name if name == api else f"{name}:{api}"

    def _is_integration_pattern(self) -> bool:
        return bool(self.resource.condition == ResourceCondition.WaitForTaskToken)

    def _eval_body(self, env: Any) -> None:
        StateTaskService._eval_body(self, env)  # the token is made by each try, not once for all
        _context(env).pop("Task", None)

    def _eval_execution(self, env: Any) -> None:
        if self.credentials:
            self._cloud.journal.remark(
                "Credentials of states are not assumed: their calls are the machine's own."
            )
        if self._is_integration_pattern():
            env.callback_pool_manager.add(env.states.context_object.update_task_token())
        super()._eval_execution(env)

    def _eval_service_task(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: Any, **_: Any
    ) -> None:
        about = env.states.context_object.context_object_data
        run, role = about["Execution"]["Name"], str(about["Execution"].get("RoleArn") or "")
        machine = of_machine(str(about.get("StateMachine", {}).get("Id") or ""))
        with self._cloud.permissions.as_role(role, "states", source=machine):
            env.stack.append(self._made(env, run, normalised_parameters))

    def _made(self, env: Any, run: str, normalised_parameters: Any) -> dict[str, Any]:
        resource = self.resource
        names = (resource.service_name, resource.api_name, resource.api_action)
        call = Call(self._cloud, run, self.name, *names)
        if names[0] == "events":
            _say_who_sends(env, normalised_parameters)
        if resource.condition:
            call.may(tagging(self._cloud, names[1], names[2], normalised_parameters))
        answer = call.make(normalised_parameters)
        wait = WAITS.get((call.service, call.action, str(resource.condition or "")))
        if wait is not None:
            self._submitted(env, answer)
            answer = waited(env, call, wait, normalised_parameters, answer)
        return answer

    def _submitted(self, env: Any, answer: dict[str, Any]) -> None:
        details = TaskSubmittedEventDetails(
            resource=self._get_sfn_resource(),
            resourceType=self._get_sfn_resource_type(),
            output=json.dumps(answer),
            outputDetails=HistoryEventExecutionDataDetails(truncated=False),
        )
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.TaskSubmitted,
            event_details=EventDetails(taskSubmittedEventDetails=details),
        )

    def _eval_wait_for_task_token(
        self, env: Any, timeout_seconds: Any, callback_endpoint: Any, heartbeat_endpoint: Any
    ) -> Any:
        """Wait until the token comes back; look up often, so that a stopped execution ends."""
        beats, silent = None, float("inf")
        if heartbeat_endpoint is not None:
            self.heartbeat.eval(env=env)
            silent = float(env.stack.pop())
            beats = callback_endpoint.setup_heartbeat_endpoint(heartbeat_seconds=0)
        last = time.monotonic()
        while env.is_running():
            outcome = callback_endpoint.wait(PAUSE)
            if outcome is not None:
                return outcome
            if beats is not None and beats.clear_and_wait():
                last = time.monotonic()
            if time.monotonic() - last > silent:
                return HeartbeatTimedOut()
        return None

    def _eval_integration_pattern(self, env: Any, *rest: Any, **given: Any) -> None:
        waiting = env.callback_pool_manager.get(_context(env)["Task"]["Token"])
        try:
            super()._eval_integration_pattern(env, *rest, **given)
        finally:
            waiting.report(CallbackConsumerTimeout())  # the token is worth nothing any more

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if isinstance(ex, HeartbeatTimeoutError):
            found = super()._from_error(env=env, ex=ex)
            found.error_name = Heartbeat()
            return found
        if isinstance(ex, CallbackOutcomeFailureError):
            told = ex.callback_outcome_failure
            ex = TaskError(told.error or "", told.cause or "")
        if not isinstance(ex, TaskError):
            return super()._from_error(env=env, ex=ex)
        details = TaskFailedEventDetails(
            error=ex.name,
            cause=ex.cause,
            resource=self._get_sfn_resource(),
            resourceType=self._get_sfn_resource_type(),
        )
        return FailureEvent(
            env=env,
            error_name=error_name(ex.name),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )


class FunctionTask(StateTaskLambda):  # type: ignore[misc]
    """A Task state whose Resource is a function itself; its output is what the function returns."""

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if isinstance(ex, TimeoutError):
            return super()._from_error(env=env, ex=ex)
        if not isinstance(ex, TaskError):  # the input of a function that could not be made
            return ExecutionState._from_error(self, env=env, ex=ex)
        details = LambdaFunctionFailedEventDetails(error=ex.name, cause=ex.cause)
        return FailureEvent(
            env=env,
            error_name=error_name(ex.name),
            event_type=HistoryEventType.LambdaFunctionFailed,
            event_details=EventDetails(lambdaFunctionFailedEventDetails=details),
        )


def _say_who_sends(env: Any, parameters: dict[str, Any]) -> None:
    """Add the machine and its execution to what each event is about, as Step Functions does."""
    context = _context(env)
    senders = [context["StateMachine"]["Id"], context["Execution"]["Id"]]
    for entry in parameters.get("Entries", ()):
        entry["Resources"] = [*entry.get("Resources", ()), *senders]
