"""``unchurn score``: what it ends by saying, and lists that people read."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command_line import Ran, Unchurn, add_sections, copy_as_trained, run_unchurn
from unchurn.artefacts import Evaluation, Model, ScoringRun
from unchurn.modelling.judging.rules import judge
from unchurn.project import Gate
from unchurn.report.page import render
from unchurn.serve.csv_payloads import Headers, read_csv
from unchurn.serve.limits import LIVE
from unchurn.serve.refusals import Faults
from unchurn.serve.scoring import Scoring

Trained = tuple[Path, Ran]
COSTS = '\n[decision]\nclv = 300.0\ncontact_cost = 4.0\nincentive_cost = 20.0\ncurrency = "EUR"\n'


@pytest.fixture(scope="module")
def costed(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained project with costs, in euros."""
    folder = tmp_path_factory.mktemp("costed") / "project"
    copy_as_trained(trained[0], folder)
    add_sections(folder / "churn.toml", COSTS)
    return folder


@pytest.fixture(scope="module")
def month(telecom: Path) -> tuple[str, Path]:
    """The flag that names this month's customers."""
    return "--data", telecom / "this_month.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.slow
def test_a_score_ends_by_saying_how_many_to_contact(costed, month, tmp_path: Path) -> None:
    """The last line on stderr counts the list's own rows and adds up what they are worth."""
    out = tmp_path / "list.csv"
    ran = run_unchurn("score", "--project", costed, *month, "--out", out)
    rows = rows_of(out)
    worth = [float(row["expected_value"]) for row in rows if row["decision"] == "contact"]
    said = ran.err.strip().splitlines()[-1]
    assert 0 < len(worth) < len(rows)
    assert said == (
        f"Contact {len(worth):,} of {len(rows):,} customers: expected to bring in "
        f"{sum(worth):,.0f} EUR more than contacting them costs."
    )
    told = run_unchurn("score", "--project", costed, *month, "--out", out, "--json").document
    assert told["contact_words"] == said
    assert (told["contact"]["currency"], told["arrangement"]) == ("EUR", None)
    words = ("--customer", rows[0]["Phone"], *month)
    assert "EUR)" in run_unchurn("explain", "--project", costed, *words).out


@pytest.mark.slow
def test_without_costs_the_key_is_named(
    trained: Trained, month, unchurn: Unchurn, tmp_path
) -> None:
    """Nothing was given: in [decision] clv."""
    words = ("--project", trained[0], *month, "--out", tmp_path / "list.csv")
    said = unchurn("score", *words).err.strip().splitlines()[-1]
    assert said.startswith("Whom to contact is not said, for [decision] clv is not given")
    refused = unchurn("score", *words, "--sort", "expected_value")
    assert (refused.code, "[decision] clv is not given" in refused.err) == (2, True)


@pytest.mark.slow
def test_the_first_of_a_list_sorted_and_rounded(costed, month, tmp_path: Path) -> None:
    """CSV and Parquet alike: the dearest ten, by what they are worth, in two decimals."""
    whole = tmp_path / "whole.csv"
    run_unchurn("score", "--project", costed, *month, "--out", whole)
    rows = sorted(rows_of(whole), key=lambda row: (-float(row["expected_value"]), row["Phone"]))
    for name in ("top.csv", "top.parquet"):
        out = tmp_path / name
        words = ("--out", out, "--top", 10, "--round", 2)
        ran = run_unchurn("score", "--project", costed, *month, *words)
        assert ran.code == 0, ran.err
        assert "The list holds 10 of " in ran.out and "by expected_value" in ran.out
        got = rows_of(out) if name == "top.csv" else pq.read_table(out).to_pylist()
        assert [row["Phone"] for row in got] == [row["Phone"] for row in rows[:10]]
        wanted = [round(float(row["expected_value"]), 2) for row in rows[:10]]
        assert [float(row["expected_value"]) for row in got] == pytest.approx(wanted, abs=0.0051)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--top", 0), "--top is 0"),
        (("--top", -3), "--top is -3"),
        (("--round", 20), "between 1 and 10"),
        (("--sort", "risk"), "Choose one of 'probability'"),
    ],
)
def test_a_list_that_cannot_be_is_no_list(trained: Trained, month, tmp_path, words, said) -> None:
    """Refused before anything is scored, and nothing is written."""
    out = tmp_path / "list.csv"
    ran = run_unchurn("score", "--project", trained[0], *month, "--out", out, *words)
    assert (ran.code, said in ran.err, out.exists()) == (2, True, False), ran.err


@pytest.mark.slow
def test_more_than_everybody_is_everybody(trained: Trained, month, tmp_path: Path) -> None:
    """A top larger than the list is the whole list, by risk where there are no costs."""
    out = tmp_path / "list.csv"
    run_unchurn("score", "--project", trained[0], *month, "--out", out, "--top", 99_999)
    rows = rows_of(out)
    assert len(rows) == len(rows_of(month[1]))
    chances = [float(row["probability"]) for row in rows]
    assert chances == sorted(chances, reverse=True)


def _judged_before_the_rename(run: Path) -> None:
    """Put back what an evaluation held when a list still said ``leave``."""
    found = Evaluation.load(run / "evaluation")
    ours = found.evaluation["unchurn"]
    ours["profit"] = {
        "given": True,
        "contacted": 120,
        "best_threshold": 0.4,
        "best_profit": 900.0,
        "thresholds": [0.4, 0.9],
        "profit": [900.0, 10.0],
        "by_expected_value": {"contacted": 130, "profit": 850.0, "decisions": ["contact", "leave"]},
        "customers": 500,
        "sensitivity": [],
    }
    found.save(run / "evaluation")


def _trained_before_the_rename(run: Path) -> None:
    """Put the costs back into the bundle, which held them, without a currency."""
    bundle = Model.load(run / "model")
    old = {"clv": 300.0, "contact_cost": 4.0, "incentive_cost": 20.0, "accept_rate": 0.3}
    replace(bundle, config={**bundle.config, "decision": old}).save(run / "model")


@pytest.mark.slow
def test_what_was_made_before_the_rename_is_still_used(costed, trained, month, tmp_path) -> None:
    """An old run is scored, reported, explained, served and judged; lists say the new words."""
    project = tmp_path / "project"
    shutil.copytree(costed, project)
    name = trained[1].document["run_id"]
    run = project / ".unchurn" / "runs" / name
    _judged_before_the_rename(run)
    customer = ("--customer", rows_of(month[1])[0]["Phone"])
    explained = run_unchurn("explain", "--project", project, *month, *customer)
    assert explained.code == 0, explained.err
    _trained_before_the_rename(run)
    out, page = tmp_path / "list.csv", tmp_path / "report.html"
    scored = run_unchurn("score", "--project", project, *month, "--run", name, "--out", out)
    assert scored.code == 0, scored.err
    assert {row["decision"] for row in rows_of(out)} == {"contact", "do not contact"}
    told = run_unchurn("report", "--project", project, "--run", name, "--out", page)
    assert told.code == 0, told.err
    evaluation = Evaluation.load(run / "evaluation").evaluation
    verdict = judge(evaluation, Gate(min_rows=100))
    assert "would have chosen 130 of them and earned 850; the gate judges" in verdict["words"]
    assert "130 of 500 customers whom the list" in render(evaluation, verdict, "Old")
    serving = Scoring.of(run / "model", ScoringRun("r", None, name))
    sent = read_csv(month[1].read_bytes(), Headers(True, None, None), Faults(), LIVE)
    assert {"contact"} <= set(serving.score(sent).rows["decision"].to_pylist())
    model = Model.load(run / "model")
    assert model.config["decision"].get("currency") is None
