"""What a run's campaign, or its outcomes, takes from the ledger, and leaves there and in the bucket."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

from campaign_events import Event, campaigns_of, checked, following, kept_name, published_as
from event_table import KEPT, EventTable
from hidden_files import is_mark
from invocation import BadInput, NotThere, client, read_json
from layout import CAMPAIGNS, EXCLUDED, TOLD
from serving_settings import read_project

_TRIES = 5
"""How often an event is added when others are faster."""


def open_for(run: str) -> dict[str, Any]:
    """Put what the ledger knows, and the lists of whom not to contact, into the folder of a run."""
    bucket = os.environ["BUCKET"]
    project = read_project(bucket, f"runs/{run}/project/churn.toml")
    if not project.get("aws", {}).get("campaign", False):
        return {"asked": False}
    events = _events(_table())
    _hand_over(run, events, list(campaigns_of(events)))
    for key in _below(EXCLUDED):
        _copy(key, f"runs/{run}/ledger/exclude/{key.removeprefix(EXCLUDED)}")
    return {"asked": True}


def look_for(run: str, key: str) -> dict[str, Any]:
    """Put what the ledger knows, and a file that landed among outcomes, into the folder of a run.

    Returns the folder of the campaign, as it is named below `CAMPAIGNS`; of the mark of a delivery, which
    is no file of them, none. Raises `BadInput`.
    """
    folder, _, name = key.removeprefix(CAMPAIGNS).partition(f"/{TOLD}")
    if not key.startswith(CAMPAIGNS) or not name:
        raise BadInput(f"key is {key!r}; it must be a file below {CAMPAIGNS}NAME/{TOLD}.")
    name = name.rpartition("/")[2]
    if is_mark(name):
        return {"folder": ""}
    events = _events(_table())
    _hand_over(run, events, [_number_of(folder, events)])
    _copy(key, f"runs/{run}/told/{name}")
    return {"folder": folder}


def _hand_over(run: str, events: list[Event], numbers: list[int]) -> None:
    """Put every event into the folder of a run, and of the campaigns of `numbers` what events name, too."""
    folder = f"runs/{run}/ledger/"
    for number, each in campaigns_of(events).items():
        if number in numbers and not each["cancelled"]:
            for sha256 in (each["members_sha256"], *each["told"]):
                _copy(KEPT + kept_name(sha256), f"{folder}kept/{kept_name(sha256)}")
    told = {"today": datetime.now(UTC).date().isoformat(), "events": events}
    body = json.dumps(told).encode()
    client("s3").put_object(Bucket=os.environ["BUCKET"], Key=f"{folder}ledger.json", Body=body)


def enter(run: str, folder: str) -> dict[str, Any]:
    """Write what the job adds to the ledger, once; what it made is published when that stands there.

    `folder` is that of the campaign below `CAMPAIGNS`. Returns what it came to: ``entered``, ``nobody``
    where nobody is left to contact, ``late`` where others changed since it was opened what the job
    went by; and words for people.
    """
    offered = read_json(os.environ["BUCKET"], f"runs/{run}/entry/entry.json")
    if "nobody" in offered:
        return {"came_to": "nobody", "words": offered["nobody"]}
    if not _stands(run, folder, offered):
        return {"came_to": "late", "words": ""}
    made = f"runs/{run}/campaign/"
    for key in _below(made):
        _copy(key, f"{CAMPAIGNS}{folder}/{key.removeprefix(made)}")
    summary = json.loads(offered.get("text", "{}")).get("summary", {})
    return {"came_to": "entered", "words": summary.get("words", "")}


def _stands(run: str, folder: str, offered: dict[str, Any]) -> bool:
    """Tell whether what a job made is as the ledger is.

    The event that it adds, if any, stands there then: added now, or before this was cut short. Raises
    `NotThere`.
    """
    table, text = _table(), offered.get("text", "")
    plain = json.loads(text or "{}")
    for _ in range(_TRIES):
        events = _events(table)
        if _overtaken(folder, offered, events):
            return False
        if not text or any(each.text == text for each in events):
            return True
        name = kept_name(plain.get("members_sha256") or plain["told_sha256"])
        _copy(f"runs/{run}/entry/kept/{name}", KEPT + name)
        if table.append(len(events) + 1, *following(text, events)):
            return True
    return False


def _overtaken(folder: str, offered: dict[str, Any], events: list[Event]) -> bool:
    """Tell whether others changed what a job went by: of outcomes, what is told of the same campaign.

    Customers of a campaign are chosen by the whole ledger, but its event once it stands binds.
    """
    text, number = offered.get("text", ""), int(offered.get("number", len(events) + 1))
    plain = json.loads(text or "{}")
    if plain.get("kind") == "campaign":
        return len(events) != number - 1 and all(each.text != text for each in events)
    about = plain.get("campaign") or _number_of(folder, events)
    since = [json.loads(each.text) for each in events[number - 1 :] if each.text != text]
    return len(events) < number - 1 or any(each.get("campaign") == about for each in since)


def _number_of(folder: str, events: list[Event]) -> int:
    """Return the number of the campaign that a folder below `CAMPAIGNS` is of, 0 where there is none."""
    numbers = {each["name"]: number for number, each in campaigns_of(events).items()}
    return int(numbers.get(published_as(folder, list(numbers)), 0))


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
    """Copy an object. Raises `NotThere`."""
    bucket, s3 = os.environ["BUCKET"], client("s3")
    place = {"Bucket": bucket, "Key": source}
    try:
        s3.copy_object(CopySource=place, Bucket=bucket, Key=target, TaggingDirective="REPLACE")
    except s3.exceptions.NoSuchKey as error:
        raise NotThere(f"There is no s3://{bucket}/{source}.") from error
