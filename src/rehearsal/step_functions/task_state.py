"""The Task state of moto's interpreter, made one that really makes its call.

Imported only where the rehearsal runs: the interpreter comes with it.
"""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.api import (
    HistoryEventExecutionDataDetails,
    HistoryEventType,
    TaskFailedEventDetails,
    TaskSubmittedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from rehearsal.cloud import Cloud
from rehearsal.permissions.machines import tagging
from rehearsal.step_functions.calls import Call, TaskError, waited
from rehearsal.step_functions.integrations import WAITS


class Task(StateTaskService):  # type: ignore[misc]
    """One Task state, which makes its call in `cloud`."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__()
        self._cloud = cloud

    def _get_supported_parameters(self) -> set[str]:
        return set()  # the API itself says what it supports

    def _get_sfn_resource(self) -> str:
        pattern = f".{self.resource.condition}" if self.resource.condition else ""
        return f"{self.resource.api_action}{pattern}"

    def _get_sfn_resource_type(self) -> str:
        name, api = self.resource.service_name, self.resource.api_name
        return name if name == api else f"{name}:{api}"

    def _eval_service_task(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: Any, **_: Any
    ) -> None:
        about = env.states.context_object.context_object_data
        run, role = about["Execution"]["Name"], str(about["Execution"].get("RoleArn") or "")
        machine = str(about.get("StateMachine", {}).get("Id") or "")
        with self._cloud.permissions.as_role(role, "states", source=machine):
            env.stack.append(self._made(env, run, normalised_parameters))

    def _made(self, env: Any, run: str, normalised_parameters: Any) -> dict[str, Any]:
        resource = self.resource
        names = (resource.service_name, resource.api_name, resource.api_action)
        call = Call(self._cloud, run, self.name, *names)
        if resource.condition:
            call.may(tagging(self._cloud, names[1], names[2], normalised_parameters))
        answer = call.make(normalised_parameters)
        if resource.condition:
            self._submitted(env, answer)
            wait = WAITS[call.service, call.action]
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

    def _from_error(self, env: Any, ex: Exception) -> Any:
        if not isinstance(ex, TaskError):
            return super()._from_error(env=env, ex=ex)
        states = {kind.to_name(): kind for kind in StatesErrorNameType}
        known = states.get(ex.name)
        details = TaskFailedEventDetails(
            error=ex.name,
            cause=ex.cause,
            resource=self._get_sfn_resource(),
            resourceType=self._get_sfn_resource_type(),
        )
        return FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=known) if known else CustomErrorName(ex.name),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )
