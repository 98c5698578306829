"""The demo's history: the same bytes everywhere, with its traps in it."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from unchurn.demo.subscriptions import HEADERS, TODAY, write_history
from unchurn.history import Question
from unchurn.project import Project


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_it_is_the_same_history_everywhere(tmp_path: Path) -> None:
    """Two writings are equal, and its churn.toml is valid."""
    for name in ("a", "b"):
        write_history(tmp_path / name, customers=80)
    hashes = [
        [
            hashlib.sha256((tmp_path / each / f"{name}.csv").read_bytes()).hexdigest()
            for name in HEADERS
        ]
        for each in ("a", "b")
    ]
    assert hashes[0] == hashes[1]
    assert Question.of(Project.load(tmp_path / "a").churn).event == "subscription-ends"


def test_the_traps_are_in_it(tmp_path: Path) -> None:
    """Notices before the end, returns, renewals, late rows, a score dated back, nothing unborn."""
    write_history(tmp_path, customers=200)
    periods = _rows(tmp_path, "subscriptions")
    assert any(row["notice_given"] and row["notice_given"] < row["ended"] for row in periods)
    assert len({row["customer"] for row in periods}) < len(periods)
    assert any(row["arrived"] > row["at"][:10] for row in _rows(tmp_path, "logins"))
    red = [row for row in _rows(tmp_path, "accounts") if row["health"] == "red"]
    assert red
    assert all(row["since"] < row["arrived"] for row in red)
    last = max(row["at"] for row in _rows(tmp_path, "logins"))
    assert last > TODAY
    told = [row["notice_given"] or row["ended"] for row in periods]
    assert all(each <= last for each in told if each)
