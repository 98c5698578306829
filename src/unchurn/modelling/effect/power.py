"""What a campaign of so many customers can show, before anybody is contacted.

Power is exact: the probability, by both groups' binomial counts, that Newcombe's interval of the
difference lies below 0, which is what the verdict *helped* asks (`effect.measure`). The upper end
rises with the leavers among the contacted; so for each count of leavers among those left alone
there is a most of theirs with which it is shown, and one sum of binomial distributions gives it.

Customers are taken to leave with one probability each side. Where risks differ, as they do, and
the draw is even over them, the difference varies less, and a little more is shown than is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from unchurn.modelling.effect.proportions import wilson
from unchurn.modelling.targeting.control_group import control_count

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
MOST_CUSTOMERS = 1_000_000_000
"""Beyond so many customers, no number is named."""
_TAIL = 1e-12
"""Counts of leavers less likely than this are passed over."""
_HALVINGS = 40


@dataclass(frozen=True)
class Design:
    """An experiment: customers contacted and left alone, one at least of each.

    `churn_rate` of those left alone leave, above 0 and below 1; `level` is that of the interval.
    """

    contacted: int
    control: int
    churn_rate: float
    level: float = 0.95

    def power(self, difference: float) -> float:
        """Return how likely it is shown that `difference` fewer of the contacted leave, a share.

        `difference` is from 0 to `churn_rate`.
        """
        from scipy.stats import binom

        chances, most = self._shown
        rate = max(0.0, self.churn_rate - difference)
        return float(chances @ binom.cdf(most, self.contacted, rate))

    def smallest_difference(self, power: float) -> float | None:
        """Return the least difference shown with `power`; None where even no leaver would not be."""
        if self.power(self.churn_rate) < power:
            return None
        low, high = 0.0, self.churn_rate
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if self.power(middle) >= power else (middle, high)
        return high

    @cached_property
    def _shown(self) -> tuple[F64, I64]:
        """Return how likely each count of leavers among the controls is, and `_most_leavers` of it."""
        from scipy.stats import binom

        ends = np.asarray(binom.ppf([_TAIL, 1 - _TAIL], self.control, self.churn_rate))
        first, last = ends.astype(np.int64).tolist()
        counts = np.arange(max(0, first), last + 1)
        chances: F64 = binom.pmf(counts, self.control, self.churn_rate)
        return chances, self._most_leavers(counts)

    def _most_leavers(self, counts: I64) -> I64:
        """Return with how many leavers of the contacted at most it is shown; below 0 for none."""
        least, beyond = np.full(len(counts), -1), np.full(len(counts), self.contacted)
        while (open_ := beyond - least > 1).any():
            middle = (least + beyond) // 2
            shown = self._upper_end(np.maximum(middle, 0), counts) < 0
            least = np.where(open_ & shown, middle, least)
            beyond = np.where(open_ & ~shown, middle, beyond)
        return least

    def _upper_end(self, leavers: I64, of_controls: I64) -> F64:
        """Return the upper end of `proportions.newcombe`, for arrays of counts."""
        share, own = leavers / self.contacted, of_controls / self.control
        _, high = wilson(share, self.contacted, self.level)
        low, _ = wilson(own, self.control, self.level)
        return np.asarray(share - own + np.hypot(high - share, own - low))


def customers_to_show(
    difference: float, churn_rate: float, left_alone: float, power: float, level: float = 0.95
) -> int | None:
    """Return how many customers show that `difference` fewer leave, with `power`.

    A share `left_alone` of them is the control group. One customer fewer would not do; None where
    `MOST_CUSTOMERS` would not. Exact, as `Design.power` is.
    """

    def show(customers: int) -> bool:
        control = control_count(customers, left_alone)
        if not 0 < control < customers:
            return False
        return Design(customers - control, control, churn_rate, level).power(difference) >= power

    least, enough = 1, 2
    while not show(enough):
        least, enough = enough, 2 * enough
        if least > MOST_CUSTOMERS:
            return None
    while enough - least > 1:
        middle = (least + enough) // 2
        least, enough = (least, middle) if show(middle) else (middle, enough)
    return enough
