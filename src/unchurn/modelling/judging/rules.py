"""The gate: rules a model must pass before it is registered, each with its verdict in words.

A rule passes, refuses, cannot tell, or does not apply. The whole is

- refused, when a leak is left in: that is certain however few rows there are;
- "cannot tell", when test customers, or churned or stayed ones among them, are too few to judge by;
- refused, when any other rule refuses;
- "cannot tell", when a rule cannot tell: a metric is undefined, or ROC-AUC is above the
  constant's but its 95% interval reaches down to it, so that guessing would do as well;
- passed otherwise.

A model that passes is promoted, except where a champion could not be compared with it: then
it is registered, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from unchurn.artefacts import Evaluation
from unchurn.errors import counted, listing
from unchurn.modelling.columns.leak_verdicts import BY_STRENGTH
from unchurn.modelling.judging.champion_rules import champion_rules
from unchurn.modelling.judging.fairness import reliance
from unchurn.modelling.judging.profit_rules import MORE, profit_rules
from unchurn.modelling.judging.rule import (
    CANNOT_TELL,
    DOES_NOT_APPLY,
    PASSED,
    REFUSED,
    Rule,
    compared,
    figure,
    named,
)
from unchurn.modelling.judging.suspicion import suspected, suspicion
from unchurn.modelling.scoring.profit import RULE
from unchurn.project import Gate

FIRST = ("named-as-copy", "same-files")
"""Findings on the table of which its every figure may be wrong: said before the verdict's words."""
FLOORS = ("accuracy", "roc_auc", "average_precision", "lift_top_decile", "recall_at_capacity")
CEILINGS = ("log_loss", "brier", "ece")


def judge(evaluation: Mapping[str, Any], gate: Gate) -> dict[str, Any]:
    """Apply every rule to evaluation.json; return verdict.json as `artefacts.Verdict` has it."""
    found = evaluation["unchurn"]
    leaks = _no_leak(found, gate)
    size = _enough(found, gate)
    others = [
        _better_log_loss(found),
        _better_roc_auc(found),
        *champion_rules(found, gate),
        *_limits(found, gate),
        *profit_rules(found, gate),
    ]
    verdict = _whole(leaks, size, others)
    rules = [*size, leaks, *others]
    return {
        "verdict": verdict,
        "promote": verdict == PASSED and _may_promote(found),
        "words": " ".join([*_of_the_table(found), _words(verdict, rules, found)]),
        "rules": [rule.to_plain() for rule in rules],
    }


def _whole(leaks: Rule, size: list[Rule], others: list[Rule]) -> str:
    if leaks.verdict == REFUSED:
        return REFUSED
    if any(rule.verdict == CANNOT_TELL for rule in size):
        return CANNOT_TELL
    for verdict in (REFUSED, CANNOT_TELL):
        if any(rule.verdict == verdict for rule in others):
            return verdict
    return PASSED


def _enough(found: Mapping[str, Any], gate: Gate) -> list[Rule]:
    rows, customers = _held_out(found)
    churned, stayed, told = customers["churned"], customers["stayed"], customers["all"]
    few, which = min(churned, stayed), "churned" if churned <= stayed else "stayed"
    beside = "" if rows == told else f", with {rows:,} rows"
    least = gate.min_churned
    return [
        Rule(
            "enough test rows",
            gate.min_rows,
            told,
            PASSED if told >= gate.min_rows else CANNOT_TELL,
            f"{counted(told, 'customer was', 'customers were')} held out for the test{beside}; at least {gate.min_rows:,} are needed.",
        ),
        Rule(
            "enough of both outcomes",
            least,
            few,
            PASSED if few >= least else CANNOT_TELL,
            f"{few:,} of the test customers {which}; at least {least:,} of each outcome are needed.",
        ),
    ]


def _held_out(found: Mapping[str, Any]) -> tuple[int, Mapping[str, int]]:
    """Return test rows, and their customers: all, churned and stayed ones.

    The rows of one customer are much alike: they are no more to judge by than the customer is.
    """
    counts = found["confusion"]
    rows, churned = sum(counts.values()), counts["tp"] + counts["fn"]
    by_row = {"all": rows, "churned": churned, "stayed": rows - churned}
    return rows, found.get("customers") or by_row


def _no_leak(found: Mapping[str, Any], gate: Gate) -> Rule:
    features = found["project"]["features"]
    left = suspected(found["findings"], features, (BY_STRENGTH,))
    others = [name for name in suspected(found["findings"], features) if name not in left]
    name, told = "no leak left in", suspicion(found, others)
    if not left:
        words = told or "No column in the model looks like a leak."
        return Rule(name, 0, 0, PASSED, words)
    names = f"{listing(left)} foretell{'s' if len(left) == 1 else ''} churn too well to be honest"
    if gate.allow_leaks:
        words = f"{names}, and [gate] allow_leaks lets that pass."
        return Rule(name, len(left), len(left), PASSED, f"{words} {told}".strip())
    words = (
        f"{names}. Drop them with [columns] drop, or, if they are known before the churn, set "
        "[gate] allow_leaks = true."
    )
    return Rule(name, 0, len(left), REFUSED, words)


def _better_log_loss(found: Mapping[str, Any]) -> Rule:
    ours, constant = _measured(found), found["baselines"]["always_no"].get("log_loss")
    rule = compared("log loss better than the constant's", "log_loss", ours, constant, "below")
    return rule.saying(f"{rule.words} The constant gives everybody the training churn rate.")


def _better_roc_auc(found: Mapping[str, Any]) -> Rule:
    ours, constant = _measured(found), found["baselines"]["always_no"].get("roc_auc")
    rule = compared("ROC-AUC better than the constant's", "roc_auc", ours, constant, "above")
    low = ours.get("roc_auc", {}).get("low")
    if rule.verdict == PASSED and low is not None and constant is not None and low <= constant:
        words = f"{rule.words} The interval reaches the constant's: guessing might do as well."
        return rule.saying(words, CANNOT_TELL)
    return rule


def _limits(found: Mapping[str, Any], gate: Gate) -> Iterable[Rule]:
    """Yield the floors and ceilings of the config that are on."""
    ours = _measured(found)
    for way, side, names in (("least", "at least", FLOORS), ("most", "at most", CEILINGS)):
        for name in names:
            limit = float(getattr(gate, name))
            if limit > 0:
                yield compared(f"{way} {named(name)}", name, ours, limit, side)


def _measured(found: Mapping[str, Any]) -> Mapping[str, Mapping[str, float | None]]:
    measured: Mapping[str, Mapping[str, float | None]] = found["metrics"]
    return measured


def _may_promote(found: Mapping[str, Any]) -> bool:
    champion = found["baselines"].get("champion")
    return not champion or bool(champion["comparable"])


def _of_the_table(found: Mapping[str, Any]) -> list[str]:
    return [each["words"] for each in found["findings"] if each["code"] in FIRST]


def _words(verdict: str, rules: list[Rule], found: Mapping[str, Any]) -> str:
    judged = [rule for rule in rules if rule.verdict != DOES_NOT_APPLY]
    if verdict == PASSED:
        opening = f"The model passed all {len(judged)} rules."
        ours = _measured(found)
        rows, customers = _held_out(found)
        of = "" if rows == customers["all"] else f"{rows:,} rows of "
        told = f"On {of}{customers['all']:,} customers it had never seen, its ROC-AUC is {figure(ours['roc_auc']['value'])} and its log loss {figure(ours['log_loss']['value'])}."
        judged_by_profit = any(rule.rule.startswith(MORE) for rule in rules)
        told = " ".join(filter(None, [told, _earned(found, judged_by_profit), _doubts(found)]))
        if not _may_promote(found):
            told += " It is registered but not promoted: the champion could not be compared with it. Promote it yourself with: unchurn registry promote"
        return f"{opening} {told}"
    wanted = [rule for rule in judged if rule.verdict == verdict]
    opening = {
        REFUSED: "The model is refused",
        CANNOT_TELL: "It cannot be told whether the model is any good",
    }[verdict]
    why = " ".join(f"{rule.rule.capitalize()}: {rule.words}" for rule in wanted)
    champion, left = found["baselines"].get("champion") or {}, "Nothing was registered."
    if champion.get("itself"):
        left = f"It is version {champion['version']}, the champion, and stays in charge."
    end = f"{_doubts(found)} {left}".strip()
    return f"{opening} ({len(wanted)} of {len(judged)} rules). {why} {end}"


def _earned(found: Mapping[str, Any], judged: bool) -> str:
    """Say what the list's own rule earned, by which a model is judged only on request: it follows from prices."""
    given = found.get("profit") or {}
    listed = given.get("by_expected_value")
    if not listed:
        return ""
    money = f"{abs(listed['profit']):,.0f} {given.get('currency', '')}".strip()
    rows, customers = _held_out(found)
    of, alone = "them", ""
    if Evaluation.is_by_row(rows, customers["all"]):
        of, alone = "the rows", ", were each row a customer of its own"
    return (
        f"The list's rule, to contact {RULE}, would have chosen {listed['contacted']:,} of {of} and "
        f"{'earned' if listed['profit'] >= 0 else 'lost'} {money}{alone}{'' if judged else '; the gate judges no profit'}."
    )


def _doubts(found: Mapping[str, Any]) -> str:
    """Say what no rule judges and a person should: columns like leaks, protected traits."""
    suspects = suspected(found["findings"], found["project"]["features"])
    return " ".join(filter(None, [suspicion(found, suspects), reliance(found)]))
