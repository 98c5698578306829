"""The champion, scored again on the very rows its challenger is judged on.

So is the *anchor*: the last version that won outright, from which a champion may come by many
small losses, each within the gate's tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from unchurn.artefacts import Champion, Model, Schema, sha256_of
from unchurn.artefacts.contract import question_differences
from unchurn.artefacts.folder import MANIFEST
from unchurn.errors import DataError, UnchurnError, listing
from unchurn.modelling.columns.selection import BLOCKED
from unchurn.modelling.columns.spellings import normalise
from unchurn.modelling.judging import metrics
from unchurn.modelling.judging.judged_rows import JudgedRows, mean_with_interval, surprises
from unchurn.modelling.judging.profit_gains import earned_by, gains, listed
from unchurn.modelling.judging.ranking import Floats
from unchurn.modelling.scoring.decisions import customer_value
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.profit import is_given
from unchurn.project import Decision, Evaluate

Match = Callable[[Sequence[str], Sequence[str]], dict[str, str]]
"""Finds wanted columns among those there are; raises where it cannot: `tables.matching.match_columns`."""
ITSELF = {"itself": True, "why": "It is this very model."}
"""Of a champion that is the model being judged: it cannot be better than itself, nor need it be."""


def rescore(
    champion: Champion,
    model: Model,
    rows: JudgedRows,
    asked: Evaluate,
    decision: Decision,
    threads: int,
    match: Match,
) -> dict[str, dict[str, Any] | None]:
    """Return the ``champion`` and ``anchor`` parts of the baselines; None without a champion.

    They are one and the same where the champion itself won outright; it is scored once.

    Its own encoder and its `evaluated` boosters are used, on columns as `match` finds them; threshold and capacity are those of
    `asked`, as for the new model. `log_loss_gain`
    is how much lower the new model's log loss is (positive is better) with a 95% interval,
    customers kept whole; `profit_gain` is what its list earned more, None without costs. Where it cannot be compared, `comparable` is False and `why` says so.
    Where it is the new model itself, `itself` is True.
    """
    record = champion.record
    if not record:
        return {"champion": None, "anchor": None}
    judged = (rows, asked, decision, threads, match)
    theirs = _compared(record, champion.bundle, model, *judged)
    last = record.get("anchor")
    if not last:
        return {"champion": theirs, "anchor": theirs}
    anchor = _compared(last, champion.anchor, model, *judged)
    return {"champion": theirs, "anchor": anchor}


def _compared(
    record: dict[str, Any],
    bundle: Path | None,
    model: Model,
    rows: JudgedRows,
    asked: Evaluate,
    decision: Decision,
    threads: int,
    match: Match,
) -> dict[str, Any]:
    version = record.get("version")
    if bundle is None:
        return {"version": version, "comparable": False, "why": record["why"], "metrics": {}}
    try:
        theirs = Model.load(bundle)
        why = _different_question(theirs, model, match) or _split_otherwise(theirs, model, match)
        if not why:
            judged = (rows, asked, decision, threads, match)
            itself = _is_this_very(model, record)
            return {
                "version": version,
                **_scored(theirs, model, *judged),
                **(ITSELF if itself else {}),
            }
    except UnchurnError as error:
        why = f"it cannot score these customers. {error.message}"
    return {"version": version, "comparable": False, "why": why, "metrics": {}}


def _scored(
    theirs: Model,
    ours: Model,
    rows: JudgedRows,
    asked: Evaluate,
    decision: Decision,
    threads: int,
    match: Match,
) -> dict[str, Any]:
    live = LiveModel.load(theirs.evaluated, theirs.model, theirs.encoder, threads)
    known = _as_known(rows.table, live.encoder.features, ours, match)
    probabilities = live.probability(live.margin(live.encoder.transform(known)))
    found = metrics.measure_all(rows.labels, probabilities, asked.threshold, asked.capacity)
    gain = surprises(rows.labels, probabilities) - surprises(rows.labels, rows.probabilities)
    return {
        "comparable": True,
        "why": "",
        "metrics": found,
        "log_loss_gain": mean_with_interval(gain, rows.groups),
        "profit_gain": _profit_gain(probabilities, rows, decision),
    }


def _as_known(rows: pa.Table, features: Sequence[str], ours: Model, match: Match) -> pa.Table:
    """Give columns the names that the champion knows them by: it scores such a table, so it is judged on it."""
    names = [name for name in Schema.from_plain(ours.schema).names if name in rows.column_names]
    found = match(features, names)
    return rows.select(list(found.values())).rename_columns(list(found))


def _profit_gain(theirs: Floats, rows: JudgedRows, decision: Decision) -> dict[str, float] | None:
    """Return what the new list earned more than one by `theirs`, (rows,); None without costs."""
    if not is_given(decision):
        return None
    clv = customer_value(rows.table, decision)
    ours, other = (listed(each, clv, decision) for each in (rows.probabilities, theirs))
    earned = earned_by(rows.labels, clv, decision)
    return gains(earned, ours, {"champion": other}, rows.groups)["champion"]


def _different_question(theirs: Model, ours: Model, match: Match) -> str:
    """Say why the two predict different things, or nothing."""
    old, new = Schema.from_plain(theirs.schema), Schema.from_plain(ours.schema)
    if not _one_column(old.target, new.target, match):
        return f"it predicts {old.target!r} and the new model predicts {new.target!r}."
    if normalise(old.positive) != normalise(new.positive):
        return (
            f"who left is {old.positive!r} in {old.target!r} to it, and {new.positive!r} to the "
            "new model."
        )
    if (theirs.contract is None) != (ours.contract is None):
        kinds = ["a table" if each.contract is None else "a history" for each in (theirs, ours)]
        return f"it was trained on {kinds[0]} and the new model on {kinds[1]}."
    asked = [(each.contract or {}).get("question", {}) for each in (theirs, ours)]
    differs = question_differences(*asked)
    return f"it answers another question: {'; '.join(differs)}." if differs else ""


def _is_this_very(model: Model, record: dict[str, Any]) -> bool:
    return sha256_of(model.boosters.parent / MANIFEST) == record.get("bundle")


def _split_otherwise(theirs: Model, ours: Model, match: Match) -> str:
    """Say why the champion may have learnt from any of these rows, or nothing: it would win by them."""
    old, new = Schema.from_plain(theirs.schema), Schema.from_plain(ours.schema)
    told = "so it may have learnt from these very customers."
    for what, was, now in (("id", old.id, new.id), ("snapshot", old.snapshot, new.snapshot)):
        if not _one_column(was, now, match):
            by = [repr(each) if each else f"no {what}" for each in (was, now)]
            return f"it was trained on rows split by {by[0]}, and these by {by[1]}, {told}"
    was, now = (each.config["split"]["test"] for each in (theirs, ours))
    if now > was:  # sides are nested: of a smaller share it knows none
        return (
            f"it was trained with [split] test = {was:g} and these were held out by {now:g}, {told} "
            f"Set it to {was:g} again to compare them."
        )
    differs = sorted({name for name, _ in _hashed(old) ^ _hashed(new)})
    if new.id or not differs:
        return ""
    return (
        f"without [churn] id the contents of all columns decide who is held out, and {listing(differs)} "
        f"{'was' if len(differs) == 1 else 'were'} not there or read otherwise for one of the two, {told}"
    )


def _hashed(schema: Schema) -> set[tuple[str, str]]:
    """Return names and kinds of the columns whose contents split a table that names no id."""
    return {
        (each.name, "text" if each.kind == "category" else each.kind)
        for each in schema.columns
        if each.role == "feature" or each.reason.startswith(BLOCKED)
    }


def _one_column(was: str | None, now: str | None, match: Match) -> bool:
    """Tell whether two names, or none, are of one column."""
    if was is None or now is None:
        return was == now
    try:
        return bool(match([was], [now]))
    except DataError:
        return False
