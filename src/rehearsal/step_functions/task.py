"""Puts our Task states in the place of those of moto's interpreter."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes every task of a machine one of ours."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import (
        lambda_eval_utils,
        state_task_factory,
    )

    from rehearsal.step_functions.calls import Call
    from rehearsal.step_functions.task_state import FunctionTask, Task

    def invoke(_: Any, *, env: Any, parameters: dict[str, Any], **__: Any) -> None:
        """Invoke the function that is itself the Resource of the state that runs in `env`."""
        run = env.states.context_object.context_object_data["Execution"]["Name"]
        call = Call(cloud, run, env.next_state_name, "lambda", "lambda", "invoke")
        env.stack.append(call.make(parameters))

    return [
        Patch(state_task_factory, "state_task_service_for", lambda service_name: Task(cloud)),
        Patch(state_task_factory, "StateTaskLambda", FunctionTask),
        around(lambda_eval_utils, "execute_lambda_function_integration", invoke),
        around(
            lambda_eval_utils, "to_payload_type", lambda _, payload: json.dumps(payload).encode()
        ),
    ]
