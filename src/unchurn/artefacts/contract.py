"""What a contract of Snapshots asks, and where two of them ask differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LISTING_ONLY = ("since", "until")
"""Parts that say which snapshots are listed and change nothing about any of them."""


def question_differences(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Say in words what question `there` asks differently from `here`, one entry a part.

    Both are plain, as a contract holds them under "question".
    """
    return [
        f"{name} is {there.get(name)!r} and was {here.get(name)!r}"
        for name in {**here, **there}
        if name not in LISTING_ONLY and here.get(name) != there.get(name)
    ]
