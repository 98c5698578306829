"""What a run's churn.toml says: to whoever serves its model, and of where its customers are."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from athena_address import SCHEME, read_address
from invocation import Damaged, read_object

LONGEST = 1024
"""Characters that a variable of a SageMaker model holds; one of a transform job holds ten times that."""
_WORDS = 4500


def read_project(bucket: str, key: str) -> dict[str, Any]:
    """Read a churn.toml. Raises `NotThere` or `Damaged`."""
    try:
        return tomllib.loads(read_object(bucket, key).decode())
    except ValueError as error:
        raise Damaged(f"s3://{bucket}/{key} is not TOML: {error}.") from error


def observes(project: dict[str, Any]) -> bool:
    """Tell whether the customers are a history's: what leaving is, is then no label of a table."""
    return bool(project.get("churn", {}).get("event", "label") != "label")


def queries(project: dict[str, Any], bucket: str, run: str) -> dict[str, Any]:
    """Return, for train and for score, what Athena is asked and where its answer lies.

    None where [data] names no address of Athena. Raises `Damaged` for one that cannot be read.
    """
    places = {"train": f"runs/{run}/queried/", "score": f"data/intermediate/{run}/queried/"}
    data = project.get("data", {})
    return {
        key: _query(str(data.get(key, "")), f"s3://{bucket}/{place}")
        for key, place in places.items()
    }


def _query(location: str, place: str) -> dict[str, Any] | None:
    if not location.startswith(SCHEME):
        return None
    try:
        return {**read_address(location).request(place), "location": place}
    except ValueError as error:
        raise Damaged(f"[data] of churn.toml cannot be queried: {error}") from error


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
