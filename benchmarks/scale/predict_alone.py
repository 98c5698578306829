"""The rate of prediction and nothing else: rows already encoded, in memory.

    python benchmarks/scale/predict_alone.py MODEL TABLE [--rows 5000000] [--threads 2]

MODEL is the folder of a published Model, TABLE a Parquet file with typed columns. The first
rows of TABLE are encoded once and predicted again and again until `--rows` have been.
Prints {"rows", "seconds", "rows_per_second", "rounds"} as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import pyarrow.parquet as pq

from unchurn.artefacts import Model
from unchurn.modelling.scoring.ensemble import LiveModel

HELD = 500_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("table", type=Path)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    model = Model.load(given.model)
    live = LiveModel.load(model.boosters, model.model, model.encoder, given.threads)
    held = min(HELD, given.rows)
    matrix = live.encoder.transform(next(pq.ParquetFile(given.table).iter_batches(held)))
    live.margin(matrix[:10_000])
    began, done = time.perf_counter(), 0
    while done < given.rows:
        live.margin(matrix)
        done += len(matrix)
    seconds = time.perf_counter() - began
    rounds = sum(booster.num_boosted_rounds() for booster in live.boosters)
    found = {"rows": done, "seconds": seconds, "rows_per_second": done / seconds, "rounds": rounds}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
