"""What a run's campaign takes from the ledger, and what it leaves there and in the bucket."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

from campaign_events import Event, campaigns_of, checked, following, kept_name
from event_table import KEPT, EventTable
from invocation import client, read_json
from serving_settings import read_project

EXCLUDED = "data/exclude/"
"""Where lists of ids that must not be contacted lie."""
CAMPAIGNS = "data/campaigns/"
"""Where campaigns are published, each below its run."""
_LATE = {"came_to": "late", "words": ""}


def open_for(run: str) -> dict[str, Any]:
    """Put what the ledger knows, and the lists of whom not to contact, into the folder of a run."""
    bucket = os.environ["BUCKET"]
    project = read_project(bucket, f"runs/{run}/project/churn.toml")
    if not project.get("aws", {}).get("campaign", False):
        return {"asked": False}
    events, folder = _events(_table()), f"runs/{run}/ledger/"
    standing = [each for each in campaigns_of(events).values() if not each["cancelled"]]
    for each in standing:
        for sha256 in (each["members_sha256"], *each["told"]):
            _copy(KEPT + kept_name(sha256), f"{folder}kept/{kept_name(sha256)}")
    for key in _below(EXCLUDED):
        _copy(key, f"{folder}exclude/{key.removeprefix(EXCLUDED)}")
    told = {"today": datetime.now(UTC).date().isoformat(), "events": events}
    body = json.dumps(told).encode()
    client("s3").put_object(Bucket=bucket, Key=f"{folder}ledger.json", Body=body)
    return {"asked": True}


def enter(run: str) -> dict[str, Any]:
    """Write the campaign that the job chose, once; its list is published when it stands in the ledger.

    Returns what it came to: ``entered``, ``nobody`` where nobody is left to contact, ``late`` where the
    ledger was changed since it was opened; and words for people.
    """
    offered = read_json(os.environ["BUCKET"], f"runs/{run}/entry/entry.json")
    if "nobody" in offered:
        return {"came_to": "nobody", "words": offered["nobody"]}
    campaign, number = json.loads(offered["text"]), int(offered["number"])
    table = _table()
    events = _events(table)
    if not _is_known(events, campaign):
        if len(events) != number - 1:
            return _LATE
        name = kept_name(campaign["members_sha256"])
        _copy(f"runs/{run}/entry/kept/{name}", KEPT + name)
        if not table.append(number, *following(offered["text"], events)):
            return _LATE
    folder = f"runs/{run}/campaign/"
    for key in _below(folder):
        _copy(key, f"{CAMPAIGNS}{run}/{key.removeprefix(folder)}")
    return {"came_to": "entered", "words": campaign["summary"]["words"]}


def _is_known(events: list[Event], campaign: dict[str, Any]) -> bool:
    """Tell whether an invocation that was cut short had entered it."""
    same = ("name", "request_sha256", "campaign_sha256")
    found = campaigns_of(events).values()
    return any(all(each[key] == campaign[key] for key in same) for each in found)


def _table() -> EventTable:
    return EventTable(client("dynamodb"), os.environ["REGISTRY_TABLE"])


def _events(table: EventTable) -> list[Event]:
    found: list[Event] = checked([Event(*row) for row in table.events()])
    return found


def _below(prefix: str) -> list[str]:
    """List the objects below a prefix, but for markers of folders."""
    s3, keys = client("s3"), []
    more: dict[str, str] = {}
    while True:
        page = s3.list_objects_v2(Bucket=os.environ["BUCKET"], Prefix=prefix, **more)
        keys += [each["Key"] for each in page.get("Contents", [])]
        if not page["IsTruncated"]:
            return [key for key in keys if not key.endswith("/")]
        more = {"ContinuationToken": page["NextContinuationToken"]}


def _copy(source: str, target: str) -> None:
    bucket = os.environ["BUCKET"]
    client("s3").copy_object(
        CopySource={"Bucket": bucket, "Key": source},
        Bucket=bucket,
        Key=target,
        TaggingDirective="REPLACE",
    )
