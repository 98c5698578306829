"""How often does a month like training ring, and how soon does a changed one? See README.md.

    python benchmarks/watching/run.py [--months 2000] [--sequences 40] [--quick]

Months are counted into the sketches that `unchurn monitor` fills, and judged by its own code.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter

import numpy as np
import pyarrow as pa
from world import CATEGORIES, CHANGES, WEIGHTS, Change, Columns, drawn, population, risk

from unchurn.artefacts import Watched
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.watching.baseline import baseline
from unchurn.modelling.watching.chance import alphas
from unchurn.modelling.watching.comparison import comparisons
from unchurn.modelling.watching.delivery import delivery_reasons
from unchurn.modelling.watching.month import Month, compared, told
from unchurn.modelling.watching.sketch import NumberSketch
from unchurn.modelling.watching.two_sample import compare_together, sampled, tell_apart

POPULATION, TRAINING, BASELINES = 400_000, (2_000, 10_000, 50_000), 20
SIZES = (200, 500, 2_000, 10_000, 50_000, 100_000)
HORIZON = 12
"""Months that a change is waited for."""


def parts_of(customers: Columns) -> dict[str, EncodedColumn]:
    """Return how the columns are encoded: values that a share of training has are told apart."""
    made = {}
    for name in customers:
        if name in CATEGORIES:
            codes, rows = np.unique(customers[name][customers[name] >= 0], return_counts=True)
            kept = codes[rows >= max(2, 0.0005 * len(customers[name]))]
            made[name] = EncodedColumn(name, "category", tuple(sorted(map(str, kept))))
        else:
            made[name] = EncodedColumn(name, "number")
    return made


def cells_of(name: str, cells: np.ndarray) -> pa.Array:
    if name in CATEGORIES:
        return pa.array(cells.astype(str), mask=cells < 0)
    return pa.array(cells, from_pandas=True)


def trained(customers: Columns, like: Columns) -> tuple[dict, dict[str, EncodedColumn]]:
    parts = parts_of(customers)
    total = sum(WEIGHTS.values())
    weights = {name: WEIGHTS.get(name, 0.0) / total for name in parts}
    scores = risk(customers, like)
    rows = len(scores)
    made = baseline(
        rows, lambda n: cells_of(n, customers[n]), list(parts.values()), scores, weights
    )
    return made, parts


class Counting:
    """Places of a population's cells in the sketches of a baseline: a month is counted by them."""

    def __init__(self, then: dict, parts: dict[str, EncodedColumn], people: Columns) -> None:
        self.then, self.parts = then, parts
        self.score = risk(people, people)
        self.people = people
        self.places = {
            name: self._places(name, cells)
            for name, cells in (*people.items(), ("score", self.score))
        }

    def _places(self, name: str, cells: np.ndarray) -> np.ndarray:
        """Return the place of each cell; -1 for blanks."""
        if name in CATEGORIES:
            values = self.parts[name].values
            codes = np.unique(cells)
            known = {str(code): place for place, code in enumerate(values, 1)}
            found = np.array([known.get(str(code), 0) if code >= 0 else -1 for code in codes])
            return found[np.searchsorted(codes, cells)].astype(np.int16)
        knots = (self.then["score"] if name == "score" else self.then["columns"][name])["knots"]
        found = np.searchsorted(knots, np.nan_to_num(cells), side="left")
        return np.where(np.isfinite(cells), found, -1).astype(np.int16)

    def month(self, rows: int, draw: np.random.Generator) -> Month:
        chosen = draw.integers(0, len(self.score), rows)
        month = Month(self.then, self.parts)
        month.rows = rows
        for name, sketch in (*month.columns.items(), ("score", month.score)):
            places = self.places[name][chosen]
            counts = np.bincount(places[places >= 0], minlength=len(sketch.counts))
            sketch.counts += counts
            sketch.rows = rows
            if isinstance(sketch, NumberSketch):
                self._ends(name, sketch, chosen)
        return month

    def _ends(self, name: str, sketch: NumberSketch, chosen: np.ndarray) -> None:
        cells = (self.score if name == "score" else self.people[name])[chosen]
        sketch.below = int(np.count_nonzero(cells < sketch.low))
        sketch.above = int(np.count_nonzero(cells > sketch.high))


def false_alarms(months: int, seed: int) -> dict[int, Counter]:
    """Count levels of months like training, by their size."""
    found: dict[int, Counter] = {size: Counter() for size in SIZES}
    people = population(POPULATION, seed)
    each = max(1, months // BASELINES)
    for number in range(BASELINES):
        draw = np.random.default_rng((seed, number))
        training = drawn(people, TRAINING[number % len(TRAINING)], draw)
        counter = Counting(*trained(training, people), people)
        for place in range(each):
            size = SIZES[(number * each + place) % len(SIZES)]
            month = counter.month(size, draw)
            found[size][told(month, compared(month, (), {})).level] += 1
    return found


def matrix(encoder: Encoder, customers: Columns) -> np.ndarray:
    """Encode customers as training and a watch do."""
    names = encoder.features
    return encoder.transform(pa.record_batch([cells_of(n, customers[n]) for n in names], names))


def encoder_of(parts: dict[str, EncodedColumn]) -> Encoder:
    return Encoder(tuple(parts[name] for name in sorted(parts)))


def together(encoder: Encoder, then: dict, before: np.ndarray, month: Columns) -> dict | None:
    """Tell a month from training by all columns at once; survivors make nothing of it here."""
    rows = len(month["flag"])
    some = {name: cells[sampled(rows, len(month))] for name, cells in month.items()}
    apart = tell_apart(before, matrix(encoder, some), encoder.feature_types)
    if apart is None:
        return None
    shares = alphas(comparisons(then["columns"]))
    made = compare_together(apart, encoder.features, 0.5, shares, then["weights"])
    return {**made, "beyond": (apart.auc - 0.5) / apart.spread}


def alike(months: int, seed: int) -> None:
    """Print how far beyond chance's spread months like training are told apart, by their size."""
    people = population(100_000, seed)
    found: dict[int, list[float]] = {200: [], 500: [], 2_000: []}
    levels: Counter = Counter()
    for number in range(months):
        draw = np.random.default_rng((seed, number, 7))
        training = drawn(people, 2_000, draw)
        then, parts = trained(training, people)
        encoder = encoder_of(parts)
        size = list(found)[number % len(found)]
        made = together(encoder, then, matrix(encoder, training), drawn(people, size, draw))
        assert made is not None
        found[size].append(made["beyond"])
        levels[made["level"]] += 1
    print("\n| customers | months | spreads from a half, mean | sd | most |\n|---|---|---|---|---|")
    for size, each in found.items():
        print(
            f"| {size:,} | {len(each)} | {np.mean(each):.2f} | {np.std(each):.2f} | {max(each):.2f} |"
        )
    print(f"look or act: {months - levels['steady']} of {months}")


def looked(then: dict, parts: dict, month: Columns, scores: np.ndarray) -> Month:
    """Count a month as `unchurn monitor` does."""
    made = Month(then, parts)
    names = list(made.columns)
    made.look(pa.record_batch([cells_of(name, month[name]) for name in names], names), scores)
    return made


def table_of(month: Columns) -> str:
    """Identify a delivery, as a watch does by the hash of its typed table."""
    return hashlib.sha256(b"".join(month[name].tobytes() for name in sorted(month))).hexdigest()


def detection(change: Change, rows: int, sequences: int, seed: int) -> tuple[list[int], list[int]]:
    """Return months until look and until act, HORIZON + 1 where neither came."""
    people = population(100_000, seed)
    until: tuple[list[int], list[int]] = ([], [])
    for number in range(sequences):
        draw = np.random.default_rng((seed, number, rows))
        training = drawn(people, 10_000, draw)
        then, parts = trained(training, people)
        encoder = encoder_of(parts)
        kept = {name: cells[sampled(10_000, len(training))] for name, cells in training.items()}
        before = matrix(encoder, kept)
        first = [HORIZON + 1, HORIZON + 1]
        last = drawn(people, rows, draw)
        earlier = [Watched("month 00", rows, table_of(last))]
        for place in range(1, HORIZON + 1):
            month = last if change.stale else drawn(people, rows, draw)
            change.customers(month, draw)
            scores = risk(month, people)
            said = delivery_reasons(earlier, rows, table_of(month))
            if (apart := together(encoder, then, before, month)) and apart["level"] != "steady":
                said.append({"level": apart["level"], "words": apart["reason"]})
            counted = looked(then, parts, month, scores)
            level = told(counted, compared(counted, (), {}), (), said).level
            earlier.append(Watched(f"month {place:02}", rows, table_of(month)))
            if level != "steady":
                first[0] = min(first[0], place)
            if level == "act":
                first[1] = place
                break
            if place >= 3 and level == "steady" and change.columns == ():
                break  # every month is drawn alike: what three do not show is not waited for
        until[0].append(first[0])
        until[1].append(first[1])
    return until


def shown(months: list[int]) -> str:
    seen = sum(each <= HORIZON for each in months)
    mean = np.mean([each for each in months if each <= HORIZON]) if seen else float("nan")
    return f"{mean:.1f} ({seen} of {len(months)})" if seen else "never"


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--months", type=int, default=2_000)
    asked.add_argument("--sequences", type=int, default=40)
    asked.add_argument("--rows", type=int, nargs="+", default=[500, 5_000])
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--together", type=int, default=300, help="months told apart as a whole")
    asked.add_argument("--quick", action="store_true", help="a tenth of everything")
    given = asked.parse_args()
    few = 10 if given.quick else 1
    began = time.monotonic()
    found = false_alarms(given.months // few, given.seed)
    print("| customers | months | look or act | act |\n|---|---|---|---|")
    for size, levels in found.items():
        rang = levels["look"] + levels["act"]
        print(f"| {size:,} | {levels.total():,} | {rang} | {levels['act']} |")
    total: Counter = sum(found.values(), Counter())
    months = total.total()
    rang = total["look"] + total["act"]
    print(
        f"| all | {months:,} | {rang} ({rang / months:.2%}) | {total['act']} ({total['act'] / months:.2%}) |"
    )
    print(f"\n{time.monotonic() - began:.0f} s")
    alike(given.together // few, given.seed)
    print(f"\n{time.monotonic() - began:.0f} s\n")
    heads = [f"{level}, {rows:,}" for rows in given.rows for level in ("look", "act")]
    print(f"| change | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for change in CHANGES:
        cells = []
        for rows in given.rows:
            cells += map(shown, detection(change, rows, max(2, given.sequences // few), given.seed))
        print(f"| {change.name} | {' | '.join(cells)} |", flush=True)
    print(f"\n{time.monotonic() - began:.0f} s")
    return int(total["act"] > 0.01 * months or rang > 0.05 * months)


if __name__ == "__main__":
    sys.exit(main())
