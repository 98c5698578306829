"""`unchurn uplift`: from campaigns that are over to a ranking by what contact changes."""

from __future__ import annotations

import csv
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, Unchurn

LATER = "2100-01-01"


@pytest.fixture
def month(tmp_path: Path) -> Path:
    """A month of 2,400 customers, enough to learn from."""
    from unchurn.demo import write_demo

    write_demo(tmp_path / "month", customers=60, fresh=2400)
    return tmp_path / "month" / "this_month.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def monthly(path: Path) -> set[str]:
    """Whoever pays by the month: of them contact keeps many, all others it annoys."""
    return {each["Phone"] for each in rows(path) if each["Contract"].strip().lower() == "monthly"}


@pytest.fixture
def campaign(unchurn: Unchurn, costed_project: Path, month: Path, tmp_path: Path) -> Any:
    """Run a campaign of everybody, half of them left alone, with outcomes of known effects."""

    def run(name: str, moved: float, annoyed: float, seed: int = 1) -> Path:
        toml = costed_project / "churn.toml"
        toml.write_text(toml.read_text().replace("clv = 500.0", "clv = 50000.0"))
        out = tmp_path / f"{name}.csv"
        fixed = ("--project", costed_project, "--out", out)
        asked = ("--data", month, "--holdout", 0.5, "--starts", "2026-01-01")
        made = unchurn("target", "--name", name, *fixed, *asked)
        assert made.code == 0, made.err
        ran = unchurn("campaign", "export", name, "--members", *fixed)
        assert ran.code == 0, ran.err
        draw = random.Random(seed).random
        path, by_month = tmp_path / f"{name}-outcomes.csv", monthly(month)
        with path.open("w") as stream:
            stream.write("Phone,churned,accepted\n")
            for each in rows(out):
                change = moved if each["customer"] in by_month else annoyed
                chance = 0.4 + change * (each["arm"] == "contact")
                left = "yes" if draw() < chance else "no"
                accepted = "" if each["arm"] == "control" else "yes" if draw() < 0.1 else "no"
                stream.write(f"{each['customer']},{left},{accepted}\n")
        return path

    return run


@pytest.fixture
def uplift(unchurn: Unchurn, costed_project: Path) -> Any:
    def run(*words: object) -> Ran:
        return unchurn("uplift", "--project", costed_project, "--quiet", *words)

    return run


@pytest.mark.slow
def test_from_outcomes_to_a_list_by_effect(
    campaign: Any, uplift: Any, unchurn: Unchurn, costed_project: Path, month: Path, tmp_path: Path
) -> None:
    """Accepted; the next list holds whom contact keeps, and says so; whom it annoys are left out."""
    told = campaign("spring", -0.35, 0.3)
    early = uplift("--as-of", LATER)
    assert early.code == 3
    assert "spring: no outcomes are known of one of its groups" in early.err
    given = unchurn("campaign", "outcomes", "spring", "--data", told, "--project", costed_project)
    assert given.code == 0, given.err
    assert "spring: it is not over until" in uplift("--as-of", "2026-01-02").err

    made = uplift("--as-of", LATER)
    assert made.code == 0, made.err
    assert "spring: " in made.out
    assert "Contact moves some customers more than others" in made.out
    assert "they are not to be disturbed" in made.out
    again = uplift("--as-of", LATER, "--json").document
    assert again["accepted"]
    assert again["qini"]["low"] > 0
    folder = Path(again["uplift"])
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} <= {".json", ".ubj"}

    next_ = (
        "target", "--project", costed_project, "--data", month, "--capacity", 100,
        "--starts", "2030-01-01",
    )  # fmt: skip
    asked = ("--project", costed_project, "--data", month, "--capacity", 100, "--json")
    foreseen = unchurn("campaign", "power", *asked).document
    listed = unchurn(*next_, "--name", "summer", "--out", tmp_path / "summer.csv")
    assert listed.code == 0, listed.err
    assert "Ranked by uplift × value" in listed.out
    assert "left out: contact makes customers like them leave (do not disturb)" in listed.out
    contacted = {each["Phone"] for each in rows(tmp_path / "summer.csv")}
    assert len(contacted & monthly(month)) > 90
    summary = json.loads((tmp_path / "summer.csv.campaign.json").read_text())
    assert (foreseen["customers"], foreseen["control"]) == (summary["drawn"], summary["control"])
    risk = sum(
        each["contacted"] * each["risk_contacted"] + each["control"] * each["risk_control"]
        for each in summary["strata"]
    )
    assert foreseen["churn_rate"] == pytest.approx(risk / summary["drawn"]), "of the same customers"
    assert summary["uplift"]["campaigns"] == ["spring"]
    assert summary["uplift"]["sha256"] == again["sha256"]
    (rate,) = summary["accept_rates"]
    assert rate["used"] == "assumed"
    assert rate["assumed"] == pytest.approx(again["accept_rate"])
    assert rate["measured"] != pytest.approx(rate["assumed"], rel=0.1)
    (offer,) = summary["offers"]
    assert offer["accept_rate"] == rate["assumed"]
    assert "Ranked by uplift × value" in (tmp_path / "summer.csv.campaign.html").read_text()
    assert unchurn(*next_, "--name", "summer", "--out", tmp_path / "summer.csv").code == 0

    # a damaged one is said, with what to do
    kept = (folder / "uplift.json").read_bytes()
    (folder / "uplift.json").write_bytes(kept + b" ")
    damaged = unchurn(*next_, "--name", "autumn", "--out", tmp_path / "autumn.csv")
    assert damaged.code == 1
    assert "unchurn uplift --fresh" in damaged.err
    (folder / "uplift.json").write_bytes(kept)

    # what a campaign was chosen by may be gone: then it is given
    shown = unchurn("campaign", "show", "spring", "--project", costed_project, "--json").document
    run = shown["run_id"]
    shutil.rmtree(costed_project / ".unchurn" / "runs" / run)
    gone = uplift("--as-of", LATER)
    assert gone.code == 3
    assert "give them with --data" in gone.err
    back = uplift("--as-of", LATER, "--data", month, "--json")
    assert back.code == 0, back.err
    assert back.document["qini"] == again["qini"]


@pytest.mark.slow
def test_an_effect_that_is_alike_is_refused(
    campaign: Any, uplift: Any, unchurn: Unchurn, costed_project: Path, month: Path, tmp_path: Path
) -> None:
    """Cannot tell: the next campaign is ranked by risk × value, as if nothing had been learned."""
    told = campaign("spring", -0.1, -0.1)
    assert unchurn("campaign", "outcomes", "spring", "--data", told, "--project", costed_project).code == 0  # fmt: skip
    made = uplift("--as-of", LATER)
    assert made.code == 0, made.err
    assert "Cannot tell whom contact moves more than others" in made.out
    assert "The rule stays risk × value" in made.out
    listed = unchurn(
        "target", "--project", costed_project, "--data", month, "--capacity", 10, "--name", "summer",
        "--starts", "2030-01-01", "--out", tmp_path / "summer.csv", "--json",
    )  # fmt: skip
    assert listed.code == 0, listed.err
    assert listed.document["uplift"] is None
    assert listed.document["ranked_words"] == ""


def test_without_campaigns_there_is_nothing_to_learn(uplift: Any) -> None:
    """The next move is said, and nothing is written."""
    ran = uplift()
    assert ran.code == 3
    assert "There is no campaign to learn from (the ledger has none)" in ran.err
    assert "unchurn campaign outcomes" in ran.err
    assert uplift("--as-of", "someday").code == 2


@pytest.mark.slow
def test_too_few_outcomes_are_refused(
    unchurn: Unchurn, uplift: Any, costed_project: Path, telecom: Path, tmp_path: Path
) -> None:
    """Forty customers teach nothing: counts are said, and how many are needed."""
    fixed = ("--project", costed_project, "--out", tmp_path / "few.csv")
    asked = ("--data", telecom / "this_month.csv", "--capacity", 20, "--holdout", 0.3)
    assert unchurn("target", "--name", "few", *fixed, *asked, "--starts", "2026-01-01").code == 0
    assert unchurn("campaign", "export", "few", "--members", *fixed).code == 0
    lines = [f"{each['customer']},{'yes' if at % 3 else 'no'}" for at, each in enumerate(rows(tmp_path / "few.csv"))]  # fmt: skip
    (tmp_path / "told.csv").write_text("\n".join(["Phone,churned", *lines]) + "\n")
    told = ("--data", tmp_path / "told.csv", "--project", costed_project)
    assert unchurn("campaign", "outcomes", "few", *told).code == 0
    ran = uplift("--as-of", LATER)
    assert ran.code == 3
    assert "Outcomes are too few to learn whom contact moves" in ran.err
    assert "At least 200 of each group" in ran.err
