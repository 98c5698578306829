"""How often the intervals of `unchurn campaign outcomes` hold the truth, by simulated campaigns.

    python benchmarks/effect/run.py
    python benchmarks/effect/run.py --quick

Customers of a beta law of risk are drawn as `target` draws, a tenth left alone; they leave, bring in,
are reached, week by week for thirteen weeks. Every interval is that of the package itself.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # regressions are small: two threads wait for each other

import numpy as np
import numpy.typing as npt

from unchurn.modelling.effect.compliers import Reached, complier_difference
from unchurn.modelling.effect.looks import FEWEST, level_of_look, pairs
from unchurn.modelling.effect.proportions import Difference, Share, difference_of_shares
from unchurn.modelling.effect.regression import (
    Group,
    adjusted_difference,
    adjusted_shares,
    difference_of_means,
)

F64 = npt.NDArray[np.float64]
SIZES, RATES, EFFECTS = (200, 1_000, 5_000, 20_000), (0.05, 0.1, 0.2, 0.4), (0.0, -0.1, -0.3)
QUICK = ((200, 1_000), (0.05, 0.3), (0.0, -0.3))
BLOCK = 10
WEEKS = 13
MONTHLY = 50.0
"""What a customer who stays brings in, twice of it on average, by a gamma law."""
REACH, LEAK = 0.8, 0.03
"""Share of the contacted who are reached, and of those left alone who are contacted all the same."""
FIXED = ("left", "adjusted", "revenue", "plain revenue", "reached")
EVER = ("peeked", "looks", "adjusted looks", "deliveries", "verdict")


@dataclass(frozen=True)
class Campaign:
    """One simulated campaign; arrays are (customers,). `week` of leaving, beyond `WEEKS` for none."""

    risk: F64
    control: npt.NDArray[np.bool_]
    week: F64
    revenue: F64
    reached: npt.NDArray[np.bool_]
    effect: float

    @classmethod
    def of(cls, lots: np.random.Generator, size: int, rate: float, effect: float) -> Campaign:
        """Draw one; contacting multiplies the risk by 1 + `effect`, of whoever is drawn for it."""
        risk = np.sort(lots.beta(2, 2 * (1 - rate) / rate, size)).reshape(-1, BLOCK)
        risk = lots.permuted(risk, axis=1).ravel()
        control = np.arange(size) % BLOCK == 0
        chance = risk * np.where(control, 1.0, 1 + effect)
        week = np.where(lots.random(size) < chance, lots.random(size) * WEEKS, WEEKS + 1)
        revenue = np.where(week <= WEEKS, 0.0, lots.gamma(2, MONTHLY, size))
        reached = lots.random(size) < np.where(control, LEAK, REACH)
        return cls(risk, control, week, revenue, reached, effect)

    def groups(self, amount: F64) -> tuple[Group, Group]:
        """Split amounts into contacted and left alone, with their risks."""
        sides = (~self.control, self.control)
        first, second = (Group(amount[each], self.risk[each]) for each in sides)
        return first, second


def shares(groups: tuple[Group, Group]) -> tuple[Share, Share]:
    """Count who left of both groups."""
    first, second = (Share(int(each.amount.sum()), len(each.amount)) for each in groups)
    return first, second


def fixed(campaign: Campaign) -> Iterator[tuple[Difference, float, float]]:
    """Yield intervals at the end with what they are to hold, and their width beside the plain one."""
    left = campaign.groups((campaign.week <= WEEKS).astype(float))
    paid = campaign.groups(campaign.revenue)
    mean = float(campaign.risk.mean())
    plain, adjusted = difference_of_shares(*shares(left)), adjusted_shares(*left)
    yield plain, campaign.effect * mean, 1.0
    yield adjusted, campaign.effect * mean, _width(adjusted) / _width(plain)
    raw, closer = difference_of_means(*paid), adjusted_difference(*paid)
    earned = -2 * MONTHLY * campaign.effect * mean
    yield closer, earned, _width(closer) / _width(raw)
    yield raw, earned, 1.0


def complier(lots: np.random.Generator, campaign: Campaign) -> tuple[Difference | None, float]:
    """Return the complier interval where only those reached are moved, and the truth."""
    chance = campaign.risk * np.where(campaign.reached, 1 + campaign.effect, 1.0)
    left = lots.random(len(chance)) < chance
    sides = []
    for side in (False, True):
        who = campaign.control == side
        rows = (who, who & campaign.reached, who & left, who & campaign.reached & left)
        sides.append(Reached(*(int(each.sum()) for each in rows)))
    return complier_difference(*sides), campaign.effect * float(campaign.risk.mean())


def weekly(campaign: Campaign, rate: float) -> Iterator[tuple[str, Difference, float]]:
    """Yield the intervals of thirteen weekly looks at who has left so far, and what they are to hold."""
    size, mean = len(campaign.risk), float(campaign.risk.mean())
    sides = [np.sort(campaign.week[who]) for who in (~campaign.control, campaign.control)]
    alike = pairs(len(sides[0]), len(sides[1]))
    planned = alike * rate / (1 - rate)
    for number in range(1, WEEKS + 1):
        left = [int(np.searchsorted(each, number, side="right")) for each in sides]
        first, second = (Share(k, len(each)) for k, each in zip(left, sides, strict=True))
        truth = campaign.effect * mean * number / WEEKS
        yield "peeked", difference_of_shares(first, second), truth
        share = min(sum(left) / size, 1 - 0.5 / size)
        level = level_of_look(alike * share / (1 - share), planned)
        if level is not None:
            yield "looks", difference_of_shares(first, second, level), truth
        if level is not None and number % 3 == 1:
            groups = campaign.groups((campaign.week <= number).astype(float))
            yield "adjusted looks", adjusted_shares(*groups, level), truth


def deliveries(
    lots: np.random.Generator, campaign: Campaign
) -> Iterator[tuple[str, Difference, float]]:
    """Yield the intervals of revenue while it comes in, of more and more customers."""
    order = lots.permutation(len(campaign.risk))
    truth = -2 * MONTHLY * campaign.effect * float(campaign.risk.mean())
    whole = pairs(int((~campaign.control).sum()), int(campaign.control.sum()))
    for tenth in (1, 2, 4, 6, 9):
        some = order[: tenth * len(order) // 10]
        control = campaign.control[some]
        level = level_of_look(pairs(int((~control).sum()), int(control.sum())), whole)
        if level is None or control.sum() < FEWEST:
            continue
        first, second = (
            Group(campaign.revenue[some][who], campaign.risk[some][who])
            for who in (~control, control)
        )
        yield "deliveries", adjusted_difference(first, second, level), truth


def simulate(size: int, rate: float, effect: float, times: int) -> dict[str, tuple[float, ...]]:
    """Return by interval: share that held, lay below, lay above the truth, excluded 0 below, width."""
    lots = np.random.default_rng([size, round(1_000 * rate), round(-1_000 * effect)])
    found: dict[str, list[tuple[float, ...]]] = {each: [] for each in (*FIXED, *EVER)}
    for _ in range(times):
        campaign = Campaign.of(lots, size, rate, effect)
        verdict = 0.0
        for name, (interval, truth, width) in zip(FIXED, fixed(campaign), strict=False):
            found[name].append((*_missed([interval], [truth]), width))
            verdict = max(verdict, interval.high < 0) if name == "left" else verdict
        reached, truth = complier(lots, campaign)
        found["reached"].append((*_missed([reached], [truth]), 1.0))
        looks: dict[str, list[tuple[Difference, float]]] = {each: [] for each in EVER}
        for name, interval, truth in (*weekly(campaign, rate), *deliveries(lots, campaign)):
            looks[name].append((interval, truth))
        for name in EVER[:-1]:
            found[name].append(
                (*_missed([i for i, _ in looks[name]], [t for _, t in looks[name]]), 1.0)
            )
        early = any(each.high < 0 for each, _ in looks["looks"][:-1])
        found["verdict"].append((0.0, max(verdict, early), 0.0, 1.0))
    return {name: tuple(np.mean(rows, axis=0)) for name, rows in found.items()}


def _missed(intervals: list[Difference | None], truths: list[float]) -> tuple[float, float, float]:
    """Tell whether all held, any lay below, any lay above."""
    some = [(each, truth) for each, truth in zip(intervals, truths, strict=True) if each]
    below = any(each.high < truth - 1e-12 for each, truth in some)
    above = any(each.low > truth + 1e-12 for each, truth in some)
    return float(not below and not above), float(below), float(above)


def _width(each: Difference) -> float:
    return each.high - each.low


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print both tables, a line a cell as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small grid, 500 campaigns a cell")
    parser.add_argument("--times", type=int, default=0, help="campaigns a cell; 2,000 by default")
    asked = parser.parse_args()
    sizes, rates, effects = QUICK if asked.quick else (SIZES, RATES, EFFECTS)
    times = asked.times or (500 if asked.quick else 2_000)
    names = [f"{each} (below/above)" for each in FIXED]
    widths = ["width, adjusted", "width, revenue"]
    print(_row(["customers", "leave", "effect", *names, *widths, *EVER[:-1], "helped, ever"]))
    print(_row(["---"] * (3 + len(names) + len(widths) + len(EVER))), flush=True)
    for size in sizes:
        for rate in rates:
            for effect in effects:
                found = simulate(size, rate, effect, times)
                cells = [f"{size:,}", f"{rate:.0%}", f"{effect:.0%}"]
                cells += [
                    "{:.1f} ({:.1f}/{:.1f})".format(*(100 * each for each in found[name][:3]))
                    for name in FIXED
                ]
                cells += [f"{found[name][3]:.2f}" for name in ("adjusted", "revenue")]
                cells += [f"{100 * found[name][0]:.1f}" for name in EVER[:-1]]
                print(_row([*cells, f"{100 * found['verdict'][1]:.1f}"]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
