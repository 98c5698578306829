"""Customers whom a draw contacted or left alone, as a model of the effect learns from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from unchurn.modelling.encoding.encoder import Matrix
from unchurn.modelling.uplift.trial import BOOL, F64, I64, Trial

FOLDS = 4
HELD_OUT = 0.4
"""Share of the customers by whom a model of the effect is judged, and whom it never sees before."""


@dataclass(frozen=True)
class Experiment:
    """`matrix` float32 (n, width), its last column the risk at the draw; the others are (n,).

    `stayed`: the outcome that is coded 1.
    `chance`: of having been contacted, the campaign's own. `customer`: numbers a row's customer, who
    may be in several campaigns. `side`: of each, from 0 to 1, by md5 of the id and by nothing else.
    """

    matrix: Matrix
    contacted: BOOL
    stayed: BOOL
    chance: F64
    customer: I64
    side: F64

    def rows(self, places: npt.NDArray[np.bool_] | I64) -> Experiment:
        """Return some of the rows."""
        return Experiment(
            self.matrix[places],
            self.contacted[places],
            self.stayed[places],
            self.chance[places],
            self.customer[places],
            self.side[places],
        )

    def everybody(self) -> Experiment:
        """Return the same rows with nobody held out: folds are of all customers."""
        return replace(self, side=HELD_OUT + (1 - HELD_OUT) * self.side)

    @property
    def risk(self) -> F64:
        """Return how likely each was to leave, as the draw knew."""
        return self.matrix[:, -1].astype(np.float64)

    @property
    def held_out(self) -> BOOL:
        """Tell which rows are of customers who only judge."""
        return np.asarray(self.side < HELD_OUT)

    @property
    def fold(self) -> I64:
        """Return the fold of each row that is not held out; a customer's rows share one."""
        place = (self.side - HELD_OUT) / (1 - HELD_OUT) * FOLDS
        return np.asarray(np.clip(place, 0, FOLDS - 1).astype(np.int64))

    def trial(self, score: F64) -> Trial:
        """Return them with scores."""
        return Trial.of_campaigns(score, self.contacted, self.stayed, self.chance)

    def pseudo_effects(self, alone: F64, contacted: F64) -> F64:
        """Return a number for each customer whose mean is the effect, (n,), whoever they are.

        The doubly robust score of Robins, Rotnitzky & Zhao (1994): what is expected of them left
        `alone` and `contacted` (n,) takes noise away, and may be wrong, for the chance is known.
        """
        rest_contacted = (self.stayed - contacted) * self.contacted / self.chance
        rest_alone = (self.stayed - alone) * ~self.contacted / (1 - self.chance)
        return np.asarray(contacted - alone + rest_contacted - rest_alone)


def sides(customers: Iterable[str]) -> F64:
    """Return a number from 0 to 1 for each customer, the same in every campaign."""
    digests = (hashlib.md5(f"uplift\0{each}".encode("utf-8", "surrogatepass"), usedforsecurity=False).digest() for each in customers)  # fmt: skip
    return np.array([int.from_bytes(each[:6], "big") / 2**48 for each in digests])
