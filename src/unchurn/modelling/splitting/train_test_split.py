"""Rows of Clean → which are trained on, which are held out, in which order, and which left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import EARLY, LABEL, LATE, Finding, Schema
from unchurn.errors import DataError, counted
from unchurn.modelling.columns.rows_findings import alike_findings
from unchurn.modelling.splitting.content_hash import Hashes, combined, row_hashes
from unchurn.modelling.splitting.split import Groups, Keys, Mask, fold, groups, side, stratified
from unchurn.modelling.splitting.time_split import customer_weights, forward_phases, time_split
from unchurn.project import Split

Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Parts:
    """Row numbers of the table for each side, sorted by group key and then by content.

    `keys`, `folds` and `labels` are those of all rows of the table (rows,), and so are `phases`
    (None unless folds run forward in time) and `weights` (None where rows weigh alike).
    `left_out` counts the rows on neither side by reason; `aside` are those of them, ordered alike, that the
    last fit may learn from, for nothing is judged by it.
    """

    train: Ints
    test: Ints
    keys: Keys
    folds: npt.NDArray[np.int8]
    labels: Labels
    left_out: dict[str, int]
    findings: tuple[Finding, ...]
    phases: npt.NDArray[np.int8] | None = None
    weights: npt.NDArray[np.float32] | None = None
    aside: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def counts(self, clean: Mapping[str, Any]) -> dict[str, Any]:
        """Row counts of Prepared from those of Clean: read = kept + the sum of dropped."""
        return {
            "read": clean["read"],
            "kept": len(self.train) + len(self.test),
            "dropped": {**clean["dropped"], **self.left_out},
            "train": len(self.train),
            "test": len(self.test),
            "train_churned": int(self.labels[self.train].sum()),
            "test_churned": int(self.labels[self.test].sum()),
            **self._aside(),
            **({"lines": clean["lines"]} if "lines" in clean else {}),
        }

    def _aside(self) -> dict[str, int]:
        if not len(self.aside):
            return {}
        return {"aside": len(self.aside), "aside_churned": int(self.labels[self.aside].sum())}


class _Sides(NamedTuple):
    """Masks (rows,) of the sides and of what stands aside, counts of what is left out, findings."""

    train: Mask
    test: Mask
    aside: Mask
    left_out: dict[str, int]
    findings: list[Finding]


def part_rows(table: pa.Table, schema: Schema, split: Split, gap: int) -> Parts:
    """Split a table's rows by customer, or by time where the schema has a snapshot.

    `gap` is in days: the lead and the horizon. Raises `DataError` when a side would lack a class,
    or the table is too short for folds that run forward.
    """
    labels = np.asarray(table[LABEL].to_numpy(), dtype=np.int8)
    contents = row_hashes(table, schema.features)
    ids = row_hashes(table, [schema.id]) if schema.id else None
    rest = sorted(set(table.column_names) - set(schema.features) - {schema.id})
    whole = combined(contents, row_hashes(table, rest))
    whole = whole if ids is None else combined(whole, ids)
    # by time, two customers who look alike are two: joining them would cost one of them
    alike = whole if schema.snapshot else contents
    grouped = groups(table[schema.id] if schema.id else None, alike, whole)
    sides = _sides(table, schema, grouped.keys, split.test, gap, labels)
    train, test, findings = sides.train, sides.test, sides.findings
    _both_classes(labels, train, test)
    if schema.snapshot is None:
        findings += [] if grouped.too_alike else alike_findings(contents)
    order = _order(grouped.keys, whole)
    return Parts(
        train=order[train[order]],
        test=order[test[order]],
        keys=grouped.keys,
        folds=fold(grouped.keys, split.folds),
        labels=labels,
        left_out=sides.left_out,
        findings=tuple(_alike(grouped) + findings),
        phases=_phases(table, schema, train, labels, gap) if split.forward else None,
        weights=_weights(grouped.keys, train | test, split.customer_weight)
        if schema.snapshot
        else None,
        aside=order[sides.aside[order]],
    )


def _sides(
    table: pa.Table, schema: Schema, keys: Keys, share: float, horizon: int, labels: Labels
) -> _Sides:
    if schema.snapshot:
        made = time_split(table[schema.snapshot], keys, share, horizon)
        words = f"Held out: snapshots from {made.start} on. Trained on: those until {made.end}."
        if made.aside.any():
            words += f" {counted(int(made.aside.sum()), 'row')} on neither side join the last fit alone, with [train] refit."
        counts = {reason: int(mask.sum()) for reason, mask in made.left_out.items() if mask.any()}
        found = [Finding("split-time", "note", words)]
        return _Sides(made.train, made.test, made.aside, counts, found)
    test, none = side(keys, share), np.zeros(len(keys), dtype=np.bool_)
    if _classes(labels[test]) == _classes(labels[~test]) == 2:
        return _Sides(~test, test, none, {}, [])
    balanced = stratified(keys, labels, share)
    if balanced is None:
        return _Sides(~test, test, none, {}, [])
    words = (
        "So few customers that a split by hash would leave a side without churned or without "
        "remaining ones: a share of each was held out instead."
    )
    return _Sides(~balanced, balanced, none, {}, [Finding("split-stratified", "warning", words)])


def _phases(
    table: pa.Table, schema: Schema, train: Mask, labels: Labels, gap: int
) -> npt.NDArray[np.int8] | None:
    if schema.snapshot is None:
        return None
    phases = forward_phases(table[schema.snapshot], train, gap)
    for phase in (EARLY, LATE):
        if _classes(labels[phases == phase]) < 2:
            raise DataError(
                "Folds cannot run forward in time: the training rows of one part are all of one "
                "class.",
                "Set [split] forward = false, or use a table with more churned customers.",
            )
    return phases


def _weights(keys: Keys, used: Mask, power: float) -> npt.NDArray[np.float32] | None:
    """Weigh rows by how many of their customer are used, None where nobody has two."""
    if not power or len(np.unique(keys[used])) == used.sum():
        return None
    weights = np.ones(len(keys), dtype=np.float32)
    weights[used] = customer_weights(keys[used], power)
    return weights


def _classes(labels: Labels) -> int:
    return len(np.unique(labels))


def _both_classes(labels: Labels, train: Mask, test: Mask) -> None:
    for name, mask in (("training", train), ("held-out", test)):
        rows, churned = int(mask.sum()), int(labels[mask].sum())
        if churned in (0, rows):
            what = "no churned customer" if churned == 0 else "churned customers only"
            raise DataError(
                f"The {name} part has {what} ({rows:,} of {len(labels):,} rows): nothing can be "
                "learnt and tested.",
                "Use a table with more churned and more remaining customers"
                + (", or change [split] test." if rows else "."),
            )


def _alike(grouped: Groups) -> list[Finding]:
    if not grouped.too_alike:
        return []
    words = (
        "Customers look so much alike that equal contents were not used to keep rows on one side "
        "of the split."
    )
    return [Finding("too-alike", "note", words)]


def _order(keys: Keys, whole: Hashes) -> Ints:
    """Order rows by key and then by content, whatever order they came in."""
    rank = np.unique(keys, return_inverse=True)[1]
    return np.lexsort((whole, rank)).astype(np.int64)
