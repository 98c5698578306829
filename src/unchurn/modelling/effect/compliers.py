"""What contacting changed for those who were contacted because they were drawn: the complier effect.

Calls do not reach everybody, and some who were to be left alone are called. The difference by the draw
is then watered down; divided by the difference in who was reached it is the effect on those whom the
draw decided about (Imbens & Angrist 1994, "Identification and estimation of local average treatment
effects"; Angrist, Imbens & Rubin 1996), if the draw changed nothing but the contact. Its interval
holds every effect θ of which the difference in left − θ · reached may be chance (Anderson & Rubin
1949; as a ratio Fieller 1954), so that it is honest where the draw hardly changed who was reached: it
is then without an end. Shares are those of half a customer more of each kind, so that variances of few
are none of 0 (of a difference alone it is Agresti & Caffo's interval, 2000).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

from unchurn.modelling.effect.measure import Drawn
from unchurn.modelling.effect.proportions import Difference


@dataclass(frozen=True)
class Reached:
    """Customers of one group with a known outcome: all, reached, who left, who was reached and left."""

    customers: int
    reached: int
    left: int
    both: int

    @classmethod
    def of(cls, rows: Sequence[tuple[bool, bool]]) -> Reached:
        """Count rows of (reached, left)."""
        reached, left = (sum(row[place] for row in rows) for place in (0, 1))
        return cls(len(rows), reached, left, sum(each and gone for each, gone in rows))


def complier_difference(
    contacted: Reached, control: Reached, level: float = 0.95
) -> Difference | None:
    """Return by how much more of those reached by the draw left; None where any effect may be.

    Each group is one customer at least; ends are cut at −1 and 1.
    """
    far = NormalDist().inv_cdf(0.5 + level / 2)
    sides = [_moments(contacted), _moments(control)]
    left, reached = (sides[0][place] - sides[1][place] for place in (0, 1))
    of_left, of_reached, of_both = (sides[0][place] + sides[1][place] for place in (2, 3, 4))
    # every effect e with (left - e reached)² <= z² (of_left - 2 e of_both + e² of_reached)
    square = reached**2 - far**2 * of_reached
    middle = left * reached - far**2 * of_both
    rest = left**2 - far**2 * of_left
    exact = contacted.reached / contacted.customers - control.reached / control.customers
    if square <= 0 or reached <= 0 or exact <= 0:
        return None
    half = math.sqrt(max(0.0, middle**2 - square * rest))
    value = (contacted.left / contacted.customers - control.left / control.customers) / exact
    ends = (min(1.0, max(-1.0, (middle + sign * half) / square)) for sign in (-1, 1))
    return Difference(value, *ends)


def measure_compliers(
    drawn: Sequence[Drawn],
    churned: Mapping[str, bool],
    contacted: Mapping[str, bool],
    level: float = 0.95,
) -> dict[str, Any] | None:
    """Return the complier effect; None where it is not known who was contacted, or all kept to the draw.

    Of whom it is not said, contacted or not is as was drawn. `difference` is None where too few were
    reached because of the draw for any effect to be ruled out.
    """
    if not any(each.customer in contacted for each in drawn):
        return None
    some = [each for each in drawn if each.customer in churned]
    groups = [
        Reached.of(
            [
                (contacted.get(each.customer, not side), churned[each.customer])
                for each in some
                if each.control is side
            ]
        )
        for side in (False, True)
    ]
    first, second = groups
    kept_to = first.reached == first.customers and not second.reached
    if kept_to or not first.customers or not second.customers:
        return None
    found = complier_difference(first, second, level)
    return {
        "contacted_reached": first.reached / first.customers,
        "control_reached": second.reached / second.customers,
        "difference": found and asdict(found),
    }


def _moments(group: Reached) -> tuple[float, float, float, float, float]:
    """Return shares of left and reached, and of their means the variances and the covariance."""
    customers = group.customers + 2
    left, reached = (group.left + 1) / customers, (group.reached + 1) / customers
    both = (group.both + 0.5) / customers
    return (
        left,
        reached,
        left * (1 - left) / customers,
        reached * (1 - reached) / customers,
        (both - left * reached) / customers,
    )
