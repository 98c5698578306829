"""What the functions share: one line of JSON an invocation, errors with a name, checked reading.

The names of the errors are what Step Functions shows as the error of the state.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

ABSENT = ("ResourceNotFound", "ValidationException")
"""How SageMaker says that a job does not exist: as documented, and as it does."""


class BadInput(Exception):  # noqa: N818 (Step Functions shows the name)
    """What was passed to the function cannot be used."""


class NotThere(Exception):  # noqa: N818
    """What the function was sent to read does not exist."""


class Damaged(Exception):  # noqa: N818
    """What the function read is not what it should be."""


@contextmanager
def logged(context: Any, **facts: Any) -> Iterator[dict[str, Any]]:
    """Write what the block did, or what went wrong, as one line of JSON; raise it on.

    `facts` are names and numbers, never a customer's data; the block may add to them.
    """
    began, outcome = time.monotonic(), "done"
    try:
        yield facts
    except Exception as error:
        outcome = "failed"
        facts |= {"error": type(error).__name__, "words": str(error)}
        raise
    finally:
        request = str(getattr(context, "aws_request_id", ""))
        seconds = round(time.monotonic() - began, 3)
        line = {"outcome": outcome, "request": request, "seconds": seconds, **facts}
        sys.stdout.write(json.dumps(line, default=str) + "\n")


def text(event: Any, key: str) -> str:
    """Return a text of the event. Raises `BadInput` naming what was there instead."""
    found = event.get(key) if isinstance(event, dict) else None
    if not isinstance(found, str) or not found:
        raise BadInput(f"{key} is {found!r}; it must be a text that is not empty.")
    return found


def read_object(bucket: str, key: str) -> bytes:
    """Read an object of the bucket. Raises `NotThere`."""
    s3 = client("s3")
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey as error:
        raise NotThere(f"There is no s3://{bucket}/{key}.") from error


def read_json(bucket: str, key: str) -> dict[str, Any]:
    """Read a JSON object of the bucket. Raises `NotThere` or `Damaged`."""
    try:
        found = json.loads(read_object(bucket, key))
    except ValueError as error:
        raise Damaged(f"s3://{bucket}/{key} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise Damaged(f"s3://{bucket}/{key} is not a JSON object.")
    return found


@cache
def client(service: str) -> Any:
    """Return the client of a service, made once for as long as the function stays warm."""
    import boto3
    from botocore.config import Config

    return boto3.client(service, config=Config(retries={"mode": "standard", "max_attempts": 5}))
