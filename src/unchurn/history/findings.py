"""What a person should know of a history: what was left out, decided, or cannot be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from unchurn.artefacts import Finding
from unchurn.errors import counted, listing
from unchurn.history.backfilled import notice_alone
from unchurn.history.candidates import LEFT_UNSEEN, LEFT_WITHIN_LEAD, PENDING
from unchurn.history.looking import Counts
from unchurn.history.plan import Plan
from unchurn.history.staging import Staged
from unchurn.project import Attributes

_CENTS = 2
"""Decimals that an amount of money needs: fewer are worth a warning."""
_TOLD = {
    PENDING: "had given notice and are left out ([churn] pending)",
    LEFT_WITHIN_LEAD: "left within the lead and are neither churned nor stayed",
    LEFT_UNSEEN: "had left, which was known later only, and teach nothing",
}


def history_findings(
    staged: Mapping[str, Staged],
    counts: Counts,
    rows: Mapping[str, Any],
    plan: Plan,
) -> list[Finding]:
    """Say what was met."""
    found = [each for source in staged.values() for each in _of_source(source)]
    found += [each for source in staged.values() for each in _of_numbers(source)]
    for reason, words in _TOLD.items():
        if count := rows["excluded"].get(reason, 0):
            code = reason.replace(" ", "-").replace(",", "")
            cost = _cost(counts) if reason == PENDING else ""
            told = f"{count:,} customer-days {words}{cost}."
            found.append(Finding(code, "note", told, count=count))
    found += _odd(rows["sources"])
    if plan.dropped:
        words = (
            f"{len(plan.dropped):,} features are left out by [history] max_features: "
            f"{listing(plan.dropped, 3)}."
        )
        found.append(Finding("features-over-budget", "note", words, count=len(plan.dropped)))
    return found


def _of_numbers(staged: Staged) -> Iterator[Finding]:
    """Say where numbers lose decimals, or are lost, so that sums fit."""
    where = f"[history.{staged.reading.source.name}]"
    if staged.too_large:
        words = (
            f"{where}: {counted(staged.too_large, 'number is', 'numbers are')} too large to add up, and blank: "
            "check the largest ones."
        )
        yield Finding("numbers-too-large", "warning", words, count=staged.too_large)
    scales = staged.reading.counted.scales
    for column, scale, kept in zip(
        staged.reading.roles.values, scales, staged.decimals, strict=True
    ):
        if kept >= scale.needed:
            continue
        room = f"with numbers up to {scale.largest:,.0f}, sums of more would not fit; check the largest ones."
        words = (
            f"{column.name!r} of {where} is written with up to {counted(scale.needed, 'decimal')} and kept "
            f"with {kept}: {room if kept == scale.decimals else 'as in training.'}"
        )
        yield Finding("decimals-cut", "warning" if kept < _CENTS else "note", words, column.name)


def _odd(sources: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Say of rows that count, although something about them is odd."""
    for name, each in sources.items():
        if count := each.get("overlapping", 0):
            words = f"[history.{name}]: {count:,} periods begin before an earlier one has ended."
            yield Finding("overlapping-periods", "note", words, count=count)
        if count := each.get("unsure", 0):
            words = (
                f"[history.{name}]: the end or notice of {counted(count, 'period')} cannot be read; from the "
                "start of these on their customers are left out, and counted (where leaving is inactivity, "
                "nothing is known of their periods)."
            )
            yield Finding("unsure-periods", "warning", words, count=count)
        if count := each.get("never_due", 0):
            words = (
                f"[history.{name}]: {counted(count, 'period is', 'periods are')} no longer than [churn] "
                "lead_days, and never looked at: a lead before the end they have not begun."
            )
            yield Finding("never-due", "warning", words, count=count)
        if count := each.get("outside_periods", 0):
            words = (
                f"[history.{name}]: {count:,} rows lie before or after all periods of their "
                "customer; they count all the same."
            )
            yield Finding("outside-periods", "note", words, count=count)


def _cost(counts: Counts) -> str:
    """Say what the notices left out would have pretended."""
    if not counts.noticed:
        return ""
    others, left = counts.eligible.total(), counts.left.total()
    alone = notice_alone(counts.noticed, counts.noticed_left, others, left)
    return f": kept, the notice would have a ROC-AUC of {alone:.3f} alone"


def _of_source(staged: Staged) -> Iterator[Finding]:
    reading = staged.reading
    where = f"[history.{reading.source.name}]"
    yield from (*reading.source.table.notes, *reading.source.table.said)
    for reason, rows in staged.dropped.items():
        words = f"{where}: {rows:,} rows are left out: {reason}."
        yield Finding("history-rows", "warning", words, count=rows)
    twice, never = reading.counted.twice, reading.counted.never
    if twice or never:
        words = (
            f"{where}: of times without a zone, {twice:,} came twice and are taken as the earlier, "
            f"{never:,} never came and are taken as later by the change of the clock."
        )
        yield Finding("clock-changes", "note", words, count=twice + never)
    section = reading.source.section
    if isinstance(section, Attributes) and not section.time:
        for each in reading.roles.attributes:
            words = (
                f"{each.name!r} of {where} has no time: it cannot be known to have been true on "
                "the day. Name a time column, or leave it out with columns."
            )
            yield Finding("undated-attribute", "warning", words, each.name)
