"""How many of the customers scored are among the riskiest fifth, as training cut it."""

from __future__ import annotations

import numpy as np

from unchurn.artefacts import Difference
from unchurn.modelling.drift.difference import LEAST_ROWS, beyond_chance
from unchurn.modelling.scoring.cutpoints import F64, share_cut

SHARE = 0.2
_MANY = 0.3
_NOBODY = 100


class RiskShare:
    """Counts probabilities at or above the cut; `stored` are the model's quantiles."""

    def __init__(self, stored: F64) -> None:
        self.rows = self.above = 0
        self._cut = share_cut(stored, SHARE)
        # Ties at the cut: where half of training shares one probability, a fifth cannot be cut.
        self._expected = float(np.mean(stored >= self._cut))
        self._stored = len(stored)

    def look(self, probability: F64) -> None:
        """Take in the next customers."""
        self.rows += len(probability)
        self.above += int(np.count_nonzero(probability >= self._cut))

    def differs(self) -> list[Difference]:
        """Say where far more customers than a fifth are in it, or nobody."""
        if self.rows < LEAST_ROWS:
            return []
        share = self.above / self.rows
        beyond = beyond_chance(self._expected, self._stored, share, self.rows)
        if share > self._expected and beyond >= _MANY:
            who = "all" if self.above == self.rows else f"{self.above:,} of"
            brief = f"{who} {self.rows:,} customers are in the riskiest fifth of training"
            words = f"{brief[0].upper()}{brief[1:]}: this is another kind of customers, or another kind of table."
            return [
                Difference("scores-shifted", brief, words, None, share >= 1 - SHARE, self.above)
            ]
        if not self.above and self.rows >= _NOBODY and self._expected >= SHARE / 2:
            brief = f"none of the {self.rows:,} customers is in the riskiest fifth of training"
            words = f"{brief[0].upper()}{brief[1:]}."
            return [Difference("scores-shifted", brief, words, None, False, 0)]
        return []
