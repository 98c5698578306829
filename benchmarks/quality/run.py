"""unchurn against its rivals on real tables: log loss, ROC-AUC, seconds of a training.

    python benchmarks/quality/run.py FOLDER [--splits 5] [--only bank]

FOLDER holds tables named as in tables.toml. Nothing is downloaded. Exits 1 when unchurn misses
the bar: log loss at most the best rival's + 0.002, ROC-AUC at least the best's − 0.005, under
60 s a training.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
from contestants import CONTESTANTS

from tables import Labelled, read_tables
from unchurn.modelling.judging import metrics

Figures = dict[str, np.ndarray]
LOG_LOSS, AUC, SECONDS = 0.002, 0.005, 60.0


def main() -> int:
    """Run every contestant on every split of every table and print the means."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", type=int, default=5, help="outer splits that are run, of five")
    parser.add_argument("--only", action="append", default=[], help="a table's name")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    passed = True
    print("| table | contestant | log loss | ROC-AUC | seconds | CPU seconds |")
    print("|---|---|---|---|---|---|")
    for table in read_tables(given.folder, given.only):
        figures = {name: _measure(table, name, given.splits, given.seed) for name in CONTESTANTS}
        for name, found in figures.items():
            loss, auc, seconds, cpu = found.mean(axis=0)
            print(f"| {table.name} | {name} | {loss:.4f} | {auc:.4f} | {seconds:.1f} | {cpu:.1f} |")
        passed &= _within(table.name, figures)
    return 0 if passed else 1


def _measure(table: Labelled, name: str, splits: int, seed: int) -> np.ndarray:
    found = []
    for fit, test in list(table.splits(5, seed))[:splits]:
        wall, cpu = time.perf_counter(), time.process_time()
        probabilities = CONTESTANTS[name](table, fit, test)
        spent = time.perf_counter() - wall, time.process_time() - cpu
        clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
        labels = table.labels[test]
        found.append((metrics.log_loss(labels, clipped), metrics.roc_auc(labels, clipped), *spent))
        print(f"{table.name} {name} {found[-1]}", file=sys.stderr, flush=True)
    return np.array(found)


def _within(name: str, figures: Figures) -> bool:
    ours = figures["unchurn"]
    rivals = [found.mean(axis=0) for other, found in figures.items() if other != "unchurn"]
    loss, auc = ours.mean(axis=0)[:2]
    best_loss, best_auc = min(r[0] for r in rivals), max(r[1] for r in rivals)
    seconds = float(ours[:, 2].mean())
    held = loss <= best_loss + LOG_LOSS and auc >= best_auc - AUC and seconds < SECONDS
    print(
        f"{name}: log loss {loss - best_loss:+.4f} and ROC-AUC {auc - best_auc:+.4f} against the "
        f"best rival, {seconds:.0f} s a training: {'within' if held else 'OUTSIDE'} the bar",
        file=sys.stderr,
    )
    return held


if __name__ == "__main__":
    sys.exit(main())
