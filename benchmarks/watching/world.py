"""Customers of an invented company: 30 columns, a score, and ten ways in which a month can change.

A population stands for the law that training and months are drawn from, with replacement. Numbers are
float64 with NaN for blank; categories are codes of their values, -1 for blank; `NEW` is a value that
training never had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

NEW = 10_000
Columns = dict[str, np.ndarray]


def population(rows: int, seed: int) -> Columns:
    """Draw customers: 22 numbers (plain, heavy-tailed, mostly zero, counts) and 8 categories."""
    draw = np.random.default_rng(seed)
    made: Columns = {}
    for place in range(8):
        made[f"plain {place}"] = draw.normal(50 * (place + 1), 10 + 3 * place, rows)
    made["plain 1"] = 0.6 * (made["plain 0"] - 50) * 1.3 + 0.8 * (made["plain 1"] - 100) + 100
    for place in range(5):
        made[f"heavy {place}"] = draw.lognormal(3, 0.8 + 0.3 * place, rows)
    made["pareto"] = draw.pareto(1.2, rows)
    made["cauchy"] = draw.standard_cauchy(rows)
    for place, share in enumerate((0.003, 0.05, 0.4)):
        some = draw.random(rows) < share
        made[f"mostly zero {place}"] = np.where(some, np.round(draw.gamma(2, 20, rows), 2), 0.0)
    for place, mean in enumerate((0.2, 1.5, 30.0)):
        made[f"count {place}"] = draw.poisson(mean, rows).astype(float)
    made["flag"] = (draw.random(rows) < 0.02).astype(float)
    for name, share in (("plain 2", 0.05), ("heavy 1", 0.3), ("count 1", 0.01)):
        made[name] = np.where(draw.random(rows) < share, np.nan, made[name])
    shares = {
        "contract": (0.6, 0.25, 0.15),
        "yes or no": (0.9, 0.1),
        "region": tuple([1 / 50] * 50),
        "rare": (0.97, 0.02, 0.006, 0.003, 0.001),
        "brand": tuple(1 / (place + 1) for place in range(200)),
        "payment": (0.4, 0.3, 0.2, 0.1),
        "channel": (0.5, 0.3, 0.15, 0.04, 0.01),
        "device": tuple(1 / (place + 1) ** 2 for place in range(30)),
    }
    for name, share in shares.items():
        chosen = np.array(share) / sum(share)
        made[name] = draw.choice(len(chosen), rows, p=chosen).astype(np.int32)
    made["payment"] = np.where(draw.random(rows) < 0.02, -1, made["payment"]).astype(np.int32)
    return made


CATEGORIES = ("contract", "yes or no", "region", "rare", "brand", "payment", "channel", "device")
WEIGHTS = {
    "plain 0": 0.8, "plain 1": 0.5, "plain 2": 0.3, "heavy 0": 0.3, "count 1": 0.6, "contract": 0.7,
    "yes or no": 0.5, "payment": 0.3, "mostly zero 2": 0.2,
}  # fmt: skip
"""What moves the risk, in log odds for one standard deviation; the two first move it together, too."""


def standard(customers: Columns, name: str, like: Columns) -> np.ndarray:
    """Return a column in standard deviations of `like`, blanks as its mean."""
    if name in CATEGORIES:
        cells, other = (np.minimum(each[name], 5).astype(float) for each in (customers, like))
    else:
        cells, other = customers[name], like[name]
    middle, spread = np.nanmean(other), np.nanstd(other)
    return np.nan_to_num((cells - middle) / spread)


def risk(customers: Columns, like: Columns, turned: bool = False) -> np.ndarray:
    """Return each customer's true probability; where `turned`, two columns work the other way."""
    parts = {name: weight * standard(customers, name, like) for name, weight in WEIGHTS.items()}
    if turned:
        parts["plain 0"], parts["contract"] = -parts["plain 0"], -parts["contract"]
    both = 0.4 * standard(customers, "plain 0", like) * standard(customers, "plain 1", like)
    return 1 / (1 + np.exp(-(sum(parts.values()) + both - 2)))


def drawn(customers: Columns, rows: int, draw: np.random.Generator) -> Columns:
    """Draw rows with replacement."""
    places = draw.integers(0, len(customers["flag"]), rows)
    return {name: cells[places] for name, cells in customers.items()}


def _shift(month: Columns, draw: np.random.Generator) -> None:
    month["plain 0"] = month["plain 0"] + 5  # half a standard deviation


def _scale(month: Columns, draw: np.random.Generator) -> None:
    month["plain 0"] = 50 + 1.6 * (month["plain 0"] - 50)


def _unit(month: Columns, draw: np.random.Generator) -> None:
    month["heavy 0"] = month["heavy 0"] * 100


def _new_category(month: Columns, draw: np.random.Generator) -> None:
    some = draw.random(len(month["contract"])) < 0.15
    month["contract"] = np.where(some, NEW, month["contract"]).astype(np.int32)


def _missing(month: Columns, draw: np.random.Generator) -> None:
    month["plain 0"] = np.where(draw.random(len(month["flag"])) < 0.2, np.nan, month["plain 0"])


def _mix(month: Columns, draw: np.random.Generator) -> None:
    some = (draw.random(len(month["flag"])) < 0.4) & (month["contract"] == 0)
    month["contract"] = np.where(some, 2, month["contract"]).astype(np.int32)


def _correlation(month: Columns, draw: np.random.Generator) -> None:
    """Turn the order of one column's values within the month: each margin stays as it is."""
    values = np.sort(month["plain 1"])
    ranks = np.argsort(np.argsort(-month["plain 0"] + draw.normal(0, 8, len(values))))
    month["plain 1"] = values[ranks]


def _nothing(month: Columns, draw: np.random.Generator) -> None:
    return None


@dataclass(frozen=True)
class Change:
    """One kind of change: what happens to the customers, the labels, or the delivery."""

    name: str
    customers: Callable[[Columns, np.random.Generator], None] = _nothing
    odds: float = 1.0
    turned: bool = False
    stale: bool = False
    columns: tuple[str, ...] = field(default=())


CHANGES = (
    Change("shift of half a standard deviation", _shift, columns=("plain 0",)),
    Change("scale ×1.6 around the mean", _scale, columns=("plain 0",)),
    Change("unit ×100", _unit, columns=("heavy 0",)),
    Change("a new category, 15%", _new_category, columns=("contract",)),
    Change("20% of a column blank", _missing, columns=("plain 0",)),
    Change("mix: a quarter changes category", _mix, columns=("contract",)),
    Change("correlation turned, equal margins", _correlation),
    Change("label rate: twice the odds", odds=2.0),
    Change("concept: two columns work the other way", turned=True),
    Change("stale copy of last month", stale=True),
)
