"""A call of a state: every parameter checked, faults made, errors named, jobs waited for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.faults import Kind
from rehearsal.permissions.actions import Need
from rehearsal.step_functions.absent_services import ABSENT
from rehearsal.step_functions.errors import made_up, name_and_cause, prefix
from rehearsal.step_functions.integrations import NAMES, Wait, hands_on
from rehearsal.step_functions.service_models import (
    about_answer,
    method,
    operation,
    to_request,
    to_result,
)
from rehearsal.step_functions.services import RECORDS, SERVICES

PAUSE = 0.1
"""Seconds between the first two looks at what rings no bell when it ends; each later pause is a fifth longer, up to `_LONGEST_PAUSE`."""
_LONGEST_PAUSE = 0.5
REFUSALS: tuple[Kind, ...] = ("throttled", "unavailable", "limited")
HANDED_ON: tuple[Kind, ...] = ("fails", "stopped", "data-missing")
"""What a job or function suffers; any other call is refused for it."""
INTERRUPTED: Kind = "interrupted"
"""What a training suffers that runs on Spot, and nothing else does."""


class TaskError(Exception):
    """A failed task: the error's name and its cause."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(f"{name}: {cause}")
        self.name, self.cause = name, cause


class Call:
    """One service call of a state of a run, made through the cloud's clients."""

    def __init__(
        self, cloud: Cloud, run: str, state: str, integration: str, service: str, action: str
    ) -> None:
        self.cloud, self.run, self.state = cloud, run, state
        self.integration, self.service, self.action = integration, service, action

    def make(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Make the call. Raises `TaskError`, or `TimeoutError` for a fault of that kind."""
        if why := ABSENT.get(self.service):
            # no Catch is for that, and none gets it
            raise TaskError("States.Runtime", f"{self.service} is not called: {why}.")
        self._suffer()
        if self.service in RECORDS:
            self.cloud.journal.remark(
                f"Of {self.service}, which machines call, only the records are kept: nothing runs, "
                "starts or is sent behind them."
            )
        if not hands_on(self.service, self.action):
            return self._whole(self._asked(parameters))
        named = next((str(parameters[name]) for name in NAMES if name in parameters), "")
        target = named.rpartition(":")[2]
        with self.cloud.faults.alone(target):
            self._hand_on(target)
            answer = self._asked(parameters)
        return self._payload(answer) if self._is_function() else answer

    def ask(self, action: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Ask the service once; it answers as machines see it. Raises `TaskError`."""
        return self._result(action, self._ask(action, parameters))

    def _asked(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Make the call itself: what Step Functions integrates by its own tells of the answer too."""
        answer = self._ask(self.action, parameters)
        beside = {} if self.integration == "aws-sdk" else about_answer(answer)
        return self._result(self.action, answer) | beside

    def _result(self, action: str, answer: dict[str, Any]) -> dict[str, Any]:
        shape = operation(self.service, action).output_shape  # type: ignore[union-attr]
        found: dict[str, Any] = to_result(answer, shape, self.integration)
        return {key: value for key, value in found.items() if key != "ResponseMetadata"}

    def _ask(self, action: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the client's answer. Raises `TaskError`."""
        from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

        model = operation(self.service, action)
        client = self.cloud.clients.client(SERVICES[self.service])
        shape = model.input_shape  # type: ignore[union-attr]
        if self._is_function() and not isinstance(parameters.get("Payload", b""), bytes):
            parameters = parameters | {"Payload": json.dumps(parameters["Payload"]).encode()}
        request = to_request(parameters, shape, self.integration) if shape is not None else {}
        try:
            answer: dict[str, Any] = getattr(client, method(action))(**request)
        except ParamValidationError as error:
            raise TaskError("States.Runtime", str(error)) from error
        except ClientError as error:
            raise TaskError(*name_and_cause(self.integration, self.service, error)) from error
        except BotoCoreError as error:
            name = f"{prefix(self.integration, self.service)}.SdkClientException"
            raise TaskError(name, str(error)) from error
        return answer

    def may(self, needs: Sequence[Need]) -> None:
        """Raise `TaskError` where the machine's role lacks what Step Functions does beside the call."""
        from botocore.exceptions import ClientError

        if why := self.cloud.permissions.ask(needs):
            answer = {"Error": {"Code": "AccessDeniedException", "Message": why}}
            refused = ClientError(answer, self.action)
            raise TaskError(*name_and_cause(self.integration, self.service, refused))

    def _is_function(self) -> bool:
        """Tell whether Step Functions itself invokes; ``aws-sdk:lambda:invoke`` gets what the SDK does."""
        return self.integration == "lambda" and self.action == "invoke"

    def _suffer(self) -> None:
        """Make the faults that are aimed at this state and are the service's own."""
        faults = self.cloud.faults
        if faults.take(self.state, "times-out", self.run):
            raise TimeoutError
        runs = hands_on(self.service, self.action)
        for kind in REFUSALS if runs else (*REFUSALS, *HANDED_ON):
            if faults.take(self.state, kind, self.run):
                refusal = made_up(self.service, self.action, kind)
                raise TaskError(*name_and_cause(self.integration, self.service, refusal))

    def _hand_on(self, target: str) -> None:
        """Aim the faults of what this state runs at `target`, the job or function."""
        for kind in (*HANDED_ON, INTERRUPTED):
            if self.cloud.faults.take(self.state, kind, self.run):
                self.cloud.faults.add(target, kind, 1)

    def _whole(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer of which nothing failed. Raises `TaskError` for an event that did."""
        if self.integration == "events" and answer.get("FailedEntryCount"):
            raise TaskError("EventBridge.FailedEntry", json.dumps(answer))
        return answer

    def _payload(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return what a function answered, or raise what it raised, by its own name."""
        text = answer["Payload"]
        if not answer.get("FunctionError"):
            return answer | {"Payload": json.loads(text) if text else None}
        raised = json.loads(text)
        raise TaskError(raised.get("errorType") or "Exception", text)


def waited(
    env: Any, call: Call, wait: Wait, parameters: dict[str, Any], submitted: dict[str, Any]
) -> dict[str, Any]:
    """Look at a job until it ends; return its description, or raise it as the cause."""
    request = wait.request(parameters, submitted)
    pause = PAUSE
    bell = call.cloud.bell
    while env.is_running():
        rings = bell.rings
        answer = call.ask(wait.describe, request)
        status = wait.status(answer)
        if status in wait.done:
            return wait.result(answer, parameters)
        if status in wait.failed:
            raise TaskError("States.TaskFailed", json.dumps(wait.result(answer, parameters)))
        bell.wait(rings, pause)
        pause = min(pause * 1.2, _LONGEST_PAUSE)
    _stop(call, wait, request)
    raise TimeoutError


def _stop(call: Call, wait: Wait, request: dict[str, Any]) -> None:
    """Stop a job whose state has timed out, as Step Functions tries to."""
    try:
        if wait.stop:
            call.ask(wait.stop, request)
    except TaskError:
        call.cloud.journal.remark(
            f"The job of {call.state} was not stopped when its state timed out; AWS stops it."
        )
