"""Losses that the gate tolerates one by one do not add up over versions."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, run_unchurn
from unchurn.project import Project
from unchurn.registry import open_registry

RULE = "not worse than the last that won outright"
SEEDS = (7, 8, 9)


def train(project: Path, seed: int, tolerance: float, code: int = 0) -> dict[str, Any]:
    toml = project / "churn.toml"
    text = re.sub(r"\n(seed|champion_tolerance(?:_share)?) = .*", "", toml.read_text())
    text = text.replace("[train]\n", f"[train]\nseed = {seed}\n", 1)
    gate = f"[gate]\nchampion_tolerance = {tolerance}\nchampion_tolerance_share = 9\n"
    toml.write_text(text.replace("[gate]\n", gate, 1))
    ran = run_unchurn("train", "--project", project, "--json")
    assert ran.code == code, ran.err
    return ran.document


def rule(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in document["rules"] if each["rule"] == name)


def downhill(project: Path) -> tuple[list[int], float]:
    """Return the seeds, best first, and a tolerance above each step and below both together.

    Which seed is the best is a matter of the libraries' versions.
    """
    losses = {seed: train(project, seed, 1.0)["metrics"]["log_loss"]["value"] for seed in SEEDS}
    best, middle, worst = sorted(losses, key=losses.__getitem__)
    steps = losses[middle] - losses[best], losses[worst] - losses[middle]
    return [best, middle, worst], (max(steps) + sum(steps)) / 2


@pytest.mark.slow
def test_a_walk_downhill_ends_at_the_second_step(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path
) -> None:
    """Better than the champion's tolerance, worse than the mark's; a damaged mark is said."""
    project, table = tmp_path / "project", telecom / "customers.csv"
    project.mkdir()
    text = (trained[0] / "churn.toml").read_text()
    (project / "churn.toml").write_text(
        re.sub(r'\ntrain = ".*"', f'\ntrain = "{table}"', text, count=1)
    )
    (first, a_little, more), tolerance = downhill(
        Path(shutil.copytree(project, tmp_path / "tried"))
    )
    assert train(project, first, tolerance)["version"] == 1
    second = train(project, a_little, tolerance)
    assert (second["version"], second["promoted"]) == (2, True)
    assert rule(second, RULE)["verdict"] == "does not apply"
    assert second["baselines"]["anchor"] == second["baselines"]["champion"]

    third = train(project, more, tolerance, code=4)
    assert (third["version"], third["champion"]) == (None, 2)
    assert rule(third, "not worse than the champion")["verdict"] == "passed"
    assert rule(third, RULE)["verdict"] == "refused"
    told = r"worse than version 1, the last that won outright, by 0\.0\d\d\d"
    assert re.search(told, third["words"])
    assert re.search(told, Path(third["report"]).read_text())

    registry = open_registry(Project.load(project).root)
    assert [each.entry.lineage["anchor"] for each in registry.records()] == [None, 1]
    shutil.rmtree(registry.get(1).folder(Project.load(project).root))
    again = train(project, more, tolerance * 1.01)
    assert (again["version"], again["champion"]) == (3, 3)
    assert rule(again, RULE)["verdict"] == "does not apply"
    assert "Version 1, the last that won outright, was not compared" in rule(again, RULE)["words"]
    assert registry.get(3).entry.lineage["anchor"] == 2
