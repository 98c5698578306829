"""Start the machine that trains. Any payload will do, such as {"": ""}."""

from __future__ import annotations

from typing import Any

from executions import start
from invocation import logged

ALLOWED: tuple[str, ...] = ("TrainingJobName", "ModelName", "Data")


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"statusCode": 200, "executionArn": …}.

    The event may name the run (`name`), the job (`TrainingJobName`), the model (`ModelName`) and,
    with ``bucket``, the table that lies there where churn.toml has Athena asked (`Data`). Raises
    `BadInput`.
    """
    with logged(context) as facts:
        answer: dict[str, Any] = start(event, ALLOWED)
        facts["execution"] = answer["executionArn"]
        return answer
