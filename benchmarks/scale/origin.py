"""The origin's way with a table: all of it in pandas, one-hot, then XGBoost.

    python benchmarks/scale/origin.py TABLE LABEL POSITIVE [--threads 2]

Needs pandas, which unchurn itself does not. Prints {"rows", "seconds", "roc_auc"} as JSON.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import pandas as pd
import xgboost as xgb


def roc_auc(labels: np.ndarray, scores: np.ndarray) -> float:
    ranks = pd.Series(scores).rank().to_numpy()
    churned = labels == 1
    above = ranks[churned].sum() - churned.sum() * (churned.sum() + 1) / 2
    return float(above / (churned.sum() * (~churned).sum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table")
    parser.add_argument("label")
    parser.add_argument("positive")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    began = time.perf_counter()
    reader = pd.read_csv if given.table.endswith(".csv") else pd.read_parquet
    frame = reader(given.table).drop(columns=["customer"])
    for name in frame.select_dtypes("datetime").columns:
        frame[name] = (frame[name] - pd.Timestamp("1970-01-01")).dt.days
    label = (frame.pop(given.label) == given.positive).astype(int)
    model_data = pd.get_dummies(frame, dtype=float)
    model_data = pd.concat([label, model_data], axis=1)
    mixed = model_data.sample(frac=1, random_state=1729)
    cuts = [int(0.7 * len(mixed)), int(0.9 * len(mixed))]
    train, valid, test = mixed[: cuts[0]], mixed[cuts[0] : cuts[1]], mixed[cuts[1] :]
    first, second = (xgb.DMatrix(p.iloc[:, 1:], label=p.iloc[:, 0]) for p in (train, valid))
    params = {
        "objective": "binary:logistic", "eval_metric": "auc", "max_depth": 5, "eta": 0.2,
        "gamma": 4, "min_child_weight": 6, "subsample": 0.8, "nthread": given.threads,
    }  # fmt: skip
    booster = xgb.train(params, first, 100, evals=[(second, "valid")], verbose_eval=False)
    scores = booster.predict(xgb.DMatrix(test.iloc[:, 1:]))
    found = {
        "rows": len(model_data),
        "seconds": time.perf_counter() - began,
        "roc_auc": roc_auc(test.iloc[:, 0].to_numpy(), scores),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
