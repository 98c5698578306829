"""The evaluation's tables as rows of finished text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import reading, wording
from unchurn.report.metric_names import in_order, named

Row = dict[str, Any]
KINDER = "Out of fold, the same customers chose weights and rounds: kinder than the truth where they are few."


def metrics(found: Mapping[str, Any]) -> list[Row]:
    """Return one row a metric: held-out value and interval, out of fold, every rival."""
    ours = reading.mapping(found.get("metrics"))
    return [_metric_row(found, name, ours[name]) for name in in_order(list(ours))] + _empc(found)


def _empc(found: Mapping[str, Any]) -> list[Row]:
    """Return the row of the expected maximum profit, an amount; none where costs are not given."""
    profit = reading.mapping(found.get("profit"))
    expected = reading.number(profit.get("expected_maximum_profit"))
    if expected is None:
        return []
    money = wording.money(expected, reading.text(profit.get("currency")))
    made = _metric_row(found, "expected_maximum_profit", None)
    label = f"Best cut’s profit a {reading.judged_in(found)}, accept rate uncertain"
    return [{**made, "label": label, "term": "EMPC", "best": "high", "value": money}]


def custom(found: Mapping[str, Any]) -> list[Row]:
    """Return one row for each of the team's own metrics."""
    theirs = reading.mapping(found.get("custom"))
    return [
        {**_metric_row(found, name, theirs[name]), "term": _left_out(theirs[name])}
        for name in sorted(theirs)
    ]


def _left_out(metric: Any) -> str:
    """Say of how many resamples an interval knows nothing, where it is any."""
    count = reading.number(reading.mapping(metric).get("left_out"))
    return f"undefined in {wording.counted(count, 'resample')}" if count else ""


def _metric_row(found: Mapping[str, Any], name: str, value: Any) -> Row:
    middle, low, high = reading.estimate(value)
    shown = named(name)
    capacity = reading.number(found.get("capacity"))
    told = f" of {wording.percent(capacity)}" if capacity and name.endswith("_at_capacity") else ""
    beside = [reading.mapping(found.get("out_of_fold")), *_rivals(found)]
    return {
        "label": shown.label,
        "term": shown.term + told,
        "best": shown.best,
        "value": wording.decimal(middle),
        "interval": wording.between(low, high),
        "beside": [wording.decimal(reading.estimate(other.get(name))[0]) for other in beside],
    }


def _rivals(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    baselines = reading.mapping(found.get("baselines"))
    champion = reading.mapping(baselines.get("champion"))
    own = [reading.mapping(baselines.get(k)) for k in ("always_no", "logistic_regression")]
    return [*own, reading.mapping(champion.get("metrics"))] if champion else own


def rivals(found: Mapping[str, Any]) -> Row:
    """Return the headings of the metrics table, and a note on the champion and on figures out of fold."""
    champion = reading.mapping(reading.mapping(found.get("baselines")).get("champion"))
    heads = [
        "While training (out of fold)",
        "Always “stays”",
        "Simpler model (logistic regression)",
    ]
    note = "There is no champion yet to compare with."
    why = reading.text(champion.get("why"))
    if champion:
        version = reading.text(champion.get("version"))
        heads.append(f"In charge now (champion {version})")
        note = (
            f"The champion is version {version}, scored again on the same customers. {why}".rstrip()
        )
        if not champion.get("comparable", True):
            why = why or "no reason was recorded."
            note = f"The champion, version {version}, was not compared: {why}"
    return {"heads": heads, "note": f"{note} {KINDER}"}


def confusion(found: Mapping[str, Any]) -> Row | None:
    """Return the confusion matrix in counts and in words, or None."""
    cells = reading.mapping(found.get("confusion"))
    counts = {k: reading.number(cells.get(k)) for k in ("tp", "fp", "tn", "fn")}
    if None in counts.values():
        return None
    threshold = reading.number(found.get("threshold"))
    return {
        **{k: wording.count(v) for k, v in counts.items()},
        "threshold": wording.percent(threshold),
    }


def rules(verdict: Mapping[str, Any]) -> list[Row]:
    """Return the gate's rules with their words."""
    return [
        {
            "rule": reading.text(rule.get("rule")),
            "threshold": wording.anything(rule.get("threshold")),
            "value": wording.anything(rule.get("value")),
            "verdict": reading.text(rule.get("verdict")) or "not judged",
            "tone": tone(reading.text(rule.get("verdict"))),
            "words": reading.text(rule.get("words")),
        }
        for rule in reading.rows(verdict.get("rules"))
    ]


def tone(verdict: str) -> str:
    """Return the style class of a verdict: good, bad, unsure, or none of these."""
    return {"passed": "good", "refused": "bad", "cannot tell": "unsure"}.get(verdict, "plain")


def rows(found: Mapping[str, Any]) -> Row | None:
    """Return where the table's rows went, or None when nothing was counted."""
    counts = reading.mapping(found.get("rows"))
    if not counts:
        return None
    dropped = reading.mapping(counts.get("dropped"))
    lost = [(reading.text(k), reading.number(v) or 0.0) for k, v in dropped.items()]
    ordered = sorted(lost, key=lambda pair: (-pair[1], pair[0]))
    read, kept = reading.number(counts.get("read")), reading.number(counts.get("kept"))
    parts = [_part(counts, side, words) for side, words in PARTS]
    return {
        "read": wording.count(read),
        "kept": wording.count(kept),
        "dropped": [(reason, wording.count(n)) for reason, n in ordered],
        "lost": wording.count(sum(n for _, n in ordered)),
        "unexplained": _unexplained(read, kept, sum(n for _, n in ordered)),
        "parts": [part for part in parts if part is not None],
    }


PARTS = (("train", "Learned from"), ("test", "Held out and judged on"))


def _unexplained(read: float | None, kept: float | None, lost: float) -> str:
    if read is None or kept is None or read == kept + lost:
        return ""
    return wording.count(read - kept - lost)


def _part(counts: Mapping[str, Any], side: str, words: str) -> Row | None:
    size, churned = reading.number(counts.get(side)), reading.number(counts.get(f"{side}_churned"))
    if size is None:
        return None
    rate = churned / size if size and churned is not None else None
    return {
        "words": words,
        "rows": wording.count(size),
        "churned": wording.count(churned),
        "rate": wording.percent(rate),
    }


def slices(found: Mapping[str, Any]) -> list[Row]:
    """Return one row a slice."""
    return [
        {
            "column": reading.text(group.get("column")),
            "value": reading.text(group.get("value")) or "(missing)",
            "rows": wording.count(group.get("rows")),
            "churned": wording.count(group.get("churned")),
            "predicted": wording.percent(reading.number(group.get("predicted"))),
            "observed": wording.percent(reading.number(group.get("observed"))),
            "interval": wording.between(
                reading.number(group.get("low")), reading.number(group.get("high")), wording.percent
            ),
            "roc_auc": wording.decimal(reading.number(group.get("roc_auc"))),
            "lift": wording.times(reading.number(group.get("lift"))),
        }
        for group in reading.rows(found.get("slices"))
    ]


def plans(found: Mapping[str, Any]) -> list[Row]:
    """Return the ways to choose whom to contact, the list's first: contacts and profit of each."""
    profit = reading.mapping(found.get("profit"))
    currency = reading.text(profit.get("currency"))
    wise = reading.mapping(profit.get("by_expected_value"))
    listed = (
        ("The list", wise.get("contacted"), wise.get("profit")),
        ("Nobody", 0, profit.get("contact_nobody")),
        ("Everybody", profit.get("customers"), profit.get("contact_everybody")),
        (_in_hindsight(profit), profit.get("contacted"), profit.get("best_profit")),
    )
    return [
        {
            "plan": plan,
            "contacted": wording.count(contacted),
            "profit": wording.money(earned, currency),
        }
        for plan, contacted, given in listed
        if (earned := reading.number(given)) is not None
    ]


def _in_hindsight(profit: Mapping[str, Any]) -> str:
    at = reading.number(profit.get("best_threshold"))
    if not reading.number(profit.get("contacted")) or at is None:
        return "The best cut, known only afterwards"
    return f"The best cut, known only afterwards: all from {wording.percent(at)} risk upwards"


def rule(found: Mapping[str, Any]) -> str:
    """Say whom the list contacts, what of it the figures above hold, and what hindsight is."""
    profit = reading.mapping(found.get("profit"))
    by = reading.text(profit.get("rule"))
    if not profit.get("given") or not by:
        return ""
    words = "" if reading.judged_in(found) == "customer" else _EACH_ROW
    return words + (
        f"The list says “contact” to {by}. The same rule was applied here to customers whose "
        "outcome is known by now, and that is the profit of this page. “Known only afterwards” "
        "(hindsight) is the most that any one cut by risk could have earned: nobody can choose that "
        "cut in advance, so do not plan with it."
    )


_EACH_ROW = (
    "Some customers have several rows here. Each row is chosen and paid for as if it were a customer of "
    "its own. "
)


def sensitivity(found: Mapping[str, Any]) -> Row | None:
    """Return profit when one assumption is off: a row an assumption, a column a factor."""
    cells: dict[str, dict[float, str]] = {}
    given = reading.mapping(found.get("profit"))
    currency = reading.text(given.get("currency"))
    for case in reading.rows(given.get("sensitivity")):
        factor, profit = reading.number(case.get("factor")), reading.number(case.get("profit"))
        if factor is not None:
            shown = wording.money(profit, currency)
            cells.setdefault(reading.text(case.get("what")), {})[factor] = shown
    factors = sorted({factor for row in cells.values() for factor in row})
    if not factors:
        return None
    return {
        "factors": [f"× {factor:g}" for factor in factors],
        "rows": [
            (ASSUMPTIONS.get(what, what), [row.get(factor, wording.ABSENT) for factor in factors])
            for what, row in cells.items()
        ],
    }


ASSUMPTIONS = {
    "clv": "Customer value",
    "contact_cost": "Contact cost",
    "incentive_cost": "Incentive cost",
    "accept_rate": "Accept rate",
}


def findings(found: Mapping[str, Any]) -> list[Row]:
    """Return data findings, the gravest first."""
    grave = {"blocked": 0, "warning": 1, "note": 2}
    listed = [
        {
            "severity": reading.text(item.get("severity")) or "note",
            "words": reading.text(item.get("words")),
            "column": reading.text(item.get("column")),
            "code": reading.text(item.get("code")),
        }
        for item in reading.rows(found.get("findings"))
    ]
    return sorted(listed, key=lambda item: grave.get(item["severity"], 3))


def members(found: Mapping[str, Any]) -> list[Row]:
    """Return the boosters that make up the model."""
    return [
        {
            "name": reading.text(member.get("name")),
            "weight": wording.percent(reading.number(member.get("weight"))),
            "rounds": wording.count(member.get("rounds")),
            "params": ", ".join(
                f"{key} {value}" for key, value in reading.mapping(member.get("params")).items()
            ),
        }
        for member in reading.rows(reading.mapping(found.get("model")).get("members"))
    ]
