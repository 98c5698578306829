"""Campaigns that are over, with known effects, and what is learned of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from scored_tables import customers
from unchurn.artefacts import Model, RanCampaign, RanCampaigns, Uplift, Workspace
from unchurn.progress import Silent
from unchurn.project import Train
from unchurn.steps.uplift import uplift


def ran(folder: Path, name: str, rows: int, share: float, seed: int = 1) -> RanCampaign:
    """A campaign in which contact keeps whoever has the gold plan, and makes the silver leave."""
    table = customers(rows, seed)
    draw = np.random.default_rng(seed)
    risk = draw.uniform(0.3, 0.6, rows)
    arm = draw.random(rows) < share
    plans = np.array([str(plan) for plan in table["Plan"].to_pylist()])
    effect = 0.3 * (plans == "gold") - 0.3 * (plans == "silver")
    stayed = draw.random(rows) >= risk - arm * effect
    path = folder / f"{name}.parquet"
    pq.write_table(table, path, row_group_size=500)
    ids = tuple(table["Phone"].to_pylist())
    return RanCampaign(
        name, path, "Phone", ids, tuple(arm.tolist()), tuple(stayed.tolist()), tuple(risk), 0.3
    )


def made(model: Model, folder: Path, *campaigns: RanCampaign) -> Uplift:
    folder.mkdir(exist_ok=True)
    return uplift(RanCampaigns(campaigns), model, Train(threads=1), Workspace(folder), Silent())
