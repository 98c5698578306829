"""The feature plan: one declared line a feature, decided on training snapshots only.

Names are read as a person would say them, for reports and reasons use them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from unchurn.errors import ConfigError
from unchurn.history.columns import Roles

AGGREGATES = ("count", "days", "sum", "mean", "largest", "latest", "since", "trend", "share")
"""What is made of events: how many, on how many days, a value's total, mean, largest and latest,
days since the latest, the last window less the one before, and the share that a kind has."""
STATE = {
    "tenure": "tenure in days",
    "since_first": "days since first a customer",
    "periods": "periods so far",
    "gaps": "gaps so far",
    "until_end": "days until the period ends",
    "price": "price now",
    "price_change": "price change since the last period",
}
"""What is made of periods, with the names of the columns."""


@dataclass(frozen=True)
class Feature:
    """One column: `aggregate` of `source` over `window` days before the snapshot.

    `kind` is one kind of its events, or None for all; `column` the value or attribute; `window`
    0 where none applies. `source` is empty for what is known of periods (`STATE`).
    """

    name: str
    source: str
    aggregate: str
    column: str = ""
    kind: str | None = None
    window: int = 0


@dataclass(frozen=True)
class Plan:
    """What is read and what is made of it.

    `roles` and `decimals` (of each value column) by source; `kinds` kept by event source;
    `dropped` features by name that the budget had no room for. `fixed_terms` as [history] says.
    """

    roles: Mapping[str, Roles]
    decimals: Mapping[str, tuple[int, ...]]
    features: tuple[Feature, ...]
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    fixed_terms: bool = False

    def of(self, source: str) -> tuple[Feature, ...]:
        """Return the features made of one source."""
        return tuple(each for each in self.features if each.source == source)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for ``plan.json``."""
        return {
            "schema_version": 1,
            "sources": {
                name: {
                    "columns": roles.to_plain(),
                    "decimals": list(self.decimals[name]),
                    "kinds": list(self.kinds.get(name, ())),
                }
                for name, roles in self.roles.items()
            },
            "features": [asdict(each) for each in self.features],
            "dropped": list(self.dropped),
            "fixed_terms": self.fixed_terms,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        sources = plain["sources"]
        return cls(
            {name: Roles.from_plain(each["columns"]) for name, each in sources.items()},
            {name: tuple(each["decimals"]) for name, each in sources.items()},
            tuple(Feature(**each) for each in plain["features"]),
            {name: tuple(each["kinds"]) for name, each in sources.items()},
            tuple(plain["dropped"]),
            plain["fixed_terms"],
        )


@dataclass(frozen=True)
class Support:
    """How many customers have events of a source, in all and by kind, at training snapshots."""

    customers: int
    kinds: Mapping[str, int]


def state_features(roles: Roles | None, fixed_terms: bool) -> list[Feature]:
    """List what is made of periods; `roles` None for a history without them."""
    wanted = ["tenure", "since_first", "gaps"]
    if roles is not None:
        wanted.append("periods")
        wanted += ["until_end"] * fixed_terms
        wanted += ["price", "price_change"] * len(roles.values)
    return [Feature(STATE[each], "", each) for each in STATE if each in wanted]


def attribute_features(source: str, roles: Roles) -> list[Feature]:
    """List the attributes of a source, each under the name of its column."""
    return [Feature(each.name, source, "attribute", each.name) for each in roles.attributes]


def event_features(
    source: str, noun: str, roles: Roles, kinds: Sequence[str], windows: Sequence[int]
) -> Iterator[Feature]:
    """List what is made of events: of all of them, then of each kind."""
    longest = max(windows)
    for kind in (None, *kinds):
        what = noun if kind is None else f"{noun} ({kind})"
        yield Feature(f"days since the latest {what}", source, "since", "", kind, longest)
        for window in windows:
            within = f"in the last {window} days"
            yield Feature(f"{what} {within}", source, "count", "", kind, window)
            yield Feature(f"days with {what} {within}", source, "days", "", kind, window)
            if 2 * window <= longest:
                change = f"change in {what}, last {window} days less the {window} before"
                yield Feature(change, source, "trend", "", kind, window)
            if kind is not None:
                share = f"share of {kind} in {noun} {within}"
                yield Feature(share, source, "share", "", kind, window)
        for value in roles.values:
            yield from _of_value(source, what, value.name, kind, windows)


def _of_value(
    source: str, what: str, value: str, kind: str | None, windows: Sequence[int]
) -> Iterator[Feature]:
    longest = max(windows)
    yield Feature(f"{value} of the latest {what}", source, "latest", value, kind, longest)
    for window in windows:
        within = f"in the last {window} days"
        yield Feature(f"total {value} of {what} {within}", source, "sum", value, kind, window)
        yield Feature(f"average {value} of {what} {within}", source, "mean", value, kind, window)
        largest = f"largest {value} of {what} {within}"
        yield Feature(largest, source, "largest", value, kind, window)


def kept_kinds(support: Support, least: int) -> tuple[str, ...]:
    """Choose the kinds of events that enough customers have, the commonest first, ties by name."""
    enough = [kind for kind, customers in support.kinds.items() if customers >= least]
    return tuple(sorted(enough, key=lambda kind: (-support.kinds[kind], kind)))


def within_budget(
    certain: Sequence[Feature],
    others: Mapping[str, Sequence[Feature]],
    support: Mapping[str, Support],
    budget: int,
) -> tuple[tuple[Feature, ...], tuple[str, ...]]:
    """Choose at most `budget` features; return them, and the names of those left out.

    `certain` ones come first, then those of events by the customers who have such events; among
    equals in the order of the plan.
    """

    def customers(each: Feature) -> int:
        found = support[each.source]
        return found.customers if each.kind is None else found.kinds[each.kind]

    rest = [each for name in sorted(others) for each in others[name]]
    ranked = [*certain, *sorted(rest, key=lambda each: -customers(each))]
    chosen = set(ranked[:budget])
    kept = [each for each in (*certain, *rest) if each in chosen]
    return tuple(kept), tuple(each.name for each in ranked[budget:])


def check_names(features: Sequence[Feature], taken: Sequence[str]) -> None:
    """Raise `ConfigError` where two features, or a feature and a `taken` name, are one column."""
    seen: dict[str, str] = dict.fromkeys(taken, "the snapshots themselves")
    for each in features:
        where = f"[history.{each.source}]" if each.source else "[history.subscriptions]"
        if each.name in seen:
            raise ConfigError(
                f"{each.name!r} of {where} is also the name of a column of {seen[each.name]}.",
                "Choose with columns in one of the sections, or rename the column.",
            )
        seen[each.name] = where
