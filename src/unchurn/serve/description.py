"""What the server says about itself: its model, the columns it reads, the limits it keeps."""

from __future__ import annotations

import math
from typing import Any

from unchurn.artefacts import Column
from unchurn.modelling.fitting.booster import xgboost
from unchurn.serve.limits import Limits
from unchurn.serve.request_options import MOST_REASONS, READ, WRITTEN
from unchurn.serve.scoring import Scoring
from unchurn.tables.arrivals import needed_columns
from unchurn.tables.forms import WHOLE
from unchurn.version import VERSION


def version_document(scoring: Scoring) -> dict[str, Any]:
    """Return what GET /version answers."""
    run = scoring.scorer.run
    return {
        "model_version": run.model_version,
        "model_run_id": run.model_run_id,
        "bundle_sha256": scoring.identity,
        "unchurn": VERSION,
        "xgboost": xgboost().__version__,
    }


def schema_document(scoring: Scoring, limits: Limits) -> dict[str, Any]:
    """Return what GET /schema answers."""
    columns = [_column(scoring, column) for column in read_columns(scoring)]
    return {
        "id": scoring.scorer.key,
        "columns": columns,
        "example": {each["name"]: _shown(each) for each in columns},
        "rows_without_header": [list(layout) for layout in scoring.typing.layouts],
        "formats": {"read": list(READ), "written": list(WRITTEN)},
        "limits": {"bytes": limits.bytes, "rows": limits.rows, "reasons": MOST_REASONS},
    }


def read_columns(scoring: Scoring) -> list[Column]:
    """Return the columns that a customer needs: id, features and value, in file order."""
    order = {column.name: place for place, column in enumerate(scoring.typing.schema.columns)}
    needed = needed_columns(scoring.typing.schema, scoring.typing.clv)
    return sorted(needed, key=lambda column: order.get(column.name, len(order)))


def _shown(column: dict[str, Any]) -> Any:
    """Show a cell that is accepted: the usual one, or an id."""
    return "A-1001" if column["role"] == "id" else column.get("usual")


def _usual(typical: float | str | None, column: Column) -> float | str | None:
    """Show the number below a median between two, where a fraction would be a stranger."""
    if isinstance(typical, float) and WHOLE in (column.forms or ()):
        return float(math.floor(typical))
    return typical


def _column(scoring: Scoring, column: Column) -> dict[str, Any]:
    parts = {part.name: part for part in scoring.scorer.live.encoder.parts}
    part = parts.get(column.name)
    role = "value" if column.role == "feature" and part is None else column.role
    said: dict[str, Any] = {"name": column.name, "kind": column.kind, "role": role}
    if column.epoch:
        said["epoch"] = column.epoch
    if column.name in scoring.typing.optional:
        said["optional"] = True
    if part is not None:
        said["usual"] = _usual(part.typical, column)
        said |= {"values": list(part.values)} if part.is_category else {}
    return said
