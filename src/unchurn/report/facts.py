"""The evaluation in sentences a retention manager can repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from unchurn.report import reading, wording
from unchurn.report.charts.curves import captured_at


@dataclass(frozen=True)
class Fact:
    """One figure, the whole sentence that holds it, and how sure it is."""

    figure: str
    sentence: str
    aside: str = ""


def customers(found: Mapping[str, Any]) -> list[Fact]:
    """Return what a retention manager can act on, beside the headline: who leaves, whom a call reaches.

    `found` is the evaluation's root ``unchurn``; absent figures are skipped. A figure without a
    sentence, or a sentence that rests on a missing figure, is never shown.
    """
    told = _known(maker(found) for maker in (_left, _riskiest_tenth, _reached))
    return [fact for fact in told if fact != _leading(found)]


def quality(found: Mapping[str, Any]) -> list[Fact]:
    """Return how far the scores can be trusted, as `customers` does."""
    return _known(maker(found) for maker in (_ranking, _calibration, _against))


def headline(found: Mapping[str, Any]) -> str:
    """Say in one sentence, without a full stop, what matters most of what was measured."""
    told = _leading(found)
    return told.sentence.rstrip(".") if told else "This model says who is about to leave"


def _leading(found: Mapping[str, Any]) -> Fact | None:
    return _profit(found) or _riskiest_tenth(found)


def _known(made: Iterable[Fact | None]) -> list[Fact]:
    return [fact for fact in made if fact is not None]


def base_rate(found: Mapping[str, Any]) -> float | None:
    """Return the share of held-out customers who left, from counts or the confusion matrix."""
    rows = reading.mapping(found.get("rows"))
    test, churned = reading.number(rows.get("test")), reading.number(rows.get("test_churned"))
    if test and churned is not None:
        return churned / test
    cells = reading.mapping(found.get("confusion"))
    counts = {k: reading.number(cells.get(k)) or 0.0 for k in ("tp", "fp", "tn", "fn")}
    total = sum(counts.values())
    return (counts["tp"] + counts["fn"]) / total if total else None


def _metric(found: Mapping[str, Any], name: str) -> tuple[float | None, float | None, float | None]:
    return reading.estimate(reading.mapping(found.get("metrics")).get(name))


def _sure(term: str, low: float | None, high: float | None, write: Any = wording.decimal) -> str:
    between = wording.between(low, high, write)
    return f"{term}, 95% interval {between}" if between else term


def _left(found: Mapping[str, Any]) -> Fact | None:
    rows = reading.mapping(found.get("rows"))
    test, left = reading.number(rows.get("test")), reading.number(rows.get("test_churned"))
    if not test or left is None:
        return None
    share = wording.percent(left / test)
    if reading.judged_in(found) == "row":
        who = wording.counted(reading.mapping(found.get("customers")).get("all"), "customer")
        judged = f"Judged on {wording.counted(test, 'row')} of {who}"
        words = f"{judged}; {wording.count(left)} of the rows are of who left."
        return Fact(share, words, "Churn rate, by row")
    judged = wording.counted(test, "customer")
    return Fact(share, f"Judged on {judged}, of whom {wording.count(left)} left.", "Churn rate")


def _riskiest_tenth(found: Mapping[str, Any]) -> Fact | None:
    lift, low, high = _metric(found, "lift_top_decile")
    rate = base_rate(found)
    if lift is None or rate is None:
        return None
    share = min(lift * rate, 1.0)
    sentence = (
        f"Of the riskiest tenth{_of_rows(found)}, {wording.chance(share)} left; "
        f"that is {wording.times(lift)} times the average of {wording.percent(rate)}."
    )
    return Fact(wording.chance(share), sentence, _sure("Lift", low, high, wording.times))


def _reached(found: Mapping[str, Any]) -> Fact | None:
    gains = reading.mapping(reading.mapping(found.get("curves")).get("gains"))
    points = sorted(reading.points(gains.get("share"), gains.get("captured")))
    share = captured_at(points, 0.2)
    if share is None:
        return None
    words = wording.percent(share)
    of_rows = _of_rows(found)
    all_left = "all rows of who left" if of_rows else "all who left"
    sentence = f"Contacting the riskiest fifth{of_rows} would have reached {words} of {all_left}."
    return Fact(words, sentence, "Cumulative gains")


def _of_rows(found: Mapping[str, Any]) -> str:
    return " of rows" if reading.judged_in(found) == "row" else ""


def _ranking(found: Mapping[str, Any]) -> Fact | None:
    value, low, high = _metric(found, "roc_auc")
    if value is None:
        return None
    words = "more than 99" if 0.995 <= value < 1 else wording.decimal(100 * value, 0)
    sentence = f"Shown a leaver and a stayer, it gives the leaver more risk {words} times in 100."
    return Fact(f"{words} in 100", sentence, _sure("ROC-AUC × 100", low, high, wording.points))


def _calibration(found: Mapping[str, Any]) -> Fact | None:
    value, low, high = _metric(found, "ece")
    if value is None:
        return None
    words = wording.points(value)
    sentence = f"The risk it states is {words} percentage points off on average."
    return Fact(f"{words} points", sentence, _sure("Calibration error", low, high, wording.points))


def _profit(found: Mapping[str, Any]) -> Fact | None:
    """Say what the list's own rule earned, never what only hindsight could have."""
    profit = reading.mapping(found.get("profit"))
    listed = reading.mapping(profit.get("by_expected_value"))
    chosen, earned = (reading.number(listed.get(k)) for k in ("contacted", "profit"))
    if not profit.get("given") or chosen is None or earned is None:
        return None
    if chosen == 0:
        return Fact("0", "At these costs, the list would contact nobody: no contact is worth it.")
    money = wording.money(abs(earned), reading.text(profit.get("currency")))
    made = "earned" if earned >= 0 else "lost"
    thing = reading.judged_in(found)
    whom, alone = "whom", ""
    if thing == "row":
        whom, alone = "that", ", were each row a customer of its own"
    sentence = (
        f"Contacting the {wording.count(chosen)} of "
        f"{wording.counted(profit.get('customers'), thing)} {whom} the list would pick would "
        f"have {made} {money}{alone}."
    )
    return Fact(money, sentence)


def _against(found: Mapping[str, Any]) -> Fact | None:
    """Compare with the champion, or with the logistic regression where there is none."""
    baselines = reading.mapping(found.get("baselines"))
    champion = reading.mapping(baselines.get("champion"))
    rival, whose = reading.mapping(baselines.get("logistic_regression")), "a logistic regression's"
    if champion and champion.get("comparable", True):
        rival = reading.mapping(champion.get("metrics"))
        whose = f"the champion's (version {reading.text(champion.get('version'))})"
    theirs, ours = reading.estimate(rival.get("log_loss"))[0], _metric(found, "log_loss")[0]
    if theirs is None or ours is None or theirs <= 0:
        return None
    change = (ours - theirs) / theirs
    words = f"{wording.percent(abs(change))} {'less' if change < 0 else 'more'}"
    sentence = f"Its stated risks miss what happened by {words} than {whose}."
    if abs(change) < 0.0005:
        words, sentence = "no change", f"Its stated risks miss what happened as much as {whose}."
    aside = f"Log loss {wording.decimal(ours)} against {wording.decimal(theirs)}"
    if rival is reading.mapping(champion.get("metrics")):
        _, low, high = reading.estimate(champion.get("log_loss_gain"))
        gained = wording.between(low, high)
        aside += f"; 95% interval of the gain: {gained}" if gained else ""
    return Fact(words, sentence, aside)
