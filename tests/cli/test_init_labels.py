"""What init makes of a target, check makes of it too: whole tables, only churn.toml between."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unchurn.cli.init import run_init
from unchurn.errors import UnchurnError
from unchurn.pipeline.training import inspect
from unchurn.progress import Silent
from unchurn.project import Project

N = 400
DAY = "2024-0{}-1{}"
TABLES: dict[str, tuple[str, Callable[[bool, int], str]]] = {
    "german": ("Kündigung", lambda left, n: "ja" if left else "nein"),
    "french letters": ("Résilié", lambda left, n: "O" if left else "N"),
    "japanese": ("解約フラグ", lambda left, n: "はい" if left else "いいえ"),
    "joined": ("Customer Status", lambda left, n: "Churned" if left else ("Stayed", "Joined")[n % 9 == 0]),
    "subscription": ("status", lambda left, n: ("canceled", "expired")[n % 2] if left else ("active", "past_due")[n % 3 == 0]),
    "unknown": ("churned", lambda left, n: "unknown" if n % 20 == 0 else "T" if left else "F"),
    "blank": ("churned", lambda left, n: "Yes" if left else ""),
    "day": ("churn_date", lambda left, n: DAY.format(1 + n % 6, n % 10) if left else ""),
    "never": ("cancelled_at", lambda left, n: DAY.format(1 + n % 6, n % 10) if left else "9999-12-31"),
    "reason": ("churn_reason", lambda left, n: ("price", "service")[n % 2] if left else ""),
}  # fmt: skip
OPEN: dict[str, tuple[str, Callable[[bool, int], str], dict[str, Any]]] = {
    "risk": (
        "churn_risk_score",
        lambda left, n: str(4 + n % 2 if left else 1 + n % 3),
        {"target": "churn_risk_score", "positive": ("4", "5"), "negative": ("*",)},
    ),
    "codes": ("churn", lambda left, n: "2" if left else "1", {"positive": "2"}),
    "minus": ("churn", lambda left, n: "1" if left else str(-(n % 2)), {"positive": "1", "ignore": ("-1",)}),
    "words": ("churn", lambda left, n: "High" if left else "Low", {"positive": "High"}),
    "vague reason": ("churn_reason", lambda left, n: ("price", "unknown")[n % 2] if left else "", {"positive": ("*", "unknown")}),
}  # fmt: skip
FLAGS = {
    "target": "",
    "positive": "",
    "id": "",
    "negative": (),
    "ignore": (),
    "drop": [],
    "keep": (),
}


def made(folder: Path, name: str, value: Callable[[bool, int], str]) -> Path:
    """A table in which every fourth customer or so has left."""
    draw = random.Random(4)
    lines = [f"customer_id,tenure,fee,{name}"]
    for n in range(N):
        tenure = draw.randint(0, 60)
        left = draw.random() < 0.45 - tenure / 150
        lines.append(f"K{n:05d},{tenure},{draw.uniform(5, 90):.2f},{value(left, n)}")
    path = folder / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def both(folder: Path, table: Path, **flags: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Init's document, and the rows that check counts with the churn.toml it wrote."""
    stated: dict[str, dict[str, Any]] = {"data": {}, "columns": {}}
    project = folder / "p"
    document = run_init(table, {**FLAGS, **flags}, stated, project, False, Silent()).document
    clean, prepared, _ = inspect(Project.load(project))
    assert clean.rows["read"] == clean.rows["kept"] + sum(clean.rows["dropped"].values())
    return document, prepared.rows | {"dropped": clean.rows["dropped"]}


@pytest.mark.parametrize("kind", TABLES)
def test_what_init_infers_check_reads(tmp_path: Path, kind: str) -> None:
    """The same customers have left, and the same are left out."""
    name, value = TABLES[kind]
    document, rows = both(tmp_path, made(tmp_path, name, value))
    assert document["target"] == name
    labels = document["labels"]
    assert rows["train_churned"] + rows["test_churned"] == labels["churned"]
    assert rows["train"] + rows["test"] == labels["churned"] + labels["stayed"]
    assert rows["dropped"].get("label ignored", 0) == labels["ignored"]
    assert rows["dropped"].get("missing label", 0) == labels["missing"]


@pytest.mark.parametrize("kind", OPEN)
def test_what_stays_open_is_asked_and_flags_settle_it(tmp_path: Path, kind: str) -> None:
    """Nothing is guessed: the error has the flag, and with it the table is read."""
    name, value, flags = OPEN[kind]
    table = made(tmp_path, name, value)
    with pytest.raises(UnchurnError) as caught:
        both(tmp_path, table)
    assert "--positive" in caught.value.hint
    document, rows = both(tmp_path, table, **flags)
    assert rows["train_churned"] + rows["test_churned"] == document["labels"]["churned"]
