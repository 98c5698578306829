"""Settings that only say something about a model make no other one; nothing new makes no version."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, copy_as_trained, run_unchurn

pytestmark = pytest.mark.slow

Trained = tuple[Path, Ran]
Change = Callable[[Path], None]

COSTS = "[decision]\ncontact_cost = {cost}\nclv = 900\n"


def put(project: Path, sections: str) -> None:
    """Append sections that the project does not have."""
    toml = project / "churn.toml"
    text = toml.read_text().split("\n# appended\n")[0]
    toml.write_text(f"{text}\n# appended\n{sections}")


def train(project: Path) -> Ran:
    ran = run_unchurn("train", "--project", project, "--json")
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture
def project(trained: Trained, telecom: Path, tmp_path: Path) -> Path:
    """A trained project of its own, its table named from anywhere and without costs."""
    made = copy_as_trained(trained[0], tmp_path / "project")
    toml = made / "churn.toml"
    lines = toml.read_text().splitlines()
    kept, skipping = [], False
    for line in lines:
        skipping = line.startswith("[decision]") or (skipping and not line.startswith("["))
        if not skipping:
            named = line.startswith("train = ") and not line.startswith("train = true")
            kept.append(f'train = "{telecom / "customers.csv"}"' if named else line)
    toml.write_text("\n".join(kept) + "\n")
    return made


def model(document: dict[str, Any]) -> bytes:
    return (Path(document["artefacts"]["model"]) / "manifest.json").read_bytes()


def test_other_costs_judge_the_champion_again(project: Path) -> None:
    """No fit, no version, no promotion; the evaluation and the report have the new costs."""
    put(project, COSTS.format(cost=400))
    first = train(project).document
    put(project, COSTS.format(cost=500))
    ran = train(project)
    again = ran.document
    assert "Fitting" not in ran.err
    assert model(again) == model(first)
    assert again["run_id"] != first["run_id"]
    assert (again["version"], again["promoted"], again["champion"]) == (1, False, 1)
    assert again["unchanged"] is True
    assert "Nothing has changed in the model" in ran.err
    assert again["standing"] in ran.err
    told = [Path(each["report"]).read_text() for each in (first, again)]
    assert told[0] != told[1]
    listed = run_unchurn("registry", "list", "--project", project, "--json").document
    assert [each["version"] for each in listed["versions"]] == [1]
    shown = run_unchurn("report", "--project", project, "--json").document
    assert (shown["run_id"], shown["version"]) == (again["run_id"], 1)
    put(project, COSTS.format(cost=400))
    back = train(project)
    assert "Nothing has changed" in back.err
    shown = run_unchurn("report", "--project", project, "--json").document
    assert shown["run_id"] == back.document["run_id"] == first["run_id"]


@pytest.mark.parametrize(
    "sections",
    [
        "[evaluate]\nthreshold = 0.3\nbootstrap = 100\nshap_rows = 50\n",
        '[score]\nreasons = "all"\n',
        '[columns]\nnames = { "custserv calls" = "Calls to us" }\n',
    ],
)
def test_words_and_thresholds_fit_nothing(project: Path, sections: str) -> None:
    """[evaluate], [score] and the names of columns are no part of a model."""
    first = train(project).document
    toml = project / "churn.toml"
    name = sections.split("\n", 1)[0]
    text, rest = toml.read_text(), sections.split("\n", 1)[1]
    if name == "[evaluate]":  # the light configuration has one already
        text = text.replace("[evaluate]\nbootstrap = 100\nshap_rows = 100", "")
    toml.write_text(
        text.replace(name + "\n", sections, 1) if name + "\n" in text else f"{text}\n{name}\n{rest}"
    )
    again = train(project).document
    assert again["run_id"] != first["run_id"]
    assert model(again) == model(first)
    assert (again["version"], again["promoted"], again["unchanged"]) == (1, False, True)


def test_a_table_in_another_place_is_the_same_table(project: Path, telecom: Path) -> None:
    """Where a table lies is no part of a model, and its bytes are no news."""
    first = train(project).document
    shutil.copy(telecom / "customers.csv", project / "moved.csv")
    toml = project / "churn.toml"
    toml.write_text(toml.read_text().replace(str(telecom / "customers.csv"), "moved.csv"))
    again = train(project).document
    assert (again["version"], again["unchanged"]) == (1, True)
    assert model(again) == model(first)


def test_the_champion_is_asked_for_and_not_remembered(project: Path) -> None:
    """A run trained long ago does not say that its version is in charge when another is."""
    first = train(project).document
    toml = project / "churn.toml"
    old = toml.read_text()
    new = old.replace("threads = 1", "threads = 1\nseed = 8")
    toml.write_text(
        new.replace(
            "min_rows = 50", "min_rows = 50\nchampion_tolerance = 0.5\nchampion_tolerance_share = 9"
        )
    )
    second = train(project).document
    assert (second["version"], second["champion"], second["unchanged"]) == (2, 2, False)
    toml.write_text(old)
    back = train(project)
    assert back.document["run_id"] == first["run_id"]
    assert (back.document["version"], back.document["champion"]) == (1, 2)
    assert back.document["promoted"] is False
    assert "not the champion" in back.document["standing"]


def test_a_refusal_is_judged_again_beside_another_champion(project: Path) -> None:
    """Refused for the champion of the day, it passes once a worse one is in charge; asked twice, it stays."""
    toml = project / "churn.toml"
    first = toml.read_text()
    assert train(project).document["champion"] == 1
    strict = first.replace("threads = 1", "threads = 1\nseed = 8")
    strict = strict.replace("min_rows = 50", "min_rows = 50\nmin_absolute_change = 0.02")
    toml.write_text(strict)
    for _ in range(2):
        ran = run_unchurn("train", "--project", project, "--json")
        assert (ran.code, ran.document["version"]) == (4, None), ran.err
        assert "Champion 1 has" in ran.document["words"]
    assert ran.document["unchanged"] is True

    named = [each["column"] for each in importance(ran.document)[:3]]
    toml.write_text(re.sub(r"\ndrop = .*", f"\ndrop = {json.dumps(named)}", first, count=1))
    assert train(project).document["version"] == 2
    assert run_unchurn("registry", "promote", "2", "--project", project).code == 0

    toml.write_text(strict)
    again = train(project).document
    assert again["run_id"] == ran.document["run_id"]
    assert (again["version"], again["promoted"], again["champion"]) == (3, True, 3)
    assert again["unchanged"] is False
    back = train(project).document
    assert (back["version"], back["promoted"], back["unchanged"]) == (3, False, True)


def importance(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = json.loads(Path(document["artefacts"]["evaluation.json"]).read_bytes())
    return list(found["unchurn"]["importance"])
