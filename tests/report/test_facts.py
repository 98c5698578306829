"""Facts rest on figures that exist."""

from __future__ import annotations

from example_evaluation import evaluation

from unchurn.report.facts import base_rate, customers, headline, quality


def test_a_model_worse_than_the_champion_is_said_to_be() -> None:
    """More log loss than the champion's reads as more, not less."""
    found = evaluation()["unchurn"]
    found["metrics"]["log_loss"]["value"] = 0.2549
    fact = quality(found)[-1]
    assert fact.figure == "10% more"
    assert "miss what happened by 10% more than the champion's (version 3)" in fact.sentence


def test_a_model_as_good_as_the_champion_is_neither_better_nor_worse() -> None:
    """The same log loss is not "0% more"."""
    found = evaluation()["unchurn"]
    found["metrics"]["log_loss"]["value"] = 0.2317
    assert quality(found)[-1].figure == "no change"


def test_a_loss_is_never_sold_as_a_profit() -> None:
    """Where no threshold pays, the fact is to contact nobody."""
    found = evaluation()["unchurn"]
    found["profit"] = {"given": True, "best_profit": 0.0, "best_threshold": 1.0, "customers": 10}
    assert headline(found) == "At these costs, contacting nobody is the best choice"


def test_the_base_rate_comes_from_counts_or_the_confusion_matrix() -> None:
    """Row counts first, then the confusion matrix, then nothing."""
    assert base_rate({"rows": {"test": 200, "test_churned": 30}}) == 0.15
    assert base_rate({"confusion": {"tp": 5, "fn": 5, "fp": 10, "tn": 80}}) == 0.1
    assert base_rate({"rows": {"test": 0, "test_churned": 0}}) is None


def test_no_figures_no_facts() -> None:
    """Nothing measured gives no sentence, least of all one with a dash in it."""
    assert customers({}) == quality({}) == []
    assert headline({}) == "This model says who is about to leave"
    every = {name: {"value": None, "low": None, "high": None} for name in ("roc_auc", "ece")}
    assert customers({"metrics": every}) == quality({"metrics": every}) == []


def test_the_headline_is_a_sentence_about_money_or_the_riskiest_tenth() -> None:
    """And what it says is not said again right below it."""
    found = evaluation()["unchurn"]
    assert headline(found).startswith("Contacting those at ")
    assert len(customers(found)) == 3
    found["profit"] = {"given": False}
    assert headline(found).startswith("Of the riskiest tenth, 8 in 10 left")
    assert not any("riskiest tenth" in fact.sentence for fact in customers(found))


def test_one_customer_is_one_customer() -> None:
    """Never "1 customers"."""
    found = {"rows": {"test": 1, "test_churned": 1}}
    assert customers(found)[0].sentence == "Judged on 1 customer, of whom 1 left."
