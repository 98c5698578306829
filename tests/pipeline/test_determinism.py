"""The same customers, config and seed give the same bytes, however they arrive."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from command_line import Unchurn, add_sections, write_project

KEPT = ("clean", "prepared", "params", "model", "champion", "evaluation", "verdict", "version")


def trained_copy(unchurn: Unchurn, folder: Path, table: Path, extra: str = "") -> dict[str, bytes]:
    """Train a project of its own on a copy of `table`; return the manifest of every artefact."""
    folder.mkdir()
    shutil.copy(table, folder / "customers.csv")
    write_project(folder, folder / "customers.csv")
    if extra:
        add_sections(folder / "churn.toml", extra)
    assert unchurn("train", "--project", folder, "--quiet").code == 0
    (run,) = (folder / ".unchurn" / "runs").iterdir()
    return {name: (run / name / "manifest.json").read_bytes() for name in KEPT}


@pytest.mark.slow
def test_twice_shuffled_and_on_other_engine_threads(
    telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """Running again, shuffling the rows or changing DuckDB's threads changes no byte."""
    table = telecom / "customers.csv"
    first = trained_copy(unchurn, tmp_path / "first", table)
    assert trained_copy(unchurn, tmp_path / "again", table) == first
    header, *rows = table.read_text().splitlines(keepends=True)
    random.Random(3).shuffle(rows)
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text(header + "".join(rows))
    assert trained_copy(unchurn, tmp_path / "other-order", shuffled) == first
    threads = "[engine]\nthreads = 1\nmemory_mb = 256\n"
    assert trained_copy(unchurn, tmp_path / "one-thread", table, threads) == first
