"""Two scored lists side by side: deciles, and customers who moved from one band to another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

COLUMNS = ("probability", "decile", "band")
_THEN, _NOW = "_then", "_now"
_KEY = "customer"


def deciles(scores: pa.Table) -> list[int]:
    """Count customers by decile, the riskiest first: ten numbers."""
    found: list[int] = np.bincount(_whole(scores["decile"]), minlength=11)[1:11].tolist()
    return found


def moved(then: pa.Table, now: pa.Table) -> dict[str, Any]:
    """Compare two lists customer by customer; the first column of each is the id, then `COLUMNS`.

    Returns ``both``, ``only_then``, ``only_now`` (customers), ``repeated`` (ids that either list has more
    than once: they cannot be followed), ``bands`` ([{"then", "now", "customers"}], who moved, most first),
    ``stayed_in_band`` and ``mean_change``, ``mean_absolute_change`` of the probability (None of nobody).
    """
    lists = [each.rename_columns([_KEY, *each.schema.names[1:]]) for each in (then, now)]
    again = pc.unique(pa.chunked_array([*map(_again, lists)], lists[0][_KEY].type))
    before, after = (each.filter(pc.invert(pc.is_in(each[_KEY], again))) for each in lists)
    joined = before.join(
        after, _KEY, join_type="inner", left_suffix=_THEN, right_suffix=_NOW, use_threads=False
    )
    change = _floats(joined["probability" + _NOW]) - _floats(joined["probability" + _THEN])
    pairs = pa.table({"then": joined["band" + _THEN], "now": joined["band" + _NOW]})
    counted = pairs.group_by(["then", "now"], use_threads=False).aggregate([([], "count_all")])
    lines = [
        {"then": each["then"], "now": each["now"], "customers": each["count_all"]}
        for each in counted.to_pylist()
    ]
    crossed = [each for each in lines if each["then"] != each["now"]]
    return {
        "both": joined.num_rows,
        "only_then": before.num_rows - joined.num_rows,
        "only_now": after.num_rows - joined.num_rows,
        "repeated": len(again),
        "bands": sorted(crossed, key=lambda e: (-e["customers"], e["then"], e["now"])),
        "stayed_in_band": joined.num_rows - sum(each["customers"] for each in crossed),
        "mean_change": float(np.mean(change)) if len(change) else None,
        "mean_absolute_change": float(np.mean(np.abs(change))) if len(change) else None,
    }


def _again(scores: pa.Table) -> pa.Array:
    """Return the ids that a list has more than once."""
    counted = scores.group_by(_KEY, use_threads=False).aggregate([([], "count_all")])
    return counted.filter(pc.greater(counted["count_all"], 1))[_KEY].combine_chunks()


def _floats(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _whole(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.asarray(column.to_numpy(), dtype=np.int64)
