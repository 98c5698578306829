"""What a run's churn.toml says: to whoever serves its model, and of where its customers are."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from athena_address import SCHEME, read_address
from invocation import Damaged, read_object
from layout import RunLayout

LONGEST = 1024
"""Characters that a variable of a SageMaker model holds; one of a transform job holds ten times that."""
_WORDS = 4500


def read_project(bucket: str, key: str) -> dict[str, Any]:
    """Read a churn.toml. Raises `NotThere` or `Damaged`."""
    try:
        return tomllib.loads(read_object(bucket, key).decode("utf-8-sig"))
    except ValueError as error:
        raise Damaged(f"s3://{bucket}/{key} is not TOML: {error}.") from error


def observes(project: dict[str, Any]) -> bool:
    """Tell whether the customers are a history's: what leaving is, is then no label of a table."""
    return bool(project.get("churn", {}).get("event", "label") != "label")


def query(project: dict[str, Any], bucket: str, run: str, key: str) -> dict[str, Any] | None:
    """Return what Athena is asked for [data] `key`, train or score, and where its answer lies.

    None where that is no address of Athena, or the customers are a history's. Raises `Damaged` for
    an address that cannot be read.
    """
    location = str(project.get("data", {}).get(key, ""))
    if observes(project) or not location.startswith(SCHEME):
        return None
    place = f"s3://{bucket}/{RunLayout(run).queried(key)}"
    try:
        return {**read_address(location).request(place), "location": place}
    except ValueError as error:
        raise Damaged(f"[data] {key} of churn.toml cannot be queried: {error}") from error


def settings_of(project: dict[str, Any]) -> str:
    """Return the sections columns, decision and score as JSON."""
    said = project.get("columns", {})  # a variable holds 10,240 characters: longer words stay away
    words = {k: v for k, v in said.items() if k in ("actionable", "names") and len(str(v)) < _WORDS}
    return json.dumps({"columns": words, **{k: project.get(k, {}) for k in ("decision", "score")}})


def environment(run: str, settings: str) -> dict[str, str]:
    """Return the variables of the model that `run` makes: settings in as many as they need."""
    parts = [settings[at : at + LONGEST] for at in range(0, len(settings), LONGEST)]
    named = {f"UNCHURN_SETTINGS_{number}": each for number, each in enumerate(parts, 1)}
    return {"UNCHURN_MODEL_RUN_ID": run, **named}
