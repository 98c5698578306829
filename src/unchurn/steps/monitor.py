"""monitor: a scored month beside training → a Watch: steady, to look at, or to act on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import (
    Batch,
    Model,
    Schema,
    Scores,
    ScoringRun,
    Watch,
    Watching,
    Workspace,
    published_sha256,
)
from unchurn.modelling.drift.difference import is_untrusted
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.scoring.cutpoints import quantiles
from unchurn.modelling.scoring.decisions import contacted
from unchurn.modelling.scoring.profit import cost_if_staying
from unchurn.modelling.watching.attention import attention_reasons
from unchurn.modelling.watching.baseline import VERSION
from unchurn.modelling.watching.chance import FAMILY, alphas
from unchurn.modelling.watching.comparison import comparisons
from unchurn.modelling.watching.constraints import own_rules, violations
from unchurn.modelling.watching.delivery import delivery_reasons
from unchurn.modelling.watching.expected import ASSUMES, ExpectedProfit, ExpectedSums
from unchurn.modelling.watching.levels import LEAST_ROWS, LIMITS
from unchurn.modelling.watching.model_monitor import statistics, suggested
from unchurn.modelling.watching.month import Month, compared, reached, told
from unchurn.modelling.watching.profile_baseline import CANNOT, baseline_of_profile
from unchurn.modelling.watching.trend import months
from unchurn.modelling.watching.two_sample import (
    NO_ROWS,
    compare_together,
    encoder_of,
    rows_of,
    sampled,
    survivors,
    tell_apart,
)
from unchurn.progress import Progress
from unchurn.report.watch_page import render_watch
from unchurn.tables.chosen_rows import side_by_side
from unchurn.tables.prefetch import ahead

ROWS = 65_536
"""Rows looked at at a time."""
_SCORED = ["probability", "expected_value", "decision"]
_SHARE = 0.1
"""Share whose lift is expected where the list says of nobody whether to contact them."""


def monitor(
    model: Model,
    batch: Batch,
    scores: Scores,
    watching: Watching,
    decision: config.Decision,
    run: ScoringRun,
    workspace: Workspace,
    progress: Progress,
) -> Watch:
    """Compare a month's customers and their scores with training; see `Watch` for what is made.

    One pass over each, in memory that does not grow with the rows. A bundle without a baseline is
    compared with what its profile holds, and the watch says what that cannot tell.
    """
    then, parts, full = _baseline(model)
    month, hoped = Month(then, parts), ExpectedProfit(cost_if_staying(decision))
    expected = ExpectedSums(), hoped
    sample = _looked(month, batch.customers, scores.scores, expected, progress)
    constraints, found, own = _constraints(model, month, parts, watching)
    notes, table = scores.counts["notes"], published_sha256(batch.customers)
    judged, attention = compared(month, notes, _units(model)), reached(month)
    steady = {each["name"] for each in judged if each["level"] == "steady"}
    together = _together(model, then, sample, steady)
    besides = [
        *_rule_reasons(own, batch.quality),
        *delivery_reasons(watching.deliveries, month.rows, table),
        *_reasons([together]),
        *attention_reasons(attention),
    ]
    made = told(month, judged, _besides_rules(notes, batch.quality), besides)
    watch = {
        "version": 1,
        "level": made.level,
        "words": made.words,
        "reasons": made.reasons,
        "customers": month.rows,
        "table": table,
        "judged": month.rows >= LEAST_ROWS,
        "comparisons": made.comparisons,
        "false_alarms": FAMILY,
        "limits": LIMITS,
        "baseline": {name: then[name] for name in ("version", "rows")},
        "columns": judged,
        "score": made.score,
        "together": together,
        "attention": attention,
        "expected": _expected(model, scores, *expected, month),
        "cannot": _cannot(full, model, then),
        "notes": notes,
        "violations": len(found),
        "own_rules": own,
        "quality": batch.quality or [],
        **(run.named() | {"as_of": watching.as_of}),
    }
    watch["months"] = months(watch, watching.earlier)
    page = workspace / "watch.html"
    page.write_bytes(render_watch(watch).encode())
    return Watch(watch, page, statistics(month), constraints, {"violations": found})


def _baseline(model: Model) -> tuple[dict[str, Any], dict[str, EncodedColumn], bool]:
    """Return what a month is compared with, the model's columns by name, and whether the bundle holds it in full."""
    columns = [EncodedColumn.from_plain(each) for each in model.encoder["columns"]]
    parts = {each.name: each for each in columns}
    if model.baseline is not None and model.baseline["version"] == VERSION:
        return model.baseline, parts, True
    return baseline_of_profile(model.profile, parts, quantiles(model.model)), parts, False


def _constraints(
    model: Model, month: Month, parts: dict[str, EncodedColumn], watching: Watching
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the constraints that count, what violates them, and what of it a person has asked for."""
    usual = model.constraints or suggested(month.baseline, parts)
    constraints = watching.constraints or usual
    found = violations(month, constraints)
    own = own_rules(found, constraints, usual) if watching.constraints else []
    return constraints, found, own


def _looked(
    month: Month,
    customers: Path,
    scores: Path,
    expected: tuple[ExpectedSums, ExpectedProfit],
    progress: Progress,
) -> pa.Table:
    """Take in a month and its scores; return some of its customers, evenly over the table."""
    some: list[pa.RecordBatch] = []
    sums, hoped = expected
    with (
        pq.ParquetFile(customers, pre_buffer=False, read_dictionary=month.categories) as source,
        pq.ParquetFile(scores, pre_buffer=False) as scored,
        progress.task("Comparing with training", source.metadata.num_rows) as task,
    ):
        rows, start = source.metadata.num_rows, 0
        places = sampled(rows, len(month.columns))
        both = (
            source.iter_batches(ROWS, columns=month.reads),
            scored.iter_batches(ROWS, columns=_SCORED),
        )
        for batch, score in ahead(side_by_side(*both)):
            probability, worth = (
                score.column(name).to_numpy(zero_copy_only=False) for name in _SCORED[:2]
            )
            chosen = contacted(score)
            month.look(batch, probability)
            sums.look(probability)
            hoped.look(probability[chosen], worth[chosen])
            stop = start + batch.num_rows
            some.append(batch.take(pa.array(_within(places, start, stop))))
            start = stop
            task.advance(batch.num_rows)
    return pa.Table.from_batches(some)


def _within(places: npt.NDArray[np.int64], start: int, stop: int) -> npt.NDArray[np.int64]:
    first, last = np.searchsorted(places, [start, stop])
    found: npt.NDArray[np.int64] = places[first:last] - start
    return found


def _together(
    model: Model, then: dict[str, Any], month: pa.Table, steady: set[str]
) -> dict[str, Any] | None:
    """Tell rows of a month from those of training by the columns that are like training one by one.

    None where the bundle keeps no rows, or there are too few to judge.
    """
    if model.reference is None:
        return None
    kept = pq.read_table(model.reference)
    encoder = encoder_of(Encoder.from_plain(model.encoder), steady.intersection(kept.column_names))
    before = rows_of(kept, encoder)
    apart = tell_apart(before, encoder.transform(month), encoder.feature_types)
    if apart is None:
        return None
    shares = alphas(comparisons(then["columns"]))
    decided = model.model
    usual = survivors(decided["base_rate"], decided["out_of_fold"]["roc_auc"])
    return compare_together(apart, encoder.features, usual, shares, then["weights"])


def _expected(
    model: Model, scores: Scores, sums: ExpectedSums, hoped: ExpectedProfit, month: Month
) -> dict[str, Any]:
    """Say what is to be expected of a month before anybody knows who left."""
    costs = scores.counts["contact"]
    share = hoped.customers / month.rows if costs and month.rows else 0.0
    share = share if 0 < share < 1 else _SHARE
    then = ExpectedSums()
    trained = pq.read_table(model.out_of_fold, columns=["probability"])["probability"]
    then.look(np.asarray(pc.drop_null(trained).to_numpy(), dtype=np.float64))
    usual = then.measured(share)
    return {
        **sums.measured(share),
        "share": share,
        "profit": {**hoped.to_plain(), "currency": costs["currency"]} if costs else None,
        "training": {name: usual[name]["value"] for name in ("log_loss", "roc_auc", "lift")},
        "assumes": ASSUMES,
    }


def _cannot(full: bool, model: Model, then: dict[str, Any]) -> list[str]:
    found = [] if full else [CANNOT]
    if model.reference is None:
        found.append(NO_ROWS)
    left = sorted(set(Schema.from_plain(model.schema).features) - then["columns"].keys())
    if left:
        found.append(
            f"{len(left):,} columns are not watched, for those that weigh most fill the baseline; "
            f"the first is {left[0]!r}."
        )
    return found


def _units(model: Model) -> dict[str, str]:
    """Return what number columns count in, where training's cells said it."""
    columns = Schema.from_plain(model.schema).with_role("feature")
    return {each.name: each.unit or each.currency for each in columns if each.kind == "number"}


def _rule_reasons(
    own: list[dict[str, Any]], verdicts: list[dict[str, Any]] | None
) -> list[dict[str, str]]:
    """Return a reason for each violation of a person's constraints, and each rule of [quality] that does not hold."""
    asked = [{"level": each["level"], "reason": each["words"]} for each in verdicts or ()]
    return [*map(_own_reason, own), *_reasons(asked)]


def _besides_rules(
    notes: list[dict[str, Any]], verdicts: list[dict[str, Any]] | None
) -> list[dict[str, Any]]:
    """Leave out the summary of what is grave where it only repeats rules, each of which is a reason by itself."""
    broken = sum(each["level"] == "act" for each in verdicts or ())
    return notes[1:] if is_untrusted(notes) and notes[0]["count"] == broken else notes


def _reasons(found: Iterable[dict[str, Any] | None]) -> list[dict[str, str]]:
    """Return a reason for what was found that is not steady."""
    return [
        {"level": each["level"], "words": each["reason"]}
        for each in found
        if each and each["level"] != "steady"
    ]


def _own_reason(rule: dict[str, Any]) -> dict[str, str]:
    kind, name = rule["constraint_check_type"], rule["feature_name"]
    words = f"A rule of your own does not hold, {kind} of {name!r}: {rule['description']}"
    return {"level": "act", "words": words}
