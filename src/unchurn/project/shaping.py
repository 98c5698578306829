"""What of churn.toml shapes a result: everything but where tables lie."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from unchurn.project.history import History
from unchurn.project.sections import Data

_TABLES = ("train", "score")
"""Keys of [data] that say where tables lie; what those hold has a fingerprint of its own."""


def shaping(section: Any) -> dict[str, Any]:
    """Return what of a section shapes a result: all but where tables lie, whose contents do."""
    plain = asdict(section)
    if isinstance(section, Data):
        return {name: value for name, value in plain.items() if name not in _TABLES}
    if isinstance(section, History):
        named = (*plain["events"].values(), *plain["attributes"].values())
        for each in (plain["subscriptions"], *named):
            del each["data"]
    return plain
