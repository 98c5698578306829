"""Whether the table that will be scored has the columns that a model is trained on."""

from __future__ import annotations

from dataclasses import replace

from unchurn.artefacts import Finding
from unchurn.errors import UnchurnError
from unchurn.modelling.columns.leak_verdicts import NOT_IN_SCORE_TABLE
from unchurn.project import Project
from unchurn.tables import Table, open_table
from unchurn.tables.matching import fold


def compared(table: Table, project: Project) -> Table:
    """Return `table`, noting the columns that the table of [data] score lacks.

    Such a column will be missing when customers are scored, or is only known afterwards. Nothing
    is said where no such table is named, or where it cannot be read here: scoring says why.
    """
    location = project.data.score
    if not location or "://" in location or location == "-":
        return table
    try:
        coming = open_table(location, project.data, project.folder)
    except (UnchurnError, OSError):
        return table
    found = {fold(name) for name in coming.columns}
    settled = {fold(name) for name in (project.churn.target, *project.columns.drop)}
    lacking = [name for name in table.columns if fold(name) not in found | settled]
    if not lacking or not any(fold(name) in found for name in table.columns):
        return table
    notes = [_finding(name, location, fold(name) == fold(project.churn.id)) for name in lacking]
    return replace(table, notes=[*table.notes, *notes], lacking=tuple(lacking))


def _finding(name: str, location: str, is_id: bool) -> Finding:
    late = "either it is only known after the churn, then put it in [columns] drop, or "
    words = (
        f"{name!r} is not in the table that [data] score names, {location}: "
        f"{'' if is_id else late}that table must get it before it can be scored."
    )
    return Finding(NOT_IN_SCORE_TABLE, "warning", words, name)
