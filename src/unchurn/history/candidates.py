"""Customers × snapshots: who is looked at, who is not and why, and who then left. Plain SQL.

A spell is a time as a customer without a gap of `grace_days` (of any silence of `inactive_days`).
Labels look at spells as they truly were; everything else at what was known before the day.

What was known of a period that began before the day: its start; its end where the end itself, or
the notice of it, lies before the day, or where ends are fixed from the start. A gap between two
periods is known once both ends of it are: an end that nobody has heard of has not happened.
"""

from __future__ import annotations

from collections.abc import Sequence

from unchurn.history.calendar import FOREVER
from unchurn.history.question import Question
from unchurn.project import Subscriptions

NOT_YET = "not yet a customer"
UNREAD = "end or notice cannot be read"
GONE = "no longer a customer"
TOO_NEW = "customer for less than min_tenure_days"
NOT_ELIGIBLE = "not eligible"
PENDING = "cancellation pending"
NOT_OVER = "window reaches past the end of the data"
LEFT_UNSEEN = "had left, which was known later"
LEFT_WITHIN_LEAD = "leaves within the lead"
REASONS = (
    NOT_YET,
    UNREAD,
    GONE,
    TOO_NEW,
    NOT_ELIGIBLE,
    PENDING,
    NOT_OVER,
    LEFT_UNSEEN,
    LEFT_WITHIN_LEAD,
)
"""Why a customer is not looked at on a day, in the order in which they are asked."""


def spells(question: Question, periods: str) -> str:
    """Select `code`, `spell_start`, `spell_end` and `unsure_from` of the periods (`code start_day end_day unsure`).

    `unsure_from`: the first start of one whose end cannot be read, from which on the spell is of unknown length.
    """
    # both windows must go through periods in one order, so that no two may be alike in it
    each = f"""SELECT code, start_day, end_day, max(unsure) AS unsure FROM {periods} AS p
        GROUP BY code, start_day, end_day"""
    return f"""
    SELECT code, min(start_day) AS spell_start, max(end_day) AS spell_end,
        min(CASE WHEN unsure = 1 AND end_day >= {FOREVER} THEN start_day END) AS unsure_from
    FROM (
        SELECT code, start_day, end_day, unsure, sum(CASE WHEN before_end IS NULL
            OR start_day - before_end >= {question.merge_days} THEN 1 ELSE 0 END) OVER (
            PARTITION BY code ORDER BY start_day, end_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell
        FROM (
            SELECT code, start_day, end_day, unsure, max(end_day) OVER (
                PARTITION BY code ORDER BY start_day, end_day
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_end
            FROM ({each}) AS once) AS ordered) AS numbered
    GROUP BY code, spell"""


def state_of_periods(question: Question, section: Subscriptions, periods: str, days: str) -> str:
    """Select what was known of a customer's periods on each of `days` (`code day`).

    `first_start`, `spell_from`: days; `last_end`, `period_end`: as far as known (`FOREVER` for no end);
    `pending_end`: the last end of which there was notice; `periods`, `gaps`: counts so far, of `alike` periods one;
    `current`: the `seq` of the latest period that runs; `unsure`: 1 where one began of which it cannot be
    read whether it does.
    """
    fixed = section.fixed_terms
    told = "start_day" if fixed else "coalesce(notice, end_day)"
    visible = (
        "p.end_day" if fixed else f"CASE WHEN p.told < d.day THEN p.end_day ELSE {FOREVER} END"
    )
    return f"""
    SELECT d.code, d.day, min(p.start_day) AS first_start, max({visible}) AS last_end,
        max({visible}) AS period_end,
        max(CASE WHEN p.begins = 1 AND p.gap_told < d.day THEN p.start_day END) AS spell_from,
        max(CASE WHEN p.notice < d.day THEN p.end_day END) AS pending_end,
        sum(CASE WHEN p.alike = 0 THEN 1 ELSE 0 END) AS periods,
        sum(CASE WHEN p.after_gap = 1 AND p.gap_told < d.day THEN 1 ELSE 0 END) AS gaps,
        max(CASE WHEN {visible} >= d.day THEN p.seq END) AS current,
        max(CASE WHEN p.unsure = 1 AND p.end_day >= d.day THEN 1 ELSE 0 END) AS unsure
    FROM {days} AS d JOIN (
        SELECT code, seq, alike, start_day, end_day, notice, told, unsure,
            CASE WHEN before_end IS NULL OR start_day - before_end >= {question.merge_days}
                THEN 1 ELSE 0 END AS begins,
            CASE WHEN start_day > before_end THEN 1 ELSE 0 END AS after_gap,
            greatest(start_day, coalesce(before_told, start_day)) AS gap_told
        FROM (
            SELECT code, seq, alike, start_day, end_day, notice, unsure, {told} AS told,
                max(end_day) OVER w AS before_end, max({told}) OVER w AS before_told
            FROM {periods}
            WINDOW w AS (PARTITION BY code ORDER BY seq
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS ordered
        ) AS p ON p.code = d.code AND p.start_day < d.day
    GROUP BY d.code, d.day"""


def activity_periods(question: Question, tables: Sequence[str]) -> str:
    """Select periods made of activity: each active day and the silence that is allowed after it."""
    parts = " UNION ALL ".join(f"SELECT code, day FROM {each}" for each in tables)
    return f"""(SELECT DISTINCT code, day AS start_day, day + {question.inactive_days} AS end_day, 0 AS unsure
        FROM ({parts}) AS active)"""


def state_of_activity(question: Question, tables: Sequence[str], days: str) -> str:
    """Select what was known of a customer's activity on each of `days`: see `state_of_periods`.

    Tenure, and gaps of silence, count from the days on which activity became known. Nothing is known of
    periods: see `with_periods`.
    """
    silence = question.inactive_days
    parts = " UNION ALL ".join(f"SELECT code, day, known FROM {each}" for each in tables)
    return f"""
    SELECT d.code, d.day, min(p.known) AS first_start, max(p.last_day) + {silence} AS last_end,
        max(CASE WHEN p.begins = 1 THEN p.known END) AS spell_from,
        CAST(NULL AS BIGINT) AS pending_end, 0 AS periods, {FOREVER} AS period_end,
        sum(p.begins) - 1 AS gaps, CAST(NULL AS BIGINT) AS current, 0 AS unsure
    FROM {days} AS d JOIN (
        SELECT code, known, last_day, CASE WHEN before_known IS NULL
            OR known - before_known >= {silence} THEN 1 ELSE 0 END AS begins
        FROM (
            SELECT code, known, last_day, max(known) OVER (PARTITION BY code ORDER BY known
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_known
            FROM (SELECT code, known, max(day) AS last_day FROM ({parts}) AS every
                GROUP BY code, known) AS active) AS ordered
        ) AS p ON p.code = d.code AND p.known < d.day
    GROUP BY d.code, d.day"""


def with_periods(activity: str, periods: str) -> str:
    """Select a state of activity with what was known of the customer's periods, nothing where none runs."""
    return f"""
    SELECT a.code, a.day, a.first_start, a.last_end, a.spell_from, a.pending_end, a.gaps, a.unsure,
        coalesce(p.periods, 0) AS periods,
        CASE WHEN p.unsure = 0 AND p.period_end >= p.day THEN p.period_end ELSE {FOREVER} END AS period_end,
        CASE WHEN p.unsure = 0 THEN p.current END AS current
    FROM ({activity}) AS a LEFT JOIN ({periods}) AS p ON p.code = a.code AND p.day = a.day"""


def due_days(lead: int, periods: str, first: int, last: int) -> str:
    """Select `code` and `day`, once each: a lead before each known end, from `first` to `last`.

    A period that is no longer than the lead is never due: before it has begun, no list can know of it.
    """
    day = f"end_day - {lead}"
    return f"""
    SELECT DISTINCT code, {day} AS day FROM {periods}
    WHERE end_day < {FOREVER} AND start_day < {day} AND {day} >= {first} AND {day} <= {last}"""


def never_due(lead: int, periods: str) -> str:
    """Select how many periods are no longer than the lead: see `due_days`."""
    return f"SELECT count(*) FROM {periods} WHERE end_day < {FOREVER} AND start_day >= end_day - {lead}"


def looked_at(question: Question, state: str, days: str, eligible: str, joins: str) -> str:
    """Select every customer-day with its state and `reason`: a place in `REASONS`, -1 for none.

    `eligible` is a condition over what `joins` bring: `s` is the state, `d` the day.
    """
    gone = "<" if question.event == "subscription-ends" else "<="
    pending = "s.pending_end = s.last_end" if question.pending == "leave-out" else "1 = 0"
    return f"""
    SELECT d.code, d.day, s.first_start, s.spell_from, s.period_end, s.periods, s.gaps, s.current,
        CASE WHEN s.code IS NULL THEN {_place(NOT_YET)}
            WHEN s.unsure = 1 THEN {_place(UNREAD)}
            WHEN s.last_end {gone} d.day THEN {_place(GONE)}
            WHEN d.day - s.spell_from < {question.min_tenure_days} THEN {_place(TOO_NEW)}
            WHEN NOT coalesce({eligible}, FALSE) THEN {_place(NOT_ELIGIBLE)}
            WHEN {pending} THEN {_place(PENDING)}
            ELSE -1 END AS reason
    FROM {days} AS d LEFT JOIN {state} AS s ON s.code = d.code AND s.day = d.day {joins}"""


def labelled(question: Question, looked: str, truth: str, observed: int) -> str:
    """Select the same with `label` (1 left, 0 stayed), what cannot be labelled under its reason.

    `truth` holds the spells as they were; `observed` is the day before which all is known.
    """
    runs = ">=" if question.event == "subscription-ends" else ">"
    window = f"l.day + {question.lead_days}"
    return f"""
    SELECT l.code, l.day, l.first_start, l.spell_from, l.period_end, l.periods, l.gaps, l.current,
        CASE WHEN l.reason >= 0 THEN l.reason
            WHEN l.day + {question.settled_days} > {observed} THEN {_place(NOT_OVER)}
            WHEN t.code IS NULL THEN {_place(LEFT_UNSEEN)}
            WHEN t.unsure_from < {window} + {question.horizon_days} THEN {_place(UNREAD)}
            WHEN t.spell_end < {window} THEN {_place(LEFT_WITHIN_LEAD)}
            ELSE -1 END AS reason,
        CASE WHEN t.spell_end < {window} + {question.horizon_days} THEN 1 ELSE 0 END AS label
    FROM {looked} AS l LEFT JOIN {truth} AS t
        ON t.code = l.code AND t.spell_start < l.day AND t.spell_end {runs} l.day"""


def _place(reason: str) -> int:
    return REASONS.index(reason)
