"""Customers of whom a campaign may choose, and why others are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.modelling.targeting.limits import F64, I64
from unchurn.modelling.targeting.offers import Kept, offer_values
from unchurn.modelling.targeting.plan import Planned
from unchurn.project import Decision, Offer

NO_ID = "no id"
REPEATED = "another row of the same customer counts"
UNKNOWN = "their own value is unknown"
NO_OFFER = "no offer is open to them"
NOT_WORTH = "not expected to bring in what contacting costs"
DISTURBED = "contact makes customers like them leave (do not disturb)"
LIMITS = "beyond the limits of the campaign"


@dataclass(frozen=True)
class Candidates:
    """Scored customers, arrays (rows,): id, row of the table, risk, worth by offer, (rows, offers).

    `why`: 0 while a customer may be chosen, else the place in `reasons`, from 1, of what speaks
    against it; the first reason stands.
    """

    ids: pa.Array
    rows: I64
    probability: F64
    values: F64
    why: npt.NDArray[np.int16]
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, ids: pa.Array, rows: I64, probability: F64, clv: F64 | float,
        offers: Sequence[Offer], decision: Decision,
        kept: Kept | None = None,
    ) -> Candidates:  # fmt: skip
        """Take in scored customers; who has no id or no known value is out."""
        values = offer_values(probability, clv, offers, decision, kept)
        why = np.zeros(len(rows), dtype=np.int16)
        found = cls(pc.utf8_trim_whitespace(ids), rows, probability, values, why)
        blank = pc.fill_null(pc.equal(found.ids, ""), True)
        known = np.asarray(np.isfinite(values).all(axis=1))
        return found.out(np.asarray(blank), NO_ID).out(~known, UNKNOWN)

    def out(self, who: npt.NDArray[np.bool_], reason: str) -> Candidates:
        """Leave customers out for a reason, unless there was one before."""
        reasons = (*self.reasons, reason)
        why = np.where(who & (self.why == 0), len(reasons), self.why)
        return replace(self, why=why.astype(np.int16), reasons=reasons)

    def excluded(self, lists: I64, sources: Sequence[str]) -> Candidates:
        """Leave out who is on a list, by its place in `sources`; below 0 for none."""
        found = self
        for place, source in enumerate(sources):
            found = found.out(lists == place, source)
        return found

    def eligible(self, offers: Sequence[Offer], cells: Mapping[str, pa.Array]) -> Candidates:
        """Take from customers the offers that are not open to them; `cells` are columns as text."""
        values = self.values.copy()
        for place, offer in enumerate(offers):
            for column, wanted in offer.eligible.items():
                text = pc.utf8_lower(pc.utf8_trim_whitespace(cells[column]))
                named = pa.array([each.strip().lower() for each in wanted], pa.string())
                open_to = pc.is_in(text, value_set=named)
                values[~np.asarray(open_to), place] = -np.inf
        found = replace(self, values=values)
        return found.out((values == -np.inf).all(axis=1), NO_OFFER)

    def worth_it(self) -> Candidates:
        """Leave out whom no offer pays, and all but the best row of a customer."""
        best = self.values.max(axis=1, initial=-np.inf)
        found = self.out(~(best > 0), NOT_WORTH)
        open_ = found.contenders
        codes = np.asarray(found.ids.take(pa.array(open_)).dictionary_encode().indices)
        order = np.lexsort((-found.probability[open_], -best[open_], codes))
        again = np.zeros(len(self.rows), dtype=np.bool_)
        again[open_[order][1:]] = np.diff(codes[order]) == 0
        return found.out(again, REPEATED)

    @property
    def contenders(self) -> I64:
        """Places of those who may be chosen."""
        return np.flatnonzero(self.why == 0)


def left_out(found: Candidates, planned: Planned) -> list[dict[str, Any]]:
    """Count by reason who is not contacted, those left alone to measure the effect not among them."""
    counts = np.bincount(found.why, minlength=len(found.reasons) + 1)[1:].tolist()
    beyond = int((planned.offers < 0).sum())
    each = [*zip(found.reasons, counts, strict=True), (LIMITS, beyond)]
    return [{"reason": reason, "customers": count} for reason, count in each if count]
