"""What Lambda puts beside a function whose code stands in its template: the module `cfnresponse`.

It is read as text and zipped with the function; there it is called ``cfnresponse.py``.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(
    event: dict[str, Any],
    context: Any,
    responseStatus: str,  # noqa: N803 - as the functions that call it say it
    responseData: Any,  # noqa: N803
    physicalResourceId: str | None = None,  # noqa: N803
    noEcho: bool = False,  # noqa: N803
    reason: str | None = None,
) -> None:
    """Answer CloudFormation, which waits for it at the address that the event names."""
    answer = json.dumps(
        {
            "Status": responseStatus,
            "Reason": reason or f"See the log stream {context.log_stream_name}",
            "PhysicalResourceId": physicalResourceId or context.log_stream_name,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "NoEcho": noEcho,
            "Data": responseData,
        }
    ).encode()
    request = Request(  # noqa: S310 - the address is CloudFormation's own
        event["ResponseURL"], data=answer, method="PUT", headers={"content-type": ""}
    )
    try:
        with urlopen(request) as response:  # noqa: S310
            print("Status code:", response.status)  # noqa: T201 - into the function's log
    except OSError as error:
        print("send(..) failed executing the request:", error)  # noqa: T201
