"""Rounds of everybody in turn → medians, Markdown, and which targets are met."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Contestant(Protocol):
    """Something that answers again and again, `rows` at a time."""

    @property
    def name(self) -> str: ...

    @property
    def rows(self) -> int: ...

    def spend(self, count: int) -> float:
        """Answer `count` times; return CPU seconds."""


@dataclass
class Figures:
    """What was measured of one contestant, round by round."""

    name: str
    rows: int
    count: int
    """Requests of a round."""
    cpu: list[float] = field(default_factory=list)
    """CPU microseconds a request."""
    rate: list[float] = field(default_factory=list)
    """Requests a second of wall time."""

    @property
    def microseconds(self) -> float:
        return statistics.median(self.cpu)


def measure(contestants: Sequence[Contestant], rounds: int, seconds: float) -> list[Figures]:
    """Let everybody warm up, then measure all in each round, in another order every time."""
    found = [Figures(each.name, each.rows, _count(each, seconds)) for each in contestants]
    turns = list(zip(contestants, found, strict=True))
    order = random.Random(1)
    for _ in range(rounds):
        order.shuffle(turns)
        for contestant, figures in turns:
            began = time.monotonic()
            spent = contestant.spend(figures.count)
            figures.cpu.append(spent / figures.count * 1e6)
            figures.rate.append(figures.count / (time.monotonic() - began))
    return found


def _count(contestant: Contestant, seconds: float) -> int:
    """Requests that take about `seconds`, found while warming up."""
    count = 10
    while True:
        began = time.monotonic()
        contestant.spend(count)
        elapsed = time.monotonic() - began
        if elapsed > seconds / 4:
            return max(10, int(count / elapsed * seconds))
        count *= 2


def table(found: Sequence[Figures], rows: int, against: str) -> str:
    """Write the figures of one size of request; `against`: whose CPU the others are told in."""
    shown = [each for each in found if each.rows == rows]
    unit = next(each.microseconds for each in shown if each.name == against)
    size = "1 row" if rows == 1 else f"{rows:,} rows"
    lines = [
        f"| {size} a request | CPU µs | lowest–highest | requests/CPU s | requests/s | CPU, `{against}` = 1 |",
        "|---|---|---|---|---|---|",
    ]
    for each in shown:
        cells = (
            each.name,
            f"{each.microseconds:,.0f}",
            f"{min(each.cpu):,.0f}–{max(each.cpu):,.0f}",
            f"{1e6 / each.microseconds:,.0f}",
            f"{statistics.median(each.rate):,.0f}",
            f"{each.microseconds / unit:.2f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


@dataclass(frozen=True)
class Target:
    """A ratio that was promised: CPU of `above` ÷ CPU of `below`, at least or at most so much."""

    words: str
    above: str
    below: str
    bound: float
    rows: int = 1
    at_least: bool = True

    def judge(self, found: Sequence[Figures]) -> tuple[str, bool]:
        """Return a line of the table, and whether the target is met."""
        by_name = {each.name: each.microseconds for each in found if each.rows == self.rows}
        ratio = by_name[self.above] / by_name[self.below]
        met = ratio >= self.bound if self.at_least else ratio <= self.bound
        wanted = f"{'≥' if self.at_least else '≤'} {self.bound:g}"
        return f"| {self.words} | {wanted} | {ratio:.2f} | {'yes' if met else 'NO'} |", met
