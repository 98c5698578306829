"""What became of every row and every customer-day, for ``rows.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.history.candidates import never_due
from unchurn.history.looking import Counts
from unchurn.history.question import Question
from unchurn.history.room import Room
from unchurn.history.staging import Staged


def account(
    room: Room, question: Question, staged: Mapping[str, Staged], counts: Counts
) -> dict[str, Any]:
    """Count rows by table, customer-days by reason, and renewals and returns where they are known."""
    sources = {
        name: {
            "read": each.reading.read,
            "kept": each.rows,
            "dropped": each.dropped,
            "too_large": each.too_large,
            **_customers(room, staged, each),
            **_never_due(room, question, each),
            "ambiguous_times": each.reading.counted.twice,
            "impossible_times": each.reading.counted.never,
        }
        for name, each in staged.items()
    }
    plain = {"sources": sources, **counts.to_plain()}
    if counts.spells:
        plain["reactivations"] = counts.spells - counts.customers
        if question.event == "subscription-ends":
            plain["renewals"] = counts.periods - counts.spells
    return plain


def _never_due(room: Room, question: Question, each: Staged) -> dict[str, int]:
    if question.every != "renewal" or not each.reading.periods:
        return {}
    return {"never_due": int(room.one(never_due(question.lead_days, each.table))[0])}


def _customers(room: Room, staged: Mapping[str, Staged], each: Staged) -> dict[str, int]:
    """Count customers who have a row, and what is odd of theirs: see `Snapshots.rows`."""
    found = {"customers": room.one(f"SELECT count(DISTINCT code) FROM {each.table}")[0]}
    periods = staged.get("subscriptions")
    if periods and not each.reading.periods:
        found["outside_periods"] = room.one(
            f"""SELECT count(*) FROM {each.table} AS e JOIN (SELECT code, min(start_day) AS first,
            max(end_day) AS last FROM {periods.table} GROUP BY code) AS p ON p.code = e.code
            WHERE e.known >= 0 AND (e.day < p.first OR e.day >= p.last)"""
        )[0]
    if each.reading.periods:
        found["overlapping"] = room.one(
            f"""SELECT count(*) FROM (SELECT start_day, max(end_day) OVER (PARTITION BY code
            ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_end
            FROM {each.table} WHERE unsure = 0) AS o WHERE start_day < before_end"""
        )[0]
        unsure = f"SELECT coalesce(sum(unsure), 0) FROM {each.table}"
        found["unsure"] = room.one(unsure)[0]
    return {name: int(value) for name, value in found.items()}
