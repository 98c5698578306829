"""The gate's rules, one verdict at a time."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest

from unchurn.modelling.judging.rules import judge
from unchurn.modelling.scoring.profit import RULE
from unchurn.project import Gate


def interval(value: float | None, width: float = 0.02) -> dict[str, float | None]:
    if value is None:
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": value - width, "high": value + width}


GOOD: dict[str, Any] = {
    "unchurn": {
        "project": {"features": ["calls", "plan"]},
        "confusion": {"tp": 60, "fp": 20, "tn": 880, "fn": 40},
        "findings": [],
        "metrics": {
            "roc_auc": interval(0.85),
            "average_precision": interval(0.6),
            "log_loss": interval(0.25),
            "accuracy": interval(0.94),
            "brier": interval(0.07),
            "ece": interval(0.01, 0.005),
            "lift_top_decile": interval(5.0),
            "recall_at_capacity": interval(0.5),
        },
        "baselines": {
            "always_no": {"roc_auc": 0.5, "log_loss": 0.325},
            "logistic_regression": {},
            "champion": None,
        },
    }
}


def changed(**parts: Any) -> dict[str, Any]:
    """GOOD with metrics, or whole parts of the root, replaced."""
    made = copy.deepcopy(GOOD)
    for name, value in parts.items():
        place = made["unchurn"]
        (place["metrics"] if name in place["metrics"] else place)[name] = value
    return made


def champion(log_loss: float, **parts: Any) -> dict[str, Any]:
    theirs = {"version": 3, "comparable": True, "why": "", "metrics": {"log_loss": log_loss}}
    made = copy.deepcopy(GOOD)
    made["unchurn"]["baselines"]["champion"] = {**theirs, **parts}
    return made


def rule(verdict: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in verdict["rules"] if name in each["rule"])


@pytest.mark.parametrize(
    ("earned", "words"), [(1900.0, "earned 1,900 EUR"), (-40.0, "lost 40 EUR")]
)
def test_the_words_say_what_the_lists_rule_earned_and_that_no_rule_judges_it(earned, words):
    """Named as in the list; a loss is said and refuses nothing."""
    found = copy.deepcopy(GOOD)
    wise = {"contacted": 120, "profit": earned}
    found["unchurn"]["profit"] = {"by_expected_value": wise, "currency": "EUR"}
    verdict = judge(found, Gate())
    assert verdict["verdict"] == "passed"
    assert f"to contact {RULE}, would have chosen 120 of them and {words}" in verdict["words"]
    assert "by_expected_value" not in str(judge(GOOD, Gate()))
    found["unchurn"]["customers"] = {"all": 400, "churned": 50, "stayed": 350}
    of_rows = judge(found, Gate())["words"]
    assert f"to contact {RULE}, would have chosen 120 of the rows and {words}" in of_rows
    assert "were each row a customer of its own" in of_rows


def test_a_good_first_model_passes_and_is_promoted():
    """With no floor in the config, the default rules pass a model better than the constant."""
    verdict = judge(GOOD, Gate())
    assert (verdict["verdict"], verdict["promote"]) == ("passed", True)
    assert "1,000 customers" in verdict["words"]
    assert rule(verdict, "champion")["verdict"] == "does not apply"
    assert all(each["words"] for each in verdict["rules"])


@pytest.mark.parametrize(
    ("metric", "value", "name"),
    [("log_loss", 0.325, "log loss better"), ("roc_auc", 0.5, "ROC-AUC better")],
)
def test_no_better_than_the_constant_is_refused(metric, value, name):
    """Equal to always-no in log loss or ROC-AUC is not better."""
    verdict = judge(changed(**{metric: interval(value)}), Gate())
    assert (verdict["verdict"], verdict["promote"]) == ("refused", False)
    assert rule(verdict, name)["verdict"] == "refused"
    assert "Nothing was registered" in verdict["words"]


def test_an_auc_whose_interval_reaches_a_half_cannot_be_told():
    """Above 0.5 by less than the noise is neither passed nor refused."""
    verdict = judge(changed(roc_auc=interval(0.55, 0.06)), Gate())
    assert (verdict["verdict"], verdict["promote"]) == ("cannot tell", False)
    assert "guessing" in rule(verdict, "ROC-AUC")["words"]


def test_a_refusal_outweighs_what_cannot_be_told():
    """Where one rule refuses and another cannot tell, the model is refused."""
    made = changed(roc_auc=interval(0.55, 0.06), log_loss=interval(0.4))
    assert judge(made, Gate())["verdict"] == "refused"


@pytest.mark.parametrize(
    "confusion",
    [
        {"tp": 30, "fp": 5, "tn": 150, "fn": 10},
        {"tp": 5, "fp": 5, "tn": 900, "fn": 3},
        {"tp": 900, "fp": 5, "tn": 3, "fn": 30},
    ],
)
def test_too_few_rows_of_either_kind_cannot_be_told(confusion):
    """Few rows, few churned or few stayed: no verdict, even where another rule refuses."""
    verdict = judge(changed(confusion=confusion, log_loss=interval(0.9)), Gate())
    assert (verdict["verdict"], verdict["promote"]) == ("cannot tell", False)
    assert "cannot be told" in verdict["words"]


def test_many_rows_of_few_customers_are_few() -> None:
    """A panel of 1,000 rows of 90 customers, 15 of whom left: customers are counted, and said."""
    verdict = judge(changed(customers={"all": 90, "churned": 15, "stayed": 88}), Gate())
    assert verdict["verdict"] == "cannot tell"
    few = rule(verdict, "enough test rows"), rule(verdict, "enough of both")
    assert [(each["value"], each["verdict"]) for each in few] == [
        (90, "cannot tell"),
        (15, "cannot tell"),
    ]
    assert "90 customers were held out for the test, with 1,000 rows" in few[0]["words"]
    plain = judge(changed(customers={"all": 400, "churned": 60, "stayed": 390}), Gate())
    assert plain["verdict"] == "passed"
    assert "On 1,000 rows of 400 customers it had never seen" in plain["words"]


def leak(column: str) -> list[dict[str, Any]]:
    words = f"{column} alone has an AUC of 0.999."
    return [{"code": "leak-strength", "severity": "warning", "column": column, "words": words}]


def test_a_leak_left_in_is_refused_whatever_the_size():
    """A column that foretells churn too well, kept in the model, refuses it; the name is said."""
    small = {"tp": 5, "fp": 1, "tn": 30, "fn": 1}
    for made in (changed(findings=leak("plan")), changed(findings=leak("plan"), confusion=small)):
        verdict = judge(made, Gate())
        assert verdict["verdict"] == "refused"
        assert "'plan'" in verdict["words"]
    assert judge(changed(findings=leak("plan")), Gate(allow_leaks=True))["verdict"] == "passed"


def test_a_leak_that_was_blocked_does_no_harm():
    """A finding about a column outside the model is none of the gate's business."""
    assert judge(changed(findings=leak("cancel_reason")), Gate())["verdict"] == "passed"


def test_a_model_within_the_tolerance_of_the_champion_passes():
    """Not worse means at most champion_tolerance more log loss on the same rows."""
    assert judge(champion(0.2485), Gate())["promote"] is True
    verdict = judge(champion(0.2475), Gate())
    assert (verdict["verdict"], verdict["promote"]) == ("refused", False)
    assert "Champion 3" in rule(verdict, "champion")["words"]


def among_few(ours: float, theirs: float = 0.0278, noise: float = 0.0) -> dict[str, Any]:
    """A table of 0.5% churn, where guessing has a log loss of 0.0304; `noise` is a standard error."""
    gain = interval(theirs - ours, 1.959963984540054 * noise)
    made = champion(theirs, log_loss_gain=gain)
    made["unchurn"]["metrics"]["log_loss"] = interval(ours, 0.0)
    made["unchurn"]["baselines"]["always_no"]["log_loss"] = 0.0304
    made["unchurn"]["baselines"]["anchor"] = {
        **made["unchurn"]["baselines"]["champion"],
        "version": 1,
    }
    return made


def test_where_few_churn_the_tolerance_is_a_share_of_what_the_champion_saves():
    """0.002 more would be two thirds of all that a good model knows; both rules say what passes."""
    verdict = judge(among_few(0.0295), Gate())
    assert (verdict["verdict"], verdict["promote"]) == ("refused", False)
    for name in ("not worse than the champion", "won outright"):
        words = rule(verdict, name)["words"]
        assert "at most 0.00026 more, 10% of what it saves beside the constant, passes" in words
    assert judge(among_few(0.02805), Gate())["promote"] is True
    assert judge(among_few(0.0295), Gate(champion_tolerance_share=1))["promote"] is True


def test_a_loss_within_the_standard_error_of_the_gain_is_not_worse():
    """A model as good is not refused for what twenty churned customers happen to say."""
    verdict = judge(among_few(0.0285, noise=0.0008), Gate())
    assert verdict["promote"] is True
    assert "0.0008 more, the standard error of the gain," in rule(verdict, "champion")["words"]
    assert judge(among_few(0.0287, noise=0.0008), Gate())["verdict"] == "refused"
    assert judge(among_few(0.0299, noise=0.1), Gate())["verdict"] == "refused"


def test_a_champion_worse_than_the_constant_has_nothing_to_lose():
    """A share of nothing is nothing, and never less: as good as it passes."""
    assert judge(among_few(0.0303, theirs=0.0303), Gate())["promote"] is True
    below = among_few(0.0303, theirs=0.0320)
    assert judge(below, Gate())["promote"] is True


def test_a_demanded_margin_replaces_the_tolerance():
    """min_absolute_change asks for that much less log loss than the champion's."""
    gate = Gate(min_absolute_change=0.01)
    assert judge(champion(0.2601), gate)["verdict"] == "passed"
    assert judge(champion(0.2599), gate)["verdict"] == "refused"


def test_a_champion_that_cannot_be_compared_leaves_promotion_to_a_person():
    """The model passes and is registered, but is not promoted, and the words say why."""
    made = champion(0.1, comparable=False, why="the column 'zone' is gone.", metrics={})
    verdict = judge(made, Gate())
    assert (verdict["verdict"], verdict["promote"]) == ("passed", False)
    assert "registry promote" in verdict["words"]
    assert "'zone'" in rule(verdict, "champion")["words"]


@pytest.mark.parametrize(
    ("key", "passes", "refuses"),
    [
        ("accuracy", 0.94, 0.95),
        ("roc_auc", 0.85, 0.86),
        ("average_precision", 0.6, 0.61),
        ("lift_top_decile", 5.0, 5.1),
        ("recall_at_capacity", 0.5, 0.51),
        ("log_loss", 0.25, 0.24),
        ("brier", 0.07, 0.06),
        ("ece", 0.01, 0.009),
    ],
)
def test_floors_and_ceilings_hold_at_the_limit(key, passes, refuses):
    """A limit that is met exactly passes; 0 is off and leaves no rule."""
    assert judge(GOOD, Gate(**{key: passes}))["verdict"] == "passed"
    verdict = judge(GOOD, Gate(**{key: refuses}))
    assert verdict["verdict"] == "refused"
    assert verdict["rules"][-1]["threshold"] == refuses
    assert len(verdict["rules"]) == len(judge(GOOD, Gate())["rules"]) + 1


def test_an_undefined_metric_cannot_be_told():
    """A floor on a metric that is undefined on these rows gives no verdict."""
    verdict = judge(changed(average_precision=interval(None)), Gate(average_precision=0.3))
    assert verdict["verdict"] == "cannot tell"
    assert "undefined" in verdict["rules"][-1]["words"]


@pytest.mark.parametrize("code", ["leak-name", "leak-purity", "not-in-score-table"])
def test_a_suspect_is_said_and_not_refused(code):
    """'No column looks like a leak' is not said while a suspect is used; the verdict names it."""
    suspects = {
        "columns": ["plan"],
        "with": {"roc_auc": 0.93, "log_loss": 0.2},
        "without": {"roc_auc": 0.81, "log_loss": 0.3},
    }
    findings = [{"code": code, "severity": "warning", "column": "plan", "words": "so it seems"}]
    verdict = judge(changed(findings=findings, suspects=suspects), Gate())
    assert verdict["verdict"] == "passed"
    judged = rule(verdict, "no leak")
    assert (judged["threshold"], judged["value"], judged["verdict"]) == (0, 0, "passed")
    words = judged["words"]
    assert "Suspected: 'plan'" in words
    assert "0.9300 and 0.8100" in words
    assert "Suspected: 'plan'" in verdict["words"]
    assert "No column" not in words


@pytest.mark.parametrize("code", ["named-as-copy", "same-files"])
def test_files_that_may_be_copies_are_said_first(code):
    """Whatever the verdict is, for every figure may be wrong."""
    findings = [{"code": code, "severity": "warning", "column": None, "words": "a is a copy."}]
    for gate in (Gate(), Gate(accuracy=0.999)):
        assert judge(changed(findings=findings), gate)["words"].startswith("a is a copy. The model")


def test_a_suspect_that_was_dropped_is_not_said():
    """Without suspects in the model the old words hold."""
    findings = [{"code": "leak-name", "severity": "warning", "column": "gone", "words": ""}]
    verdict = judge(changed(findings=findings), Gate())
    assert "No column in the model looks like a leak" in rule(verdict, "no leak")["words"]
    assert "Suspected" not in verdict["words"]


def a_month(ours: float, theirs: float, last: float, version: int, mark: int) -> dict[str, Any]:
    """An evaluation of log loss `ours` beside champion `version` and anchor `mark`."""
    made = champion(theirs, version=version)
    made["unchurn"]["metrics"]["log_loss"] = interval(ours)
    anchor = {"version": mark, "comparable": True, "why": "", "metrics": {"log_loss": last}}
    made["unchurn"]["baselines"]["anchor"] = anchor
    return made


def test_small_losses_do_not_add_up():
    """Each of twelve months loses 0.0019: champions alone let all pass, the anchor the first only."""
    losses = [0.25 + 0.0019 * month for month in range(13)]
    alone, held = [], []
    for version, (theirs, ours) in enumerate(itertools.pairwise(losses), start=1):
        found = a_month(ours, theirs, losses[0], version, 1)
        held.append(judge(found, Gate()))
        del found["unchurn"]["baselines"]["anchor"]
        alone.append(judge(found, Gate()))
    assert all(each["promote"] for each in alone)
    assert [each["promote"] for each in held] == [True] + [False] * 11
    assert {each["verdict"] for each in held[1:]} == {"refused"}
    words = "worse than version 1, the last that won outright, by 0.0038"
    assert words in held[1]["words"]
    assert words in rule(held[1], "won outright")["words"]


def test_the_champion_as_its_own_anchor_is_one_rule():
    """Where the champion won outright itself, the second rule says so and counts for nothing."""
    found = judge(a_month(0.25, 0.25, 0.25, 3, 3), Gate())
    told = rule(found, "won outright")
    assert told["verdict"] == "does not apply"
    assert "Version 3 is the champion" in told["words"]
    assert found["promote"] is True


def test_an_anchor_that_cannot_be_compared_is_said():
    """A lost or foreign anchor stops nobody, and the rule says why it did not apply."""
    found = a_month(0.251, 0.25, 0.25, 3, 1)
    lost = {"version": 1, "comparable": False, "why": "Its files are damaged.", "metrics": {}}
    found["unchurn"]["baselines"]["anchor"] = lost
    verdict = judge(found, Gate())
    assert verdict["promote"] is True
    told = rule(verdict, "won outright")
    assert told["verdict"] == "does not apply"
    assert "Version 1, the last that won outright, was not compared: Its files" in told["words"]
    lost.update(comparable=True, why="")
    assert judge(found, Gate())["verdict"] == "cannot tell"
