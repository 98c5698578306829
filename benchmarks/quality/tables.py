"""Reading the benchmark's tables and cutting them into outer splits."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

from unchurn.artefacts import FOLD, GROUP, LABEL, Column, Prepared, Schema
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.splitting.split import fold
from unchurn.project import Features


@dataclass(frozen=True)
class Labelled:
    """A table of features, their columns, and labels 1 = churned."""

    name: str
    features: pa.Table
    columns: tuple[Column, ...]
    labels: np.ndarray

    def splits(self, count: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (training rows, test rows) of `count` outer folds."""
        part = np.random.default_rng(seed).permutation(len(self.labels)) % count
        for each in range(count):
            yield np.flatnonzero(part != each), np.flatnonzero(part == each)


def read_tables(folder: Path, only: list[str]) -> Iterator[Labelled]:
    """Read every table of tables.toml that `folder` holds, exact duplicates removed."""
    known = tomllib.loads((Path(__file__).parent / "tables.toml").read_text())
    for name, facts in known.items():
        if (folder / facts["file"]).is_file() and (not only or name in only):
            yield _read(name, folder / facts["file"], facts)


def _read(name: str, path: Path, facts: dict[str, Any]) -> Labelled:
    options = csv.ConvertOptions(null_values=["", "?"], strings_can_be_null=True)
    table = csv.read_csv(path, convert_options=options)
    table = table.filter(pc.is_valid(table[facts["target"]]))
    table = table.group_by(table.column_names, use_threads=False).aggregate([])
    labels = pc.equal(pc.cast(table[facts["target"]], pa.string()), facts["positive"])
    prefix = facts.get("drop_prefix", "\0")
    kept = [
        column
        for column in table.column_names
        if column not in (facts["target"], *facts["drop"]) and not column.startswith(prefix)
    ]
    columns = tuple(
        Column(each, "number" if pa.types.is_primitive(table[each].type) else "category")
        for each in kept
    )
    return Labelled(name, table.select(kept), columns, labels.to_numpy().astype(np.int8))


def write_prepared(
    table: Labelled, train: np.ndarray, test: np.ndarray, folds: int, folder: Path
) -> Prepared:
    """Write one outer split as the artefact that `unchurn train` starts from."""
    # Every row is a customer of its own: any evenly spread 32 hex digits will do as its key.
    digests = (hashlib.md5(str(row).encode()).hexdigest() for row in range(len(table.labels)))
    keys = np.array([digest.encode() for digest in digests])
    paths = {}
    for name, rows in (("train", train), ("test", test)):
        made = table.features.take(pa.array(rows))
        inner = fold(keys[rows], folds) if name == "train" else np.full(len(rows), -1)
        made = made.append_column(LABEL, pa.array(table.labels[rows], pa.int8()))
        made = made.append_column(GROUP, pa.array(keys[rows].astype(str).tolist()))
        made = made.append_column(FOLD, pa.array(inner, pa.int8()))
        paths[name] = folder / f"{name}.parquet"
        pq.write_table(made, paths[name])
    encoder = Encoder.fit(table.features.take(pa.array(train)), table.columns, Features())
    schema = Schema(table.columns, "churned", "stayed").to_plain()
    rows_plain = {"train": len(train), "test": len(test)}
    rows_plain["train_churned"] = int(table.labels[train].sum())
    return Prepared(paths["train"], paths["test"], schema, encoder.to_plain(), {}, rows_plain, [])
