"""A trained model that passed its gate becomes a version, and champion if the rule says so."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from invocation import BadInput, Damaged, client, logged, read_json, text
from model_card import write_card
from registration import RegistryRefused, register
from registry_items import Table, persist


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"version", "promoted", "words", "unchanged"}; nothing new gets its version back.

    The event holds `run_id`, `model_name`, `model_data_url`, `image` and `training_job`. Raises
    `BadInput`, `NotThere`, `Damaged`, `RegistryRefused` for a model that did not pass, and
    `RegistryBusy` when trying again may help.
    """
    with logged(context) as facts:
        names = ("run_id", "model_name", "model_data_url", "image", "training_job")
        run, *rest = (text(event, name) for name in names)
        facts |= {"run_id": run, "training_job": event["training_job"]}
        place = dict(zip(names[1:], rest, strict=True))
        offer = read_json(os.environ["BUCKET"], f"runs/{run}/record/record.json")
        if offer.get("verdict") != "passed" or not offer.get("entry"):
            raise RegistryRefused(f"Run {run!r} did not pass its gate: {offer.get('verdict')!r}.")
        try:
            entry = {**offer["entry"], "bundle": _key(place["model_data_url"])}
            terms = offer["promote"] is True, offer["against"]
            if entry["run_id"] != run or len(entry["bundle_sha256"]) != 64:
                raise Damaged(f"The record of run {run!r} is of run {entry['run_id']!r}.")
        except (KeyError, TypeError) as error:
            raise Damaged(f"The record of run {run!r} lacks {error}.") from error
        table = Table(client("dynamodb"), os.environ["REGISTRY_TABLE"])
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        by = "the training workflow"
        made: dict[str, Any] = persist(lambda: register(table, entry, *terms, at, by, **place))
        facts |= {
            "version": made["version"],
            "promoted": made["promoted"],
            "unchanged": made["unchanged"],
            "card": write_card(run, offer.get("card"), made["version"]),
        }
        return made


def _key(url: str) -> str:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or bucket != os.environ["BUCKET"] or not key:
        raise BadInput(f"model_data_url is {url!r}; it must be an object of the stack's bucket.")
    return key
