"""Facts rest on figures that exist."""

from __future__ import annotations

from example_evaluation import evaluation

from unchurn.report.facts import base_rate, customers, headline, quality
from unchurn.report.page import render
from unchurn.report.tables import metrics, plans, rule


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
    """Where the list contacts nobody it says so, and what it lost is called lost."""
    found = evaluation()["unchurn"]
    found["profit"]["by_expected_value"] = {"contacted": 0, "profit": 0.0}
    assert headline(found).startswith("At these costs, the list would contact nobody")
    found["profit"]["by_expected_value"] = {"contacted": 12, "profit": -310.0}
    assert headline(found).endswith("whom the list would pick would have lost 310 EUR")


def test_the_headline_is_the_lists_profit_and_never_hindsight() -> None:
    """The best cut may have earned more: it stands in the table, named as known only afterwards."""
    found = evaluation()["unchurn"]
    assert found["profit"]["best_profit"] > found["profit"]["by_expected_value"]["profit"]
    told = headline(found)
    assert told == (
        "Contacting the 171 of 1,400 customers whom the list would pick would have earned 10,904 EUR"
    )
    first, *others = plans(found)
    assert (first["plan"], first["contacted"], first["profit"]) == ("The list", "171", "10,904 EUR")
    assert others[-1]["plan"].startswith("The best cut, known only afterwards: all from ")
    assert "do not plan with it" in rule(found)


def test_rows_are_called_rows_where_customers_have_several() -> None:
    """The title, the churn rate, the plans and the rule; none of them says that a row is a customer."""
    found = evaluation()["unchurn"]
    found["customers"] = {"all": 466, "churned": 60, "stayed": 410}
    told = headline(found)
    assert told.startswith(
        "Contacting the 171 of 1,400 rows that the list would pick would have earned"
    )
    assert told.endswith("10,904 EUR, were each row a customer of its own")
    judged, tenth, fifth = (fact.sentence for fact in customers(found))
    assert judged.startswith("Judged on 1,400 rows of 466 customers; ")
    assert tenth.startswith("Of the riskiest tenth of rows, 8 in 10 left")
    assert fifth.endswith("of all rows of who left.")
    assert rule(found).startswith("Some customers have several rows here.")
    page = render({"unchurn": found}, {}, "")
    assert '<th scope="col" class="number">Rows</th>' in page
    assert "customers whom the list" not in page
    assert "or more, a row counts as leaving" in page
    assert not rule(evaluation()["unchurn"]).startswith("Some")
    found["customers"] = {"all": 1_390, "churned": 180, "stayed": 1_210}
    assert "1,400 customers whom" in headline(found), "two of one id are no customers of many rows"


def test_the_expected_maximum_profit_is_a_measure_with_its_meaning() -> None:
    """It stands in the table of measures, and no sentence rests on it."""
    found = evaluation()["unchurn"]
    assert metrics(found)[-1]["term"] != "EMPC"
    found["profit"]["expected_maximum_profit"] = 7.25
    last = metrics(found)[-1]
    assert (last["term"], last["value"]) == ("EMPC", "7.25 EUR")
    assert len(last["beside"]) == len(metrics(found)[0]["beside"])
    assert "EMPC" not in rule(found)


def test_an_evaluation_from_before_the_rule_was_named_is_still_told() -> None:
    """No currency, no rule: plain numbers, and no paragraph about the rule."""
    found = evaluation()["unchurn"]
    del found["profit"]["currency"], found["profit"]["rule"]
    assert headline(found).endswith("would have earned 10,904")
    assert rule(found) == ""


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
    assert headline(found).startswith("Contacting the 171 of ")
    assert len(customers(found)) == 3
    found["profit"] = {"given": False}
    assert headline(found).startswith("Of the riskiest tenth, 8 in 10 left")
    assert not any("riskiest tenth" in fact.sentence for fact in customers(found))


def test_one_customer_is_one_customer() -> None:
    """Never "1 customers"."""
    found = {"rows": {"test": 1, "test_churned": 1}}
    assert customers(found)[0].sentence == "Judged on 1 customer, of whom 1 left."
