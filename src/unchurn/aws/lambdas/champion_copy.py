"""Bundles of registered versions, put into a run's folder: the champion's and the anchor's."""

from __future__ import annotations

import json
from typing import Any

from invocation import NotThere, client
from last_winner import last_winner
from registry_items import Table


def anchor(table: Table, champion: dict[str, Any], bucket: str, folder: str) -> dict[str, Any]:
    """Hand over the last version that won outright as {"anchor": …}; {} where it is the champion.

    Where its model cannot be had, "why" says so, and the gate repeats it.
    """
    number = champion["version"]
    last = last_winner(number, lambda each: _lineage(table.version(each)))
    return {} if last == number else {"anchor": _had(table, last, bucket, f"{folder}anchor/")}


def _lineage(found: dict[str, Any] | None) -> dict[str, Any] | None:
    return dict(json.loads(found["entry"])["lineage"]) if found else None


def _had(table: Table, number: int, bucket: str, folder: str) -> dict[str, Any]:
    found = table.version(number)
    if not (found and found.get("model_data_url")):
        return {"version": number, "why": f"The registry has no model of version {number}."}
    try:
        return handed_over(found, bucket, folder)
    except NotThere as error:
        return {"version": number, "why": str(error)}


def handed_over(found: dict[str, Any], bucket: str, folder: str) -> dict[str, Any]:
    """Copy a version's model into `folder`; return its record. Raises `NotThere`."""
    _copy(found["model_data_url"], bucket, f"{folder}model.tar.gz")
    sha256 = json.loads(found["entry"])["bundle_sha256"]
    return {"version": found["version"], "run_id": found["run_id"], "bundle": sha256}


def _copy(url: str, bucket: str, key: str) -> None:
    s3 = client("s3")
    where, _, what = url.removeprefix("s3://").partition("/")
    try:
        s3.copy_object(CopySource={"Bucket": where, "Key": what}, Bucket=bucket, Key=key,
                       TaggingDirective="REPLACE")  # fmt: skip
        s3.head_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        raise NotThere(f"The model {url} could not be copied: {error}.") from error
