"""How far protected traits drive scores, and what a model without them would lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unchurn.errors import listing
from unchurn.modelling.judging.rule import figure


def drivers(
    traits: Mapping[str, str], importance: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the columns of `traits` that move the score: column, trait and share, largest first.

    A column that a model may use, and does not, drives nothing.
    """
    return [
        {"column": each["column"], "trait": traits[each["column"]], "share": each["share"]}
        for each in importance
        if each["column"] in traits and each["share"] > 0
    ]


def reliance(found: Mapping[str, Any]) -> str:
    """Say which protected traits drive scores and what leaving them out costs; or nothing.

    `found` is the root ``unchurn`` of evaluation.json.
    """
    protected = found.get("protected") or {}
    columns = protected.get("columns") or []
    if not columns:
        return ""
    share = sum(each["share"] for each in columns)
    names = [each["column"] for each in columns]
    traits = ", ".join(dict.fromkeys(each["trait"] for each in columns))
    words = (
        f"Protected: {listing(names)} ({traits}) make{'s' if len(names) == 1 else ''} {share:.1%} of "
        "the score's movement."
    )
    return f"{words} {cost(protected)}".strip()


def cost(protected: Mapping[str, Any]) -> str:
    """Say what leaving the columns out costs, and whether that could be chance; or nothing."""
    with_, without, loss = (protected.get(key) for key in ("with", "without", "cost"))
    if not with_ or not without or not loss:
        return ""
    pair = f"ROC-AUC {figure(with_['roc_auc'])} with and {figure(without['roc_auc'])} without"
    one = len(protected["columns"]) == 1
    return (
        f"Leaving {'it' if one else 'them'} out changes the log loss of a quick model, fitted anew to "
        f"the same customers, by {_told(loss)}; {pair}. "
        "Other columns may still tell the trait."
    )


def _told(loss: Mapping[str, float]) -> str:
    span = f"{loss['value']:+.4f} (95% interval {loss['low']:+.4f} to {loss['high']:+.4f}"
    doubt = ", which chance alone could make" if loss["low"] <= 0 <= loss["high"] else ""
    return f"{span}{doubt})"
