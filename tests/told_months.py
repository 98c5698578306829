"""Who left of the watched months, as tests tell it, and scorings of another model."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import sha256_of
from unchurn.pipeline.runs import list_runs, scores_of
from unchurn.project import Project

MARCH, APRIL = "2027-03-01", "2027-04-01"


def own_months(watched: Path, folder: Path) -> Project:
    """Return a copy of the watched months that a test may add outcomes to."""
    shutil.copytree(watched, folder)
    return Project.load(folder)


def risks(project: Project, day: str = MARCH) -> dict[str, float]:
    """Probabilities by customer of the list of a day."""
    line = next(each for each in list_runs(project).lists() if each.as_of == day)
    table = pq.read_table(scores_of(project, line))
    return dict(zip(table.column(0).to_pylist(), table["probability"].to_pylist(), strict=True))


def leavers(project: Project, odds: float = 1.0) -> list[str]:
    """Who left, drawn by what the scores say, or by other odds."""
    draw = np.random.default_rng(4)
    return [
        name for name, p in risks(project).items() if draw.random() < p * odds / (1 - p + p * odds)
    ]


def told(path: Path, header: str, rows: Iterable[tuple[str, str]]) -> str:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Phone", header])
        writer.writerows(rows)
    return str(path)


def days(path: Path, names: Iterable[str], first: str = MARCH, span: int = 30) -> str:
    """Write days of leaving, spread over some days from the first on."""
    begin = date.fromisoformat(first)
    rows = ((name, str(begin + timedelta(at % span))) for at, name in enumerate(names))
    return told(path, "left_on", rows)


def scored_by(project: Project, run: str, other: str, version: int | None) -> Path:
    """Copy a scoring to the run `other`, as another version would have made it; return its scores."""
    runs = project.root / "runs"
    for each in ("batch", "scores"):
        shutil.copytree(runs / run / each, runs / other / each)
    path = runs / other / "scores" / "scores.parquet"
    versions = pa.array([version] * pq.read_metadata(path).num_rows, pa.int64())
    replaced(path, "model_version", "model_version", versions)
    return path


def replaced(path: Path, column: str, name: str, cells: pa.Array) -> None:
    """Put another column in the place of one of the scores."""
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.schema.get_field_index(column), name, cells), path)
    signed(path)


def signed(path: Path) -> None:
    """Put the hash of a file that a test has changed into its manifest."""
    manifest = path.with_name("manifest.json")
    told = json.loads(manifest.read_bytes())
    told["files"][path.name] = sha256_of(path)
    manifest.write_text(json.dumps(told))


def of(found: dict[str, Any], day: str) -> dict[str, Any]:
    return next(each for each in found["scorings"] if each["as_of"] == day)
