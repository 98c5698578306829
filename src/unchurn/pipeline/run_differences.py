"""What differs between two runs: the model, the customers, their scores, what their watches say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.modelling.watching.moved import COLUMNS, deciles, moved
from unchurn.pipeline.runs import RunLine, list_runs, scores_of
from unchurn.project import Project
from unchurn.registry import ModelStore

_FIELDS = ("as_of", "model_version", "model_run_id", "bundle", "table", "customers", "rejected")
_MORE = ("mean_score", "level", "reasons")
_NO_ID = "Customers cannot be followed from one list to the other: the table has no id."
_OTHER_ID = "Customers cannot be followed: one list has {!r} as its id, the other {!r}."


def compare_runs(
    project: Project, first: str, second: str, store: ModelStore | None = None
) -> dict[str, Any]:
    """Return the document of ``unchurn runs compare``: `second` beside `first`, ids of runs.

    Keys: ``first``, ``second`` (the lines), ``differs`` ({what: [first, second]}), ``deciles`` ([first,
    second], customers by decile), ``customers`` (see `moved`; None where they cannot be followed) and
    ``cannot`` (why, in words). Raises `ConfigError` for a run that is not there, `ArtefactError` where its scores
    have changed.
    """
    runs = list_runs(project, store)
    lines = [runs.find(name) for name in (first, second)]
    lists = [_list(scores_of(project, each)) for each in lines]
    cannot = _cannot(lists)
    return {
        "schema_version": 1,
        "first": lines[0].to_plain(),
        "second": lines[1].to_plain(),
        "differs": _differs(*lines),
        "deciles": [deciles(each) for each in lists],
        "customers": None if cannot else moved(lists[0], lists[1]),
        "cannot": cannot,
    }


def _list(path: Path) -> pa.Table:
    return pq.read_table(path, columns=[pq.read_schema(path).names[0], *COLUMNS])


def _cannot(lists: list[pa.Table]) -> str:
    keys = [each.schema.names[0] for each in lists]
    if "row_number" in keys:
        return _NO_ID
    return "" if keys[0] == keys[1] else _OTHER_ID.format(*keys)


def _differs(first: RunLine, second: RunLine) -> dict[str, list[Any]]:
    here, there = first.to_plain(), second.to_plain()
    found = {name: [here[name], there[name]] for name in (*_FIELDS, *_MORE)}
    for name in ("customers", "value"):
        sides = [(each["contact"] or {}).get(name) for each in (here, there)]
        found[f"contact_{name}"] = sides
    return {name: sides for name, sides in found.items() if sides[0] != sides[1]}
