"""`unchurn campaign power` before a campaign: of scores, and of a rate that is stated."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, Unchurn


@pytest.fixture
def power(unchurn: Unchurn, costed_project: Path) -> Any:
    """Run the verb."""

    def run(*words: object) -> Ran:
        return unchurn("campaign", "power", "--project", costed_project, "--quiet", *words)

    return run


@pytest.mark.slow
def test_the_rate_is_that_of_whom_target_would_draw(
    power: Any, unchurn: Unchurn, costed_project: Path, telecom: Path, tmp_path: Path
) -> None:
    """Customers, controls and their mean risk are the campaign's own; nothing is written."""
    table = telecom / "this_month.csv"
    asked = ("--data", table, "--capacity", 30, "--holdout", 0.2, "--budget", 700)
    ran = power(*asked, "--effect", 0.2, "--json")
    assert ran.code == 0, ran.err
    said = ran.document
    assert not (costed_project / ".unchurn" / "campaigns.db").exists()
    named = ("--name", "spring", "--project", costed_project, "--out", tmp_path / "contact.csv")
    made = unchurn("target", *named, *asked, "--json").document
    assert (said["customers"], said["control"]) == (made["drawn"], made["control"])
    risk = sum(
        each["contacted"] * each["risk_contacted"] + each["control"] * each["risk_control"]
        for each in made["strata"]
    )
    assert said["churn_rate"] == pytest.approx(risk / made["drawn"])
    assert 0 < said["effect"]["power"] < 0.8
    assert said["effect"]["customers_needed"] > said["customers"]

    # whom other campaigns keep is not drawn again
    after = power(*asked, "--json").document
    assert after["churn_rate"] < said["churn_rate"]
    shutil.copy(table, tmp_path / "all.csv")
    nobody = power(*asked, "--exclude", tmp_path / "all.csv")
    assert nobody.code == 3
    assert "Nobody would be contacted" in nobody.err


@pytest.mark.slow
def test_a_stated_rate_needs_no_scores(power: Any) -> None:
    """What customers show, and how many an effect takes; few are left alone as `target` would."""
    ran = power("--churn-rate", 0.3, "--capacity", 1000, "--effect", 0.05)
    assert ran.code == 0, ran.err
    assert "keeps 12.3 of 100 from leaving (17.7% leave instead of 30.0%)" in ran.out
    assert "takes 6,895 customers, 690 of them left alone." in ran.out
    few = power("--churn-rate", 0.3, "--capacity", 99, "--json").document
    assert (few["control"], few["smallest_effect"]) == (0, None)
    most = power("--churn-rate", 0.9, "--effect", 0.9, "--json").document
    assert most["effect"]["customers_needed"] == 100
    stricter = ("--significance", 0.01, "--power", 0.95, "--json")
    ran = power("--churn-rate", 0.3, "--effect", 0.05, *stricter)
    assert ran.document["effect"]["customers_needed"] > 2 * 6_895


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "[data] score"),
        (("--churn-rate", 0.3), "Neither how many customers nor which effect"),
        (("--churn-rate", 1.3), "--churn-rate is 1.3; it must be above 0 and below 1"),
        (("--churn-rate", "nan", "--effect", 0.1), "--churn-rate is nan"),
        (("--churn-rate", 0.1, "--effect", 0.2), "--effect is 0.2, and only 0.1"),
        (("--churn-rate", 0.1, "--effect", -0.05), "--effect is -0.05"),
        (("--churn-rate", 0.1, "--effect", 0.05, "--power", 1), "--power is 1"),
        (("--churn-rate", 0.1, "--effect", 0.05, "--significance", 0), "--significance is 0"),
        (("--churn-rate", 0.1, "--capacity", 0), "--capacity is 0; it must be more than 0"),
        (("--churn-rate", 0.1, "--capacity", 2, "--holdout", 0.9), "leaves nobody to contact"),
        (("--churn-rate", 0.1, "--effect", 0.05, "--data", "x.csv"), "'--data' asks for scores"),
        (("--churn-rate", 0.1, "--effect", 0.05, "--budget", 5), "'--budget' asks for scores"),
        (("--data", "x.csv", "--exclude", "missing.csv"), "There is no file 'missing.csv'"),
    ],
)
def test_what_cannot_be_is_refused(power: Any, words: tuple[object, ...], said: str) -> None:
    """With the value seen and what is valid."""
    ran = power(*words)
    assert (ran.code, said in ran.err) == (2, True), ran.err
