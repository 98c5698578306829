"""The history of an execution, as it is asked for: in pages, newest first, without its data.

moto answers whatever is asked with all of it. See GetExecutionHistory in the API of Step Functions.
"""

from __future__ import annotations

from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around

_PAGE, _MOST, _TOKEN = 100, 1000, "after-"
_DATA = frozenset({"input", "inputDetails", "output", "outputDetails"})


def patches(cloud: Cloud) -> list[Patch]:
    """Return what answers for histories."""
    from moto.stepfunctions.responses import StepFunctionResponse

    return [around(StepFunctionResponse, "get_execution_history", _page)]


def _page(original: Any, api: Any) -> Any:
    from moto.core.responses import ActionResult

    answer = original(api)
    back, last = bool(api._get_param("reverseOrder")), _last(api._get_param("nextToken"))
    every = answer.result["events"][:: -1 if back else 1]
    events = [each for each in every if not last or (each["id"] - last) * (-1 if back else 1) > 0]
    most = min(int(api._get_param("maxResults") or _PAGE), _MOST)
    found, more = events[:most], len(events) > most
    token = {"nextToken": f"{_TOKEN}{found[-1]['id']}"} if more else {}
    if api._get_param("includeExecutionData") is False:
        found = [_bare(event) for event in found]
    return ActionResult({**answer.result, "events": found, **token})


def _last(token: str | None) -> int:
    """Return the last event of the page before, 0 for none. Raises what is answered for a token of no page."""
    from moto.core.exceptions import AWSError

    number = (token or f"{_TOKEN}0").removeprefix(_TOKEN)
    if not number.isdecimal():
        raise AWSError(f"Invalid Token: '{token}'", "InvalidToken")
    return int(number)


def _bare(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event without what went in and came out."""
    return {
        name: {key: told for key, told in value.items() if key not in _DATA}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }
