"""What endpoints captured in the hours before a moment, listed for the job that reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from invocation import BadInput, client, text
from layout import CAPTURE, RunLayout

_VARIANT = "AllTraffic/"
_HOUR = timedelta(hours=1)
_LONGEST = 24 * 90
"""Hours after which the bucket's lifecycle deletes what was captured."""


def list_captured(event: Any, bucket: str, run: str) -> int:
    """Write a manifest of what was captured in the `hours` before `until`; return how many objects it names.

    Both are the event's. Hours are whole, in UTC, as SageMaker names its folders; the last before `until` is left
    to the next run, for calls come into the bucket some minutes late. Raises `BadInput`.
    """
    hours = event.get("hours")
    if isinstance(hours, bool) or not isinstance(hours, int) or not 0 < hours <= _LONGEST:
        raise BadInput(f"hours is {hours!r}; it must be a whole number from 1 to {_LONGEST}.")
    end = _moment(text(event, "until")).replace(minute=0, second=0, microsecond=0) - _HOUR
    names = [key.removeprefix(CAPTURE) for key in _between(bucket, end - hours * _HOUR, end)]
    body = json.dumps([{"prefix": f"s3://{bucket}/{CAPTURE}"}, *names]).encode()
    key = f"{RunLayout(run).artefact('captured')}manifest.json"
    client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    return len(names)


def _between(bucket: str, start: datetime, end: datetime) -> Iterator[str]:
    pages = client("s3").get_paginator("list_objects_v2")
    folders = pages.paginate(Bucket=bucket, Prefix=CAPTURE, Delimiter="/").search("CommonPrefixes")
    for folder in [f"{each['Prefix']}{_VARIANT}" for each in folders if each]:
        first, last = (f"{folder}{each:%Y/%m/%d/%H}/" for each in (start, end))
        for page in pages.paginate(Bucket=bucket, Prefix=folder, StartAfter=first):
            keys = [each["Key"] for each in page.get("Contents", [])]
            yield from (key for key in keys if key < last)
            if keys and keys[-1] >= last:
                break


def _moment(said: str) -> datetime:
    """Read a day, from its midnight in UTC, or a moment with its offset: as the job reads it that is started then."""
    try:
        found = datetime.fromisoformat(said)
        if found.tzinfo:
            return found.astimezone(UTC)
        if said == found.date().isoformat():
            return found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise BadInput(
        f"until is {said!r}, which is neither a day nor a moment with its offset. "
        "Write AsOf as 2027-03-01, or as 2027-03-01T05:00:00Z."
    )
