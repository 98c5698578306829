"""Campaigns that are over, with known effects, and what is learned of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scored_tables import customers
from unchurn.artefacts import Column, Model, RanCampaign, RanCampaigns, Uplift, Workspace
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings, binned, fit, write
from unchurn.modelling.uplift.live import RISK, with_risk
from unchurn.modelling.uplift.usual_cells import UsualCells
from unchurn.progress import Silent
from unchurn.project import Features, Train
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


def hand_made_uplift(folder: Path, column: str, accepted: bool = True) -> str:
    """Publish a model by which contact keeps more of whoever has more in a column of numbers; return its hash."""
    table = pa.table({column: np.linspace(0, 200, 300)})
    encoder = Encoder.fit(table, [Column(column, "number")], Features())
    kinds = (*encoder.feature_types, RISK)
    matrix = with_risk(encoder, table, np.full(len(table), 0.3))
    settings = Settings.of(kinds, np.ones(len(table), np.int8), Train(threads=1))
    params = settings.complete({"max_depth": 3}) | {"objective": "reg:squarederror"}
    rows = binned(matrix, matrix[:, 0] / 1000, settings, 256)
    (folder / "boosters").mkdir(parents=True)
    write(fit(rows, params | {"base_score": 0.1}, 20), folder / "boosters" / "both.ubj")
    about = {"value": 0.1, "low": 0.05, "high": 0.15}
    found = {
        "accepted": accepted,
        "learner": "DR",
        "chance": 0.5,
        "qini": about,
        "effect": about,
        "slope": 1.0,
        "middle": 0.1,
        "not_to_disturb": None,
        "usual": UsualCells.of(matrix, kinds).to_plain(),
        "campaigns": ["spring"],
        "learned_from": 3000,
        "judged_on": 2000,
        "accept_rate": 0.3,
    }
    return Uplift(folder / "boosters", encoder.to_plain(), found).save(folder)
