"""Performance expected without outcomes, beside what came true and NannyML's CBPE, under covariate shift.

    python benchmarks/watching/expected.py months TABLES OUT     # with unchurn's Python
    W/bin/python benchmarks/watching/expected.py nannyml OUT     # W as in rivals.py
    python benchmarks/watching/expected.py table OUT

TABLES holds bank.csv, credit_card.csv and telco_larose.csv (public churn tables; named in the README). Half of each
trains; of the other half one is CBPE's labelled reference and one the pool that months of 1,000 customers
are drawn of, and the other way round: without replacement, more likely the higher, or the lower, a column stands. What leaves for what
reason is as before; only who is there has changed.
"""

from __future__ import annotations

import hashlib
import os
import sys
import warnings
from pathlib import Path

import numpy as np

ROWS, DRAWS, STRENGTH = 1_000, 8, 1.5
TABLES = {
    "bank": ("Exited", "CustomerId", ("Surname", "RowNumber"), ("Age", "Balance", "NumOfProducts")),
    "credit_card": (
        "Attrition_Flag", "CLIENTNUM", (), ("Total_Trans_Ct", "Total_Revolving_Bal", "Customer_Age"),
    ),
    "telco_larose": ("churn", "phonenumber", (), ("daymins", "custservcalls", "evemins")),
}  # fmt: skip
POSITIVE = {"bank": "1", "credit_card": "Attrited Customer", "telco_larose": "T"}
LEAKS = "Naive_Bayes"


def part(customer: str) -> int:
    """Say where a customer goes: 0 and 1 train, 2 and 3 are reference and pool in turn."""
    return hashlib.md5(customer.encode(), usedforsecurity=False).digest()[0] % 4


def months(tables: Path, out: Path) -> None:
    """Train on half of each table, score the rest, draw months, and keep what is expected of each."""
    import csv

    import unchurn

    for name, (target, key, drop, shifted) in TABLES.items():
        with (tables / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
            rows = [row for row in csv.DictReader(stream) if row[target] not in ("", "?")]
        leaks = [each for each in rows[0] if each.startswith(LEAKS)]
        halves = [[r for r in rows if (part(r[key]) < 2) is first] for first in (True, False)]
        files = [out / f"{name}-{what}.csv" for what in ("train", "rest")]
        for path, half in zip(files, halves, strict=True):
            with path.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, rows[0])
                writer.writeheader()
                writer.writerows(half)
        project = unchurn.init(
            files[0], out / name, target=target, positive=POSITIVE[name], id=key,
            drop=[*drop, *leaks],
        )  # fmt: skip
        run = unchurn.train(project).lineage.run_id
        scored = unchurn.score(project, files[1], training_run=run).to_arrow()
        risk = dict(zip(scored[key].to_pylist(), scored["probability"].to_pylist(), strict=True))
        kept = [r for r in halves[1] if r[key] in risk]
        keep(out / f"{name}.npz", kept, risk, target, key, POSITIVE[name], shifted)


def keep(path, rows, risk, target, key, positive, shifted) -> None:  # type: ignore[no-untyped-def]
    """Draw the months of a table, and write probabilities, labels and what unchurn expects."""
    from unchurn.modelling.watching.expected import ExpectedSums

    where = np.array([part(r[key]) for r in rows])
    labels = np.array([r[target] == positive for r in rows], np.int64)
    p = np.array([risk[r[key]] for r in rows])
    size = min(ROWS, min(np.count_nonzero(where == each) for each in (2, 3)) // 2)
    draw = np.random.default_rng(1)
    made, expected, of = [], [], []
    for held in (2, 3):
        pool = np.flatnonzero(where == 5 - held)
        for column in shifted:
            cells = np.array([number(rows[at][column]) for at in pool])
            place = np.argsort(np.argsort(cells, kind="stable")) / len(pool)
            for sign in (-1, 1):
                chance = np.exp(sign * STRENGTH * place)
                for _ in range(DRAWS):
                    month = draw.choice(pool, size, replace=False, p=chance / chance.sum())
                    sums = ExpectedSums()
                    sums.look(p[month])
                    found = sums.measured(0.1)
                    made.append(month)
                    of.append(held)
                    expected.append([found[each]["value"] for each in ("roc_auc", "log_loss")])
    np.savez(
        path, p=p, labels=labels, where=where, reference=np.array(of),
        months=np.array(made), unchurn=np.array(expected),
    )  # fmt: skip


def number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return 0.0


def nannyml(out: Path) -> None:
    """Estimate the same months by CBPE; log loss, which it lacks, by its calibrator's mean entropy."""
    os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
    import nannyml as nml
    import pandas as pd
    from nannyml.calibration import IsotonicCalibrator

    for name in TABLES:
        kept = np.load(out / f"{name}.npz")
        p, labels, size = kept["p"], kept["labels"], kept["months"].shape[1]

        def framed(at: np.ndarray, p: np.ndarray = p, labels: np.ndarray = labels) -> pd.DataFrame:
            return pd.DataFrame({"p": p[at], "y": labels[at], "said": (p[at] >= 0.5).astype(int)})

        fitted = {}
        for held in (2, 3):
            reference = np.flatnonzero(kept["where"] == held)
            cbpe = nml.CBPE(
                problem_type="classification_binary", y_pred_proba="p", y_pred="said", y_true="y",
                metrics=["roc_auc"], chunk_size=size,
            )  # fmt: skip
            cbpe.fit(framed(reference))
            calibrator = IsotonicCalibrator()
            calibrator.fit(p[reference], labels[reference])
            fitted[held] = cbpe, calibrator
        found = []
        for month, held in zip(kept["months"], kept["reference"], strict=True):
            cbpe, calibrator = fitted[int(held)]
            frame = cbpe.estimate(framed(month)).to_df()
            auc = float(frame[("roc_auc", "value")].iloc[0])
            q = np.clip(np.asarray(calibrator.calibrate(p[month])), 1e-15, 1 - 1e-15)
            found.append([auc, float(np.mean(-q * np.log(q) - (1 - q) * np.log1p(-q)))])
        np.save(out / f"{name}-nannyml.npy", np.array(found))


def table(out: Path) -> None:
    """Print the mean absolute errors of both, in a table of Markdown."""
    from unchurn.modelling.judging.metrics import log_loss, roc_auc

    print(
        "| table | months | AUC, unchurn | AUC, NannyML | log loss, unchurn | log loss, NannyML |"
    )
    print("|---|---|---|---|---|---|")
    for name in TABLES:
        kept = np.load(out / f"{name}.npz")
        p, labels = kept["p"], kept["labels"]
        lived = np.array(
            [[f(labels[each], p[each]) for f in (roc_auc, log_loss)] for each in kept["months"]]
        )
        ours = np.abs(kept["unchurn"] - lived).mean(axis=0)
        rival = out / f"{name}-nannyml.npy"
        theirs = np.abs(np.load(rival) - lived).mean(axis=0) if rival.is_file() else [np.nan] * 2
        cells = (f"{each:.4f}" for pair in zip(ours, theirs, strict=True) for each in pair)
        print(f"| {name} | {len(lived)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    what, *places = sys.argv[1:]
    {"months": months, "nannyml": nannyml, "table": table}[what](*map(Path, places))
