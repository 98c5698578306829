"""Tokens that are sent back, and activities: what waits for somebody outside of the machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, added, around

POLL = 55.0
"""Seconds for which GetActivityTask waits: AWS waits 60, boto3 no longer than that."""
PAUSE = 0.05


@dataclass
class Activities:
    """The tasks that wait for a worker, by activity; and by token, who hears that one began."""

    tasks: dict[str, Any] = field(default_factory=dict)
    starting: dict[str, Any] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def put(self, original: Any, pool: Any, token: str, arn: str, given: str) -> Any:
        """Queue a task of a state that begins to wait; `pool` is its execution's."""
        from moto.stepfunctions.parser.backend.activity import Activity

        with self.lock:
            queue = self.tasks.setdefault(arn, Activity(arn, arn.rpartition(":")[2]))
            pool._activity_store[arn] = queue
            endpoint = original(pool, token, arn, given)
            self.starting[token] = endpoint
        return endpoint

    def take(self, arn: str, worker: str | None) -> tuple[str, str] | None:
        """Hand the next task of an activity to a worker: its token and its input."""
        with self.lock:
            queue = self.tasks.get(arn)
            while queue is not None and queue._tasks:
                task = queue.get_task()
                endpoint = self.starting.pop(task.task_token)
                if endpoint.consumer_error is None:
                    endpoint.notify_activity_task_start(worker)
                    return task.task_token, task.task_input
        return None


def patches(cloud: Cloud) -> list[Patch]:
    """Return what hands tasks to workers, and takes tokens back as AWS does."""
    from moto.core.responses import ActionResult, EmptyResult
    from moto.stepfunctions.parser.asl.eval.callback import callback
    from moto.stepfunctions.responses import StepFunctionResponse

    activities = Activities()

    def get_activity_task(api: Any) -> Any:
        arn = api._get_param("activityArn")
        api.stepfunction_backend.describe_activity(arn)
        until, found = time.monotonic() + POLL, None
        while found is None and time.monotonic() < until:
            found = activities.take(arn, api._get_param("workerName"))
            time.sleep(0 if found else PAUSE)
        return ActionResult({"taskToken": found[0], "input": found[1]} if found else {})

    def put(
        original: Any, pool: Any, callback_id: str, activity_arn: str, activity_input: str
    ) -> Any:
        from moto.stepfunctions.parser.api import ActivityDoesNotExist

        if not any(activity_arn in backend.activities for backend in _backends()):
            raise ActivityDoesNotExist
        return activities.put(original, pool, callback_id, activity_arn, activity_input)

    def success(_: Any, api: Any) -> Any:
        token, output = api._get_param("taskToken"), api._get_param("output")
        _check_output(output)
        outcome = callback.CallbackOutcomeSuccess(callback_id=token, output=output)
        _waiting(token).notify(outcome=outcome)
        return EmptyResult()

    def failure(_: Any, api: Any) -> Any:
        token = api._get_param("taskToken")
        told = {"error": api._get_param("error"), "cause": api._get_param("cause")}
        _waiting(token).notify(outcome=callback.CallbackOutcomeFailure(callback_id=token, **told))
        return EmptyResult()

    def heartbeat(_: Any, api: Any) -> Any:
        _waiting(api._get_param("taskToken")).notify_heartbeat()
        return EmptyResult()

    return [
        # A worker that never came left moto without an outcome, and broke the state off.
        Patch(callback.ActivityTaskStartEndpoint, "_outcome", None, new=True),
        around(callback.CallbackPoolManager, "add_activity_task", put),
        added(StepFunctionResponse, "get_activity_task", get_activity_task),
        around(StepFunctionResponse, "send_task_success", success),
        around(StepFunctionResponse, "send_task_failure", failure),
        around(StepFunctionResponse, "send_task_heartbeat", heartbeat),
    ]


def _backends() -> Iterator[Any]:
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    for account in list(stepfunctions_parser_backends.values()):
        yield from list(account.values())


def _check_output(output: str) -> None:
    try:
        json.loads(output)
    except ValueError as error:
        raise _refusal("InvalidOutput", f"Invalid output: {error}") from error


def _waiting(token: str) -> Any:
    """Return what waits for a token. Raises the error of a token that is none, or no more."""
    for backend in _backends():
        for machine in backend.state_machines:
            for execution in machine.executions:
                env = execution.exec_worker.env if execution.exec_worker else None
                found = env.callback_pool_manager.get(token) if env is not None else None
                if found is not None and execution.status == "RUNNING" and not found.consumer_error:
                    return found
                if found is not None:
                    why = "Task Timed Out: 'Provided task does not exist anymore'"
                    raise _refusal("TaskTimedOut", why)
    raise _refusal("InvalidToken", "Invalid Token: 'Invalid token'")


def _refusal(kind: str, why: str) -> Exception:
    from moto.core.exceptions import AWSError

    return AWSError(why, kind)  # type: ignore[no-any-return]
