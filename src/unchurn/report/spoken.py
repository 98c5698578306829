"""An evaluation in people's words: columns under the names that [columns] names gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import reading


def spoken(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evaluation's root ``unchurn`` with columns called as people call them.

    Findings and the verdict keep the table's names: who acts on them opens the table.
    """
    project = reading.mapping(found.get("project"))
    names = {str(k): reading.text(v) for k, v in reading.mapping(project.get("names")).items()}
    if not names:
        return dict(found)
    told = {key: _listed(project.get(key), names) for key in ("features", "allowed", "actionable")}
    single = {key: _called(project.get(key), names) for key in ("target", "id", "snapshot")}
    charted = {
        key: _rows(found.get(key), names) for key in ("importance", "shap_summary", "slices")
    }
    protected = dict(reading.mapping(found.get("protected")))
    if protected:
        protected["columns"] = _rows(protected.get("columns"), names)
        alone = reading.mapping(protected.get("apart"))
        protected["apart"] = {_called(name, names): cost for name, cost in alone.items()}
    made = {**found, **charted, "project": {**project, **told, **single}}
    return {**made, "protected": protected} if "protected" in found else made


def _called(column: Any, names: Mapping[str, str]) -> Any:
    return names.get(column, column) if isinstance(column, str) else column


def _listed(columns: Any, names: Mapping[str, str]) -> list[Any]:
    return [_called(each, names) for each in reading.items(columns)]


def _rows(rows: Any, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{**row, "column": _called(row.get("column"), names)} for row in reading.rows(rows)]
