"""Features of events and attributes as plain SQL over whole numbers, and its results as columns.

A statement returns one row a customer-day (and kind) with events before it; what is divided is
divided here, in one floating-point operation each, so that every engine gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.history.plan import Feature

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def part(table: str, first: int, end: int) -> str:
    """Return the rows of customers `first` up to `end` of a table, as one to select from."""
    return f"(SELECT * FROM {table} WHERE code >= {first} AND code < {end})"


@dataclass(frozen=True)
class EventQuery:
    """What is asked of one table of events: `features` of all events, or of those by `kind`."""

    features: tuple[Feature, ...]
    values: tuple[str, ...]
    by_kind: bool

    def statement(self, events: str, days: str, kinds: Sequence[str] = ()) -> str:
        """Select `code`, `day`, `kind` (of the quoted `kinds`), and what `measures` name."""
        longest = max(each.window for each in self.features)
        by = ", kind" * self.by_kind
        numbered = f"""(SELECT *, row_number() OVER (
            PARTITION BY code, day{by} ORDER BY known, seq) AS nth FROM {events} AS e{_among(kinds)})"""
        measures = ", ".join(f"{sql} AS {name}" for name, sql in self._measures().items())
        keys = f"d.code, d.day{', e.kind' * self.by_kind}"
        asked = f"""SELECT {keys}, {measures} FROM {days} AS d JOIN {numbered} AS e
            ON e.code = d.code AND e.known < d.day AND e.day >= d.day - {longest}
            GROUP BY {keys}"""
        latest = [n for n in range(len(self.values)) if self._wants("latest", n)]
        joins = "".join(f" LEFT JOIN {events} AS e{n} ON e{n}.seq = x.l{n}" for n in latest)
        listed = "".join(f", e{n}.v{n} AS w{n}" for n in latest)
        return f"SELECT x.*{listed} FROM ({asked}) AS x{joins}"

    def _wants(self, aggregate: str, value: int) -> bool:
        name = self.values[value]
        return any(e.aggregate == aggregate and e.column == name for e in self.features)

    def _measures(self) -> dict[str, str]:
        """Name what is added up, each once: see `Measured` for what it is used for."""
        found: dict[str, str] = {}
        for each in self.features:
            w, n = each.window, self.values.index(each.column) if each.column else 0
            within = f"e.day >= d.day - {w}"
            if each.aggregate == "since":
                found["last_day"] = "max(e.day)"
            elif each.aggregate == "latest":
                found[f"l{n}"] = f"max(CASE WHEN e.v{n} IS NOT NULL THEN e.seq END)"
            elif each.aggregate == "days":
                found[f"d_{w}"] = f"count(CASE WHEN e.nth = 1 AND {within} THEN 1 END)"
            elif each.aggregate == "largest":
                found[f"x{n}_{w}"] = f"max(CASE WHEN {within} THEN e.v{n} END)"
            elif each.aggregate in ("sum", "mean"):
                summed = f"sum(CASE WHEN {within} THEN e.v{n} ELSE 0 END)"
                found[f"s{n}_{w}"] = f"CAST({summed} AS BIGINT)"
                found[f"m{n}_{w}"] = f"count(CASE WHEN {within} THEN e.v{n} END)"
            else:
                spans = (w, 2 * w) if each.aggregate == "trend" else (w,)
                for span in spans:
                    found[f"n_{span}"] = f"count(CASE WHEN e.day >= d.day - {span} THEN 1 END)"
        return found


def as_of_statement(attributes: str, days: str) -> str:
    """Select `code`, `day` and `seq`: the last row of attributes known before each day."""
    return f"""SELECT d.code, d.day, max(a.seq) AS seq FROM {days} AS d JOIN {attributes} AS a
        ON a.code = d.code AND a.known < d.day GROUP BY d.code, d.day"""


@dataclass(frozen=True)
class Measured:
    """Results of a statement, in the order of `keys` (n,): customer-days, see `keys_of`."""

    keys: Ints
    found: pa.Table
    scales: tuple[int, ...]
    values: tuple[str, ...]

    def column(self, feature: Feature, everything: Measured | None = None) -> pa.Array:
        """Return one feature as float64 (n,); `everything` is what a share is a part of."""
        w = feature.window
        n = self.values.index(feature.column) if feature.column else 0
        made: dict[str, Callable[[], pa.Array]] = {
            "count": lambda: _all(self._whole(f"n_{w}")),
            "days": lambda: _all(self._whole(f"d_{w}")),
            "trend": lambda: _all(2 * self._whole(f"n_{w}") - self._whole(f"n_{2 * w}")),
            "since": self._since,
            "sum": lambda: _all(self._whole(f"s{n}_{w}") / 10.0 ** self.scales[n]),
            "mean": lambda: self._mean(n, w),
            "largest": lambda: self._scaled(f"x{n}_{w}", n),
            "latest": lambda: self._scaled(f"w{n}", n),
            "share": lambda: self._share(w, everything or self),
        }
        return made[feature.aggregate]()

    def _placed(self) -> tuple[Ints, Ints]:
        """Return places of the keys that have a row, and the rows in their order."""
        there = keys_of(self.found)
        order = np.argsort(there, kind="stable")
        return np.searchsorted(self.keys, there[order]), order

    def _cells(self, name: str) -> tuple[Ints, npt.NDArray[np.bool_]]:
        values, known = np.zeros(len(self.keys), np.int64), np.zeros(len(self.keys), np.bool_)
        if self.found.num_rows:
            places, order = self._placed()
            cells = self.found[name].combine_chunks()
            values[places] = cells.fill_null(0).to_numpy(zero_copy_only=False)[order]
            known[places] = cells.is_valid().to_numpy(zero_copy_only=False)[order]
        return values, known

    def _whole(self, name: str) -> Ints:
        return self._cells(name)[0]

    def _scaled(self, name: str, value: int) -> pa.Array:
        whole, known = self._cells(name)
        return pa.array(whole / 10.0 ** self.scales[value], pa.float64(), mask=~known)

    def _since(self) -> pa.Array:
        last, known = self._cells("last_day")
        return pa.array((days_of(self.keys) - last).astype(np.float64), mask=~known)

    def _mean(self, value: int, window: int) -> pa.Array:
        rows = self._whole(f"m{value}_{window}")
        summed = self._whole(f"s{value}_{window}")
        return _ratio(summed, rows * 10.0 ** self.scales[value])

    def _share(self, window: int, everything: Measured) -> pa.Array:
        return _ratio(self._whole(f"n_{window}"), everything._whole(f"n_{window}"))


_FIRST_DAY = 1 << 20
_DAYS = 1 << 21


def keys_of(table: pa.Table) -> Ints:
    """Return one whole number for the `code` and `day` of each row, in the order of the two."""
    code, day = (table[name].to_numpy() for name in ("code", "day"))
    keys: Ints = code.astype(np.int64) * _DAYS + (day.astype(np.int64) + _FIRST_DAY)
    return keys


def days_of(keys: Ints) -> Ints:
    """Return the days of keys."""
    return keys % _DAYS - _FIRST_DAY


def _all(values: npt.NDArray[np.generic]) -> pa.Array:
    return pa.array(values.astype(np.float64), pa.float64())


def _ratio(above: Ints, below: npt.NDArray[np.generic]) -> pa.Array:
    there = below != 0
    divided = above / np.where(there, below, 1)
    return pa.array(divided.astype(np.float64), pa.float64(), mask=~there)


def _among(kinds: Sequence[str]) -> str:
    return f" WHERE kind IN ({', '.join(kinds)})" if kinds else ""
