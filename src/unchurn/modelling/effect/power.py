"""What a campaign of so many customers can show, before anybody is contacted.

Power is exact: the probability, by both groups' binomial counts, that the interval of the
difference lies below 0, which is what the verdict *helped* asks (`effect.measure`). The upper end
rises with the leavers among the contacted; so for each count of leavers among those left alone
there is a most of theirs with which it is shown, and one sum of binomial distributions gives it.

Customers are taken to leave with one probability each side. Where risks differ, as they do, and
the draw is even over them, the difference varies less, and a little more is shown than is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from unchurn.modelling.effect.proportions import Share, score_limits
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
        """Return the upper end of `proportions.difference_of_shares`, for arrays of counts."""
        share, own = leavers / self.contacted, of_controls / self.control
        _, high = score_limits(share, self.contacted, self.level)
        low, _ = score_limits(own, self.control, self.level)
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

    near = _by_normal_approximation(difference, churn_rate, left_alone, power, level)
    if near > 2 * MOST_CUSTOMERS:
        return None
    enough = max(2, round(0.9 * near))
    least = enough // 2 if show(enough) else enough
    while least > 1 and show(least):
        least, enough = least // 2, least
    while enough <= least or not show(enough):
        least, enough = enough, math.ceil(1.1 * enough) + 1
        if least > MOST_CUSTOMERS:
            return None
    while enough - least > 1:
        middle = (least + enough) // 2
        least, enough = (least, middle) if show(middle) else (middle, enough)
    return enough


def customers_to_tell(contacted: Share, control: Share) -> int | None:
    """Return how many customers like these would tell, with a power of 80%, what is not told yet.

    Of as many left alone, with the shares seen; a share of none or all counts with half a customer.
    None where there is no difference, or `MOST_CUSTOMERS` would not do.
    """
    rates = [
        (each.churned + (not each.churned) / 2 - (each.churned == each.customers) / 2)
        / each.customers
        for each in (contacted, control)
    ]
    left_alone = control.customers / (control.customers + contacted.customers)
    difference = rates[1] - rates[0]
    if not difference:
        return None
    # that more leave is shown as that fewer stay
    rate = rates[1] if difference > 0 else 1 - rates[1]
    return customers_to_show(abs(difference), rate, left_alone, 0.8)


def _by_normal_approximation(
    difference: float, churn_rate: float, left_alone: float, power: float, level: float
) -> float:
    """Return about how many customers show a difference: where the search begins."""
    far = NormalDist().inv_cdf(0.5 + level / 2) + NormalDist().inv_cdf(power)
    rate = max(0.0, churn_rate - difference)
    spread = churn_rate * (1 - churn_rate) / left_alone + rate * (1 - rate) / (1 - left_alone)
    return far * abs(far) * spread / difference**2
