"""Starting a state machine under a name that every job of the run can carry."""

from __future__ import annotations

import json
import os
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from invocation import BadInput, client, text

RUN = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9]){0,29}")
"""A job is named `<stack>-<what>-<run>`, in at most 63 characters."""
NAME = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,62}")
"""What SageMaker takes as the name of a job or a model."""
UPLOADED = "bucket"
"""All that `Data` may be: the run takes the table that lies in the bucket, and asks Athena for none."""


def start(event: Any, allowed: tuple[str, ...] = ()) -> dict[str, Any]:
    """Start the machine of STATE_MACHINE_ARN; return what the caller of the function gets.

    The event may hold `name`, the run id, and the names in `allowed`, which become the
    machine's input; anything else is let be, so that any payload starts a run. Raises
    `BadInput` for a name that cannot be used, or was used before, and for another `Data` than
    `UPLOADED`.
    """
    event = event if isinstance(event, dict) else {}
    if "Data" in allowed and event.get("Data") and event["Data"] != UPLOADED:
        raise BadInput(
            f"Data is {event['Data']!r}; it may be {UPLOADED!r}, for the table that lies there, or "
            "left out, so that churn.toml says where customers are."
        )
    given = {key: _checked(event, key, NAME) for key in allowed if event.get(key)}
    run = _checked(event, "name", RUN) if event.get("name") else _new_run()
    machines = client("stepfunctions")
    try:
        started = machines.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=run, input=json.dumps(given)
        )
    except machines.exceptions.ExecutionAlreadyExists as error:
        raise BadInput(f"There was a run {run!r} before; give another name.") from error
    return {"statusCode": 200, "executionArn": started["executionArn"]}


def _checked(event: dict[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    found = str(text(event, key))
    if not pattern.fullmatch(found):
        most = 30 if pattern is RUN else 63
        raise BadInput(
            f"{key} is {found!r}; it may have {most} letters, digits and single hyphens between."
        )
    return found


def _new_run() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
