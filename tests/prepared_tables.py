"""Prepared artefacts made by hand, small, for tests of what comes after prepare."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import FOLD, GROUP, LABEL, Column, Model, Params, Prepared, Schema, Workspace
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.configurations import chosen
from unchurn.progress import Silent
from unchurn.project import Features
from unchurn.steps.train import train

COLUMNS = (
    Column("customer", "text", "id"),
    Column("churn", "category", "target"),
    Column("plan", "category"),
    Column("minutes", "number"),
    Column("calls", "number"),
    Column("joined", "date"),
)
FEATURES = tuple(column for column in COLUMNS if column.role == "feature")


@dataclass(frozen=True)
class Wanted:
    """What to make: rows, how the label depends on the features (steepness), and a seed."""

    rows: int = 400
    steepness: float = 2.0
    seed: int = 1
    folds: int = 5


USUAL = Wanted()
NATIVE = Features()


def customers(wanted: Wanted = USUAL) -> pa.Table:
    """Customers with a category, two numbers with gaps, a date and a label, sorted by group."""
    draw = np.random.default_rng(wanted.seed)
    n = wanted.rows
    plan = draw.choice(["basic", "gold", "none of these", "rare"], n, p=[0.6, 0.25, 0.14, 0.01])
    minutes = draw.normal(180, 50, n)
    calls = draw.poisson(1.5, n).astype(float)
    days = draw.integers(14_000, 19_000, n)
    score = (plan == "gold") * 1.0 + (minutes - 180) / 60 + (calls > 3) * 2 - 1.5
    labels = (draw.random(n) < 1 / (1 + np.exp(-wanted.steepness * score))).astype(np.int8)
    groups = [hashlib.md5(str(i).encode()).hexdigest() for i in range(n)]
    fold = np.array([int(group[:8], 16) % wanted.folds for group in groups], np.int8)
    minutes[draw.random(n) < 0.05] = np.nan
    table = pa.table(
        {
            "customer": [f"{i:05d}" for i in range(n)],
            "plan": pa.array(plan, mask=draw.random(n) < 0.05),
            "minutes": pa.array(minutes, from_pandas=True),
            "calls": calls,
            "joined": pa.array(days * 86_400_000_000, pa.timestamp("us")),
            LABEL: pa.array(labels, pa.int8()),
            GROUP: groups,
            FOLD: pa.array(fold, pa.int8()),
        }
    )
    return table.sort_by(GROUP)


def prepared(
    folder: Path,
    wanted: Wanted = USUAL,
    features: Features = NATIVE,
) -> Prepared:
    """Write a Prepared artefact into `folder`, four rows in five for training, and load it."""
    table = customers(wanted)
    cut = table.num_rows * 4 // 5
    train, test = table.slice(0, cut), table.slice(cut)
    none = pa.array(np.full(test.num_rows, -1), pa.int8())
    test = test.set_column(test.schema.get_field_index(FOLD), FOLD, none)
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(train, folder / "train.parquet")
    pq.write_table(test, folder / "test.parquet")
    rows = {
        "read": table.num_rows,
        "kept": table.num_rows,
        "dropped": {},
        "train": cut,
        "test": test.num_rows,
        "train_churned": int(pc.sum(train[LABEL]).as_py()),
    }
    made = Prepared(
        train=folder / "train.parquet",
        test=folder / "test.parquet",
        schema=Schema(COLUMNS, "yes", "no").to_plain(),
        encoder=Encoder.fit(train, FEATURES, features).to_plain(),
        profile={},
        rows=rows,
        findings=[],
    )
    made.save(folder)
    return Prepared.load(folder)


QUICK = Params([each.to_plain() for each in chosen(["shallow", "light"])])


def trained(
    data: Prepared, folder: Path, options: config.Train | None = None, params: Params = QUICK
) -> Model:
    """Train on `data`, publish the Model into `folder`, and load it."""
    options = options or config.Train()
    folder.mkdir(parents=True)
    made = train(
        data, params, config.Data(), options, config.Split(), config.Features(), Workspace(folder), Silent(),
    )  # fmt: skip
    made.save(folder)
    return Model.load(folder)
