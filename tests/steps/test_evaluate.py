"""evaluate and gate, over a real model of a small table."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prepared_tables import Wanted, prepared
from scored_tables import as_batch
from unchurn import project as config
from unchurn.artefacts import (
    LABEL,
    ROW,
    Champion,
    Evaluation,
    Model,
    Params,
    Prepared,
    ScoringRun,
    Workspace,
    dump_json,
    verify,
)
from unchurn.errors import ConfigError
from unchurn.modelling.fitting.plan import plan
from unchurn.modelling.judging import custom_metrics, metrics
from unchurn.modelling.judging.rules import judge
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.progress import Silent
from unchurn.report.facts import headline
from unchurn.report.wording import money
from unchurn.steps.evaluate import evaluate
from unchurn.steps.gate import gate
from unchurn.steps.score import score
from unchurn.steps.train import train

TRAIN = config.Train(configurations=("shallow",), threads=1)
QUICK = config.Evaluate(bootstrap=100, shap_rows=80)
COSTS = config.Decision(clv=300.0, contact_cost=1.0, incentive_cost=20.0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Prepared, Model, Path]:
    """Prepared rows, a model fitted to them, and the folder the model is published in."""
    folder = tmp_path_factory.mktemp("made")
    table = prepared(folder / "prepared", Wanted(rows=1500))
    size = plan(table.rows["train"], table.rows["train_churned"], 4, 5)
    params = Params([each.to_plain() for each in size.fixed(TRAIN.configurations)])
    target = folder / "model"
    target.mkdir()
    sections = config.Data(), TRAIN, config.Split(), config.Features()
    train(table, params, *sections, Workspace(target), Silent()).save(target)
    return table, Model.load(target), target


def run(
    made: tuple[Prepared, Model, Path],
    folder: Path,
    champion: Champion | None = None,
    asked: config.Evaluate = QUICK,
    decision: config.Decision = COSTS,
    columns: config.Columns = config.Columns(),  # noqa: B008  (frozen)
) -> Evaluation:
    """Evaluate into `folder`, publish it and load it back."""
    folder.mkdir()
    table, model, _ = made
    old = champion or Champion({}, folder)
    churn, rules = config.Churn(target="churn"), config.Gate()
    sections = (churn, columns, TRAIN, asked, rules, decision)
    own = custom_metrics.load(asked.metrics, Path.cwd())
    evaluate(table, model, old, *sections, own, Workspace(folder), Silent()).save(folder)
    return Evaluation.load(folder)


@pytest.fixture(scope="module")
def evaluation(made: tuple[Prepared, Model, Path], tmp_path_factory) -> Evaluation:
    """What evaluate makes without a champion."""
    return run(made, tmp_path_factory.mktemp("evaluated") / "e")


def test_metrics_are_those_of_the_model_on_the_test_rows(made, evaluation):
    """The evaluated boosters, scored on the test rows by hand, give the metrics reported."""
    table, model, _ = made
    live = LiveModel.load(model.evaluated, model.model, model.encoder)
    rows = pq.read_table(table.test)
    p = live.probability(live.margin(live.encoder.transform(rows)))
    wanted = metrics.measure_all(rows[LABEL].to_numpy(), p)
    found = evaluation.evaluation["unchurn"]["metrics"]
    assert {name: each["value"] for name, each in found.items()} == pytest.approx(wanted)
    assert all(each["low"] <= each["value"] <= each["high"] for each in found.values())


def test_every_part_that_a_report_needs_is_there(evaluation):
    """Both roots, out-of-fold metrics, rivals, curves, slices, profit and importance."""
    assert set(evaluation.evaluation) == {"binary_classification_metrics", "unchurn"}
    ours = evaluation.evaluation["unchurn"]
    assert set(ours["out_of_fold"]) == set(ours["metrics"])
    assert set(ours["baselines"]) == {
        "always_no",
        "logistic_regression",
        "champion",
        "anchor",
    }
    assert ours["baselines"]["champion"] is None
    assert ours["metrics"]["log_loss"]["value"] < ours["baselines"]["always_no"]["log_loss"]
    assert {each["column"] for each in ours["slices"]} == {"plan"}
    assert ours["profit"]["best_profit"] > 0
    assert sum(each["share"] for each in ours["importance"]) == pytest.approx(1)
    assert len(ours["shap_summary"][0]["contributions"]) == 80
    assert sum(ours["confusion"].values()) == ours["rows"]["test"]
    dump_json(evaluation.evaluation)


def test_the_headline_is_what_the_list_of_the_same_customers_earned(made, tmp_path):
    """The test customers, scored as a list is, and paid for where it says contact: the headline."""
    table, model, _ = made
    costs = replace(COSTS, clv="minutes", incentive_cost=5.0, currency="EUR")
    found = run(made, tmp_path / "e", decision=costs).evaluation["unchurn"]
    unseen = replace(model, boosters=model.evaluated)
    rows = pq.read_table(table.test)
    numbers = pa.array(np.arange(rows.num_rows) + 1)
    batch = as_batch(tmp_path, rows.add_column(0, ROW, numbers))
    who = ScoringRun("run", None, "training")
    place = Workspace(tmp_path)
    sections = config.Columns(), costs, config.Score(reasons="none"), TRAIN, config.Engine()
    listed = pq.read_table(score(unseen, batch, *sections, who, place, Silent()).scores)
    chosen = np.array(listed["decision"].to_pylist()) == "contact"
    left, value = rows[LABEL].to_numpy() == 1, rows["minutes"].to_numpy()
    saved = costs.accept_rate * (value - costs.incentive_cost) - costs.contact_cost
    earned = np.where(left, saved, -costs.incentive_cost - costs.contact_cost)
    wise = found["profit"]["by_expected_value"]
    assert 10 < wise["contacted"] == chosen.sum() < found["profit"]["customers"]
    assert wise["profit"] == pytest.approx(earned[chosen].sum())
    told = headline(found)
    assert f"the {chosen.sum():,} of " in told
    assert money(abs(earned[chosen].sum()), "EUR") in told


def test_contributions_in_shap_csv_add_up_to_the_margin(made, evaluation):
    """Each row's business columns and base sum to the model's uncalibrated margin."""
    table, model, _ = made
    with evaluation.shap.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["customer", "calls", "joined", "minutes", "plan", "base", "margin"]
    assert len(rows) == 80
    parts = np.array([[float(v) for v in list(row.values())[1:-1]] for row in rows])
    margins = np.array([float(row["margin"]) for row in rows])
    assert np.abs(parts.sum(axis=1) - margins).max() < 1e-12
    live = LiveModel.load(model.evaluated, model.model, model.encoder)
    test = pq.read_table(table.test).slice(0, 80)
    assert margins == pytest.approx(live.margin(live.encoder.transform(test)))
    assert [row["customer"] for row in rows] == test["customer"].to_pylist()


def test_picture_and_page_are_written_with_the_gates_verdict(evaluation):
    """A PNG, and a page that carries the words of the verdict that gate will give."""
    assert evaluation.importance.read_bytes().startswith(b"\x89PNG")
    verdict = judge(evaluation.evaluation, config.Gate())
    assert verdict["verdict"] == "passed"
    assert "The model passed" in evaluation.report.read_text()
    assert gate(evaluation, config.Gate()).verdict == verdict


def test_the_same_inputs_give_the_same_bytes(made, evaluation, tmp_path):
    """Every file of the artefact, twice."""
    again = run(made, tmp_path / "again")
    for name in ("shap", "importance", "report"):
        assert getattr(again, name).read_bytes() == getattr(evaluation, name).read_bytes()
    assert dump_json(again.evaluation) == dump_json(evaluation.evaluation)


def test_a_champion_is_scored_again_on_the_same_rows(made, tmp_path):
    """The model as its own champion has equal metrics, no gain, and is not worse."""
    old = Champion({"version": 4, "run_id": "r", "bundle": "b"}, made[2])
    found = run(made, tmp_path / "e", old)
    ours = found.evaluation["unchurn"]
    champion = ours["baselines"]["champion"]
    assert (champion["version"], champion["comparable"], champion["why"]) == (4, True, "")
    values = {name: each["value"] for name, each in ours["metrics"].items()}
    assert champion["metrics"] == values
    assert champion["log_loss_gain"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert gate(found, config.Gate()).verdict["promote"] is True
    strict = gate(found, config.Gate(min_absolute_change=0.001)).verdict
    assert (strict["verdict"], strict["promote"]) == ("refused", False)


def test_the_champions_own_model_is_not_asked_to_beat_itself(made, tmp_path):
    """Trained anew, or judged by other settings, it passes; refused by another rule, it stays in charge."""
    record = {"version": 4, "run_id": "r", "bundle": verify(made[2])}
    record["anchor"] = {"version": 2, "run_id": "q", "bundle": "c"}
    found = run(made, tmp_path / "e", Champion(record, made[2], made[2]))
    strict = config.Gate(min_absolute_change=0.1, profit=True)
    verdict = gate(found, strict).verdict
    rules = {each["rule"]: each for each in verdict["rules"]}
    own = [
        rules["better than the champion"],
        rules["earns more than the champion's list"],
        rules["not worse than the last that won outright"],
    ]
    assert {each["verdict"] for each in own} == {"does not apply"}
    assert all("is this very model" in each["words"] for each in own)
    assert "It is this very model." in found.report.read_text()
    refused = gate(found, replace(strict, accuracy=0.999)).verdict
    assert refused["verdict"] == "refused"
    assert "It is version 4, the champion, and stays in charge." in refused["words"]
    assert "Nothing was registered" not in refused["words"]


def test_the_anchor_is_scored_again_beside_the_champion(made, tmp_path):
    """The champion where it won outright; another version by its own bundle; a lost one in words."""
    record = {"version": 4, "run_id": "r", "bundle": "b"}
    own = run(made, tmp_path / "own", Champion(record, made[2])).evaluation["unchurn"]["baselines"]
    assert own["anchor"] == own["champion"]
    last = {**record, "anchor": {"version": 2, "run_id": "q", "bundle": "c"}}
    found = run(made, tmp_path / "other", Champion(last, made[2], made[2]))
    anchor = found.evaluation["unchurn"]["baselines"]["anchor"]
    assert anchor == {**own["champion"], "version": 2}
    rules = {each["rule"]: each for each in gate(found, config.Gate()).verdict["rules"]}
    assert rules["not worse than the last that won outright"]["verdict"] == "passed"
    last["anchor"] = {"version": 2, "why": "Its files are gone."}
    found = run(made, tmp_path / "lost", Champion(last, made[2]))
    verdict = gate(found, config.Gate()).verdict
    assert verdict["promote"] is True
    assert any(
        "was not compared: Its files are gone." in each["words"] for each in verdict["rules"]
    )
    assert "was not compared: Its files are gone." in found.report.read_text()


def changed_champion(made, folder: Path, **parts) -> Champion:
    """Publish the model again with some of its parts replaced."""
    replace(made[1], **parts).save(folder)
    return Champion({"version": 2, "run_id": "r", "bundle": "b"}, folder)


def test_a_champion_that_needs_a_lost_column_is_not_compared(made, tmp_path):
    """It says which column is gone; the new model passes but a person promotes it."""
    encoder = json.loads(json.dumps(made[1].encoder).replace('"minutes"', '"zone"'))
    old = changed_champion(made, tmp_path / "old", encoder=encoder)
    found = run(made, tmp_path / "e", old)
    champion = found.evaluation["unchurn"]["baselines"]["champion"]
    assert champion["comparable"] is False
    assert "'zone'" in champion["why"]
    verdict = gate(found, config.Gate()).verdict
    assert (verdict["verdict"], verdict["promote"]) == ("passed", False)


def test_a_champion_is_compared_whatever_headers_are_spelled_now(made, tmp_path):
    """It scores such tables: features and label are found as scoring finds them."""

    def before(plain):
        named = json.dumps(plain).replace('"minutes"', '"Minutes."')
        return json.loads(named.replace('"churn"', '"Churn?"'))

    parts = {"encoder": before(made[1].encoder), "schema": before(made[1].schema)}
    assert parts["encoder"] != made[1].encoder and parts["schema"] != made[1].schema
    found = run(made, tmp_path / "e", changed_champion(made, tmp_path / "old", **parts))
    champion = found.evaluation["unchurn"]["baselines"]["champion"]
    assert (champion["comparable"], champion["why"]) == (True, "")
    assert champion["log_loss_gain"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_a_champion_of_another_target_is_not_compared(made, tmp_path):
    """Two models that answer different questions are not set against each other."""
    schema = json.loads(json.dumps(made[1].schema).replace('"churn"', '"upgrade"'))
    old = changed_champion(made, tmp_path / "old", schema=schema)
    champion = run(made, tmp_path / "e", old).evaluation["unchurn"]["baselines"]["champion"]
    assert champion["comparable"] is False
    assert "'upgrade'" in champion["why"]


QUESTION = {"event": "inactivity", "horizon_days": 30, "since": "2024-01-01"}


@pytest.mark.parametrize(
    ("positive", "asked", "said"),
    [
        ("yes", None, ""),
        (" Yes. ", None, ""),
        ("no", None, "who left is 'no' in 'churn' to it, and 'yes' to the new model"),
        ("yes", {**QUESTION, "since": "2025-01-01"}, ""),
        ("yes", {**QUESTION, "horizon_days": 60}, "horizon_days is 30 and was 60"),
    ],
)
def test_a_champion_of_another_question_is_not_compared(made, tmp_path, positive, asked, said):
    """The target's name is no question: which of its values left is one, and what a history is asked."""
    table, model, folder = made
    if asked:
        model = replace(model, contract={"question": QUESTION})
    contract = {"question": asked} if asked else None
    schema = {**model.schema, "positive": positive}
    old = changed_champion(made, tmp_path / "old", schema=schema, contract=contract)
    found = run((table, model, folder), tmp_path / "e", old)
    champion = found.evaluation["unchurn"]["baselines"]["champion"]
    assert (champion["comparable"], said in champion["why"]) == (not said, True)
    assert gate(found, config.Gate()).verdict["promote"] is not bool(said)


def test_a_champion_of_a_table_is_not_compared_on_a_history(made, tmp_path):
    """What a table's label means is not known, whatever its column is called."""
    table, model, folder = made
    asked = replace(model, contract={"question": QUESTION})
    old = changed_champion(made, tmp_path / "old")
    found = run((table, asked, folder), tmp_path / "e", old).evaluation["unchurn"]
    champion = found["baselines"]["champion"]
    assert champion["why"] == "it was trained on a table and the new model on a history."


def as_columns(schema: dict, **changed: dict) -> dict:
    """Return a plain schema with some parts of its named columns replaced."""
    columns = [{**each, **changed.get(each["name"], {})} for each in schema["columns"]]
    return {**schema, "columns": columns}


NAMELESS = {"customer": {"role": "dropped", "reason": "named in [columns] drop"}}
LEAK = {"role": "dropped", "reason": "it gives the label away: ROC-AUC 1.000"}
IDLE = {"role": "dropped", "reason": "it is the same in every row"}


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ({}, {}, ""),
        (NAMELESS, {}, "split by no id, and these by 'customer'"),
        ({"customer": {"name": "Customer "}}, {}, ""),
        ({"joined": {"role": "snapshot"}}, {}, "split by 'joined', and these by no snapshot"),
        ({"calls": IDLE}, {}, ""),
        (NAMELESS, NAMELESS, ""),
        ({**NAMELESS, "calls": IDLE}, NAMELESS, "without [churn] id the contents"),
        ({**NAMELESS, "calls": {"kind": "category"}}, NAMELESS, "'calls' was not there or"),
        ({**NAMELESS, "calls": LEAK}, NAMELESS, ""),
    ],
)
def test_a_champion_that_may_know_these_customers_is_not_compared(
    made, tmp_path, theirs, ours, said
):
    """Other rows are held out by another id or snapshot, or, where none is named, by other columns.

    A column that is blocked as a leak decided sides too; one that tells nothing did not.
    """
    table, model, folder = made
    model = replace(model, schema=as_columns(model.schema, **ours))
    old = changed_champion(made, tmp_path / "old", schema=as_columns(made[1].schema, **theirs))
    found = run((table, model, folder), tmp_path / "e", old)
    champion = found.evaluation["unchurn"]["baselines"]["champion"]
    assert (champion["comparable"], said in champion["why"]) == (not said, True)
    assert gate(found, config.Gate()).verdict["verdict"] == "passed"


@pytest.mark.parametrize(("theirs", "comparable"), [(0.1, False), (0.2, True), (0.5, True)])
def test_a_champion_of_a_smaller_test_may_know_these_customers(made, tmp_path, theirs, comparable):
    """Sides are nested: those held out now and not then it learnt from, and would win by memory."""
    settings = {**made[1].config, "split": {**made[1].config["split"], "test": theirs}}
    old = changed_champion(made, tmp_path / "old", config=settings)
    found = run(made, tmp_path / "e", old)
    champion = found.evaluation["unchurn"]["baselines"]["champion"]
    assert champion["comparable"] is comparable
    assert (
        "[split] test = 0.1 and these were held out by 0.2" in champion["why"]
    ) is not comparable
    assert gate(found, config.Gate()).verdict["promote"] is comparable


def test_a_damaged_champion_does_not_stop_the_training(made, tmp_path):
    """One changed byte: not compared, and the reason names the file."""
    old = changed_champion(made, tmp_path / "old")
    booster = next((tmp_path / "old" / "evaluated").iterdir())
    booster.write_bytes(booster.read_bytes()[:-1] + b"\x00")
    champion = run(made, tmp_path / "e", old).evaluation["unchurn"]["baselines"]["champion"]
    assert champion["comparable"] is False
    assert booster.name in champion["why"]


def test_a_teams_own_metric_is_reported_with_its_interval(made, tmp_path, monkeypatch):
    """`module:function` from the current folder, under its own name."""
    (tmp_path / "our_metrics_under_test.py").write_text(
        "def caught(labels, probabilities):\n    return labels[probabilities >= 0.5].sum()\n"
    )
    monkeypatch.chdir(tmp_path)
    asked = replace(QUICK, metrics=("our_metrics_under_test:caught",))
    found = run(made, tmp_path / "e", asked=asked).evaluation["unchurn"]
    caught = found["custom"]["our_metrics_under_test:caught"]
    assert caught["value"] == found["confusion"]["tp"]
    assert caught["low"] < caught["value"] < caught["high"]


def test_columns_named_loosely_are_found_and_unknown_ones_named(made, tmp_path):
    """Slices and the value column are matched as forgivingly as everywhere else."""
    asked = replace(QUICK, slices=(" Calls ",))
    decision = replace(COSTS, clv="MINUTES")
    columns = config.Columns(allow=("plan",))
    found = run(made, tmp_path / "e", asked=asked, decision=decision, columns=columns)
    ours = found.evaluation["unchurn"]
    assert {each["column"] for each in ours["slices"]} == {"calls"}
    assert ours["profit"]["customers"] < ours["rows"]["test"]
    assert ours["project"]["allowed"] == ["plan"]
    asked = replace(QUICK, slices=("Minutes",))  # two spellings of one column
    both = run(made, tmp_path / "both", asked=asked, decision=decision, columns=columns)
    assert {each["column"] for each in both.evaluation["unchurn"]["slices"]} == {"minutes"}
    with pytest.raises(ConfigError, match="'region'"):
        run(made, tmp_path / "bad", asked=replace(QUICK, slices=("region",)))


def test_without_costs_no_profit_is_claimed(made, tmp_path):
    """[decision] left empty gives no profit, and the page is written all the same."""
    found = run(made, tmp_path / "e", decision=config.Decision())
    assert found.evaluation["unchurn"]["profit"]["given"] is False
    assert found.report.stat().st_size > 10_000


def test_suspects_are_measured_and_said(made, evaluation, tmp_path):
    """A column that may be a leak: what it brings is in the document, the verdict and the page."""
    table, model, folder = made
    words = "'minutes' is used, but nobody knows when it is written."
    finding = {
        "code": "leak-purity",
        "severity": "warning",
        "words": words,
        "column": "minutes",
        "count": 0,
    }
    found = run((replace(table, findings=[finding]), model, folder), tmp_path / "e")
    suspects = found.evaluation["unchurn"]["suspects"]
    assert suspects["columns"] == ["minutes"]
    assert suspects["with"]["roc_auc"] > suspects["without"]["roc_auc"]
    verdict = gate(found, config.Gate()).verdict
    assert "Suspected: 'minutes'" in verdict["words"]
    assert "Suspected: " in found.report.read_text(encoding="utf-8")
    assert evaluation.evaluation["unchurn"]["suspects"] == {}


def test_a_protected_trait_is_measured_and_said(made, evaluation, tmp_path):
    """What it moves and what leaving it out costs: in the document, the verdict and the page."""
    said = config.Columns(protected={"Minutes": "age"}, names={"minutes": "Time on the phone"})
    found = run(made, tmp_path / "e", columns=said)
    protected = found.evaluation["unchurn"]["protected"]
    assert [(each["column"], each["trait"]) for each in protected["columns"]] == [
        ("minutes", "age")
    ]
    assert protected["cost"]["low"] > 0
    assert protected["with"]["roc_auc"] > protected["without"]["roc_auc"]
    words = gate(found, config.Gate()).verdict["words"]
    assert "Protected: 'minutes' (age) makes" in words
    page = found.report.read_text(encoding="utf-8")
    assert "Time on the phone" in page
    assert evaluation.evaluation["unchurn"]["protected"] == {}
