"""Start the machine that scores. Any payload will do, such as {"": ""}."""

from __future__ import annotations

from typing import Any

from executions import start
from invocation import logged

ALLOWED: tuple[str, ...] = ("AsOf", "Data")


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"statusCode": 200, "executionArn": …}.

    The event may name the run (`name`), the day on which a history is observed (`AsOf`) and `Data`
    as a training's does. Raises `BadInput`.
    """
    with logged(context) as facts:
        answer: dict[str, Any] = start(event, ALLOWED)
        facts["execution"] = answer["executionArn"]
        return answer
