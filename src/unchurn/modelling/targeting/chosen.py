"""A campaign planned among its contenders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from unchurn.modelling.targeting.candidates import Candidates
from unchurn.modelling.targeting.control_group import customer_keys
from unchurn.modelling.targeting.limits import F64, I64
from unchurn.modelling.targeting.plan import Planned, plan
from unchurn.modelling.targeting.summary import Terms


@dataclass(frozen=True)
class Chosen:
    """The contenders of a campaign and its plan; arrays are (contenders,), in the table's order."""

    contenders: Candidates
    customers: Sequence[str]
    planned: Planned
    offers: Sequence[str]

    @classmethod
    def of(cls, contenders: Candidates, terms: Terms) -> Self:
        """Plan a campaign among the contenders. Raises `ConfigError` where all would be left alone."""
        scored, campaign = contenders.scored, terms.campaign
        customers = scored.ids.to_pylist()
        share, fewest = campaign.holdout, campaign.holdout_from
        worth = contenders.values
        planned = plan(
            customers, scored.probability, worth, terms.limits, terms.name, share, fewest
        )
        return cls(contenders, customers, planned, [each.name for each in terms.offers])

    @property
    def risk(self) -> F64:
        """How likely each is to leave."""
        return self.contenders.scored.probability

    def ranked(self) -> I64:
        """Order who is contacted: the most worth first, ties by md5 of the id."""
        rows = np.flatnonzero(self.planned.contacted)
        customers, _, _, worth = self.of_rows(rows)
        return rows[np.lexsort((customer_keys(customers), -worth))]

    def of_rows(self, rows: I64) -> tuple[list[str], list[str], F64, F64]:
        """Return ids, offers, risks and worth of those at `rows`, who all have an offer."""
        kinds = self.planned.offers[rows]
        return (
            [self.customers[row] for row in rows],
            [self.offers[kind] for kind in kinds],
            self.risk[rows],
            self.contenders.values[rows, kinds],
        )
