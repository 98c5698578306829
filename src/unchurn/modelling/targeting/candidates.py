"""Customers of whom a campaign may choose, and why others are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.modelling.targeting.limits import BOOL, F64, I64
from unchurn.modelling.targeting.offers import Kept, offer_values
from unchurn.project import Decision, Offer

NO_ID = "no id"
REPEATED = "another row of the same customer counts"
UNKNOWN = "their own value is unknown"
NO_OFFER = "no offer is open to them"
NOT_WORTH = "not expected to bring in what contacting costs"
DISTURBED = "contact makes customers like them leave (do not disturb)"
LIMITS = "beyond the limits of the campaign"


@dataclass(frozen=True)
class Scored:
    """Customers as they were scored, arrays (rows,): id, place in the scores, row of the table, risk.

    `clv`: what each is worth, NaN where unknown. `kept`: what contact keeps of them, where that was learned.
    """

    ids: pa.Array
    places: I64
    rows: I64
    probability: F64
    clv: F64
    kept: Kept | None = None

    def take(self, rows: I64) -> Self:
        """Return some of them, in the order of `rows`."""
        return replace(
            self,
            ids=self.ids.take(pa.array(rows)),
            places=self.places[rows],
            rows=self.rows[rows],
            probability=self.probability[rows],
            clv=self.clv[rows],
            kept=self.kept and self.kept.of_rows(rows),
        )

    @classmethod
    def joined(cls, parts: Sequence[Scored]) -> Self:
        """Put one after another what was scored apart, of one part at least."""
        return cls(
            ids=pa.concat_arrays([each.ids for each in parts]),
            places=np.concatenate([each.places for each in parts]),
            rows=np.concatenate([each.rows for each in parts]),
            probability=np.concatenate([each.probability for each in parts]),
            clv=np.concatenate([each.clv for each in parts]),
            kept=Kept.joined([each.kept for each in parts if each.kept]),
        )


@dataclass(frozen=True)
class Candidates:
    """Scored customers with their worth by offer, (rows, offers), −inf where one is not open to them.

    `why`: 0 while a customer may be chosen, else the place in `reasons`, from 1, of what speaks
    against it; the first reason stands.
    """

    scored: Scored
    values: F64
    why: npt.NDArray[np.int16]
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(cls, scored: Scored, offers: Sequence[Offer], decision: Decision) -> Self:
        """Take in scored customers; who has no id or no known value is out."""
        values = offer_values(scored.probability, scored.clv, offers, decision, scored.kept)
        ids = pc.utf8_trim_whitespace(scored.ids)
        found = cls(replace(scored, ids=ids), values, np.zeros(len(values), dtype=np.int16))
        blank = pc.fill_null(pc.equal(ids, ""), True)
        known = np.asarray(np.isfinite(values).all(axis=1))
        return found.out(np.asarray(blank), NO_ID).out(~known, UNKNOWN)

    def out(self, who: BOOL, reason: str) -> Self:
        """Leave customers out for a reason, unless there was one before."""
        reasons = (*self.reasons, reason)
        why = np.where(who & (self.why == 0), len(reasons), self.why)
        return replace(self, why=why.astype(np.int16), reasons=reasons)

    def excluded(self, lists: I64, sources: Sequence[str]) -> Self:
        """Leave out who is on a list, by its place in `sources`; below 0 for none."""
        found = self
        for place, source in enumerate(sources):
            found = found.out(lists == place, source)
        return found

    def eligible(self, offers: Sequence[Offer], cells: Mapping[str, pa.Array]) -> Self:
        """Take from customers the offers that are not open to them; `cells` are columns as text."""
        values = self.values.copy()
        for place, offer in enumerate(offers):
            for column, wanted in offer.eligible.items():
                named = _plain(pa.array(wanted, pa.string()))
                open_to = pc.is_in(_plain(cells[column]), value_set=named)
                values[~np.asarray(open_to), place] = -np.inf
        found = replace(self, values=values)
        return found.out((values == -np.inf).all(axis=1), NO_OFFER)

    def worth_it(self) -> Self:
        """Leave out whom no offer pays."""
        return self.out(~(self.values.max(axis=1, initial=-np.inf) > 0), NOT_WORTH)

    def once(self, several: BOOL) -> Self:
        """Leave out all but the best row of each customer, who has others only where `several` says so."""
        best = self.values.max(axis=1, initial=-np.inf)
        open_ = np.flatnonzero((self.why == 0) & several)
        codes = np.asarray(self.scored.ids.take(pa.array(open_)).dictionary_encode().indices)
        order = np.lexsort((-self.scored.probability[open_], -best[open_], codes))
        again = np.zeros(len(best), dtype=np.bool_)
        again[open_[order][1:]] = np.diff(codes[order]) == 0
        return self.out(again, REPEATED)

    @property
    def contenders(self) -> I64:
        """Places of those who may be chosen."""
        return np.flatnonzero(self.why == 0)

    def take(self, rows: I64) -> Self:
        """Return some of them, in the order of `rows`."""
        return replace(
            self, scored=self.scored.take(rows), values=self.values[rows], why=self.why[rows]
        )

    @classmethod
    def joined(cls, parts: Sequence[Candidates]) -> Self:
        """Put one after another what was judged apart, by the same reasons, of one part at least."""
        scored = Scored.joined([each.scored for each in parts])
        values = np.concatenate([each.values for each in parts])
        why = np.concatenate([each.why for each in parts])
        return cls(scored, values, why, parts[0].reasons)


def _plain(cells: pa.Array) -> pa.Array:
    """Trim cells, in lower case: by one function on both sides, for Python's has other letters than Arrow's."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(cells))
