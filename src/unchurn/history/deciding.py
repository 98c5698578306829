"""Which features a plan holds: what customers have who are trained on, and no more than fits."""

from __future__ import annotations

from collections.abc import Mapping

from unchurn.history import plan as planning
from unchurn.history.filling import CUSTOMER, DAY, LEFT
from unchurn.history.plan import Feature, Plan, Support
from unchurn.history.room import Room
from unchurn.history.staging import Staged
from unchurn.project import History


def decide_plan(
    room: Room, history: History, staged: Mapping[str, Staged], first: int, last: int
) -> Plan:
    """Decide what is made of each table, by what was known on days `first` to `last`.

    Raises `ConfigError` where two columns would have one name.
    """
    subscriptions = staged.get("subscriptions")
    fixed = history.subscriptions.fixed_terms
    roles = subscriptions.reading.roles if subscriptions else None
    certain = planning.state_features(roles, fixed)
    others: dict[str, list[Feature]] = {}
    support: dict[str, Support] = {}
    kinds: dict[str, tuple[str, ...]] = {}
    for name, each in staged.items():
        if not name.startswith("events."):
            certain += planning.attribute_features(name, each.reading.roles)
            continue
        found = _support(room, each, first - max(history.windows), last)
        support[name] = found
        kinds[name] = planning.kept_kinds(found, history.min_customers)
        if found.customers >= history.min_customers:
            lines = planning.event_features(
                name, each.noun, each.reading.roles, kinds[name], history.windows
            )
            others[name] = list(lines)
    features, dropped = planning.within_budget(certain, others, support, history.max_features)
    planning.check_names(features, (CUSTOMER, DAY, LEFT))
    every = {name: each.reading.roles for name, each in staged.items()}
    decimals = {name: each.decimals for name, each in staged.items()}
    return Plan(every, decimals, features, kinds, dropped, fixed)


def _support(room: Room, staged: Staged, first: int, last: int) -> Support:
    """Count the customers who have events from day `first` on that were known before `last`."""
    seen = f"FROM {staged.table} WHERE day >= {first} AND known < {last}"
    everybody = room.one(f"SELECT count(DISTINCT code) {seen}")[0]
    by_kind = room.table(
        f"SELECT kind, count(DISTINCT code) AS n {seen} AND kind IS NOT NULL GROUP BY kind"
    ).to_pylist()
    return Support(int(everybody), {each["kind"]: each["n"] for each in by_kind})
