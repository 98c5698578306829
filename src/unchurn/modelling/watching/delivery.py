"""A month as a delivery, beside earlier ones: the same table again, or far fewer customers."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from unchurn.artefacts import Watched
from unchurn.errors import counted

_RECENT, _ENOUGH = 6, 3
_LESS, _MORE = 0.6, 1.67
"""Share of the usual number of customers at which a delivery is worth a look."""


def delivery_reasons(
    earlier: Sequence[Watched], customers: int, table: str
) -> list[dict[str, str]]:
    """Return reasons, {"level", "words"}; `earlier` are watches of earlier days, `table` is a sha256."""
    found = []
    before = sorted(earlier, key=lambda each: each.as_of)
    same = [each.as_of for each in before if each.table == table]
    if same:
        words = (
            f"The table is that of {same[-1]} again: the same {counted(customers, 'customer')} in the same "
            "order with the same values. Ask for this month's."
        )
        found.append({"level": "act", "words": words})
    recent = [each.customers for each in before[-_RECENT:]]
    usual = median(recent) if len(recent) >= _ENOUGH else 0
    if usual and not _LESS <= customers / usual <= _MORE:
        words = (
            f"There are {counted(customers, 'customer')}, and {usual:,.0f} are usual of the last "
            f"{len(recent)} watches. Is the delivery whole?"
        )
        found.append({"level": "look", "words": words})
    return found
