#!/usr/bin/env bash
# xgboost-cpu 3.2.0: eval_metric "auc" on two workers of xgboost's own collective.
#
# Expected: two workers that each hold half of the rows train one model together and watch it by the
# metrics of all rows, as a single process does: log loss is summed over the workers, and so agrees.
# Seen: the AUC that is logged is not that of all rows, but a mean of the workers' own. Where the halves
# differ (here one has the customers of low risk, the other those of high risk) 0.76 is logged of a model
# whose AUC over all rows is 0.87, as one process logs it; log loss agrees within 0.002 (other bins). Early
# stopping, or a tuner that follows the AUC of a sharded channel, follows another number than on one host.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet xgboost-cpu==3.2.0
cat > "$room/workers.py" <<'PY'
import multiprocessing

import numpy as np
import xgboost
from xgboost import collective
from xgboost.tracker import RabitTracker

random = np.random.default_rng(0)
cells = random.normal(size=(8_000, 3)).astype("f4")
cells = cells[np.argsort(cells[:, 0])]  # the first half has the low risks
left = (random.random(8_000) < 1 / (1 + np.exp(-2 * cells[:, 0]))).astype(int)
SETTINGS = {
    "objective": "binary:logistic", "max_depth": 3, "tree_method": "approx", "nthread": 1,
    "eval_metric": ["logloss", "auc"],
}


def train(part):
    rows = xgboost.DMatrix(cells[part], left[part])
    told = {}
    model = xgboost.train(SETTINGS, rows, 20, evals=[(rows, "all")], evals_result=told, verbose_eval=False)
    return {name: values[-1] for name, values in told["all"].items()}, model


def worker(number, settings, answers):
    with collective.CommunicatorContext(**settings, dmlc_task_id=str(number)):
        told, model = train(slice(number * 4_000, (number + 1) * 4_000))
    if number == 0:
        scores = model.predict(xgboost.DMatrix(cells))
        answers.put((told, auc(scores)))


def auc(scores):
    rank = np.empty(len(scores))
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    ones = left.sum()
    return (rank[left == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(left) - ones))


if __name__ == "__main__":
    print("xgboost", xgboost.__version__)
    tracker = RabitTracker(n_workers=2, host_ip="127.0.0.1")
    tracker.start()
    answers = multiprocessing.Queue()
    settings = tracker.worker_args()
    both = [multiprocessing.Process(target=worker, args=(n, settings, answers)) for n in (0, 1)]
    for each in both:
        each.start()
    told, really = answers.get(timeout=300)
    for each in both:
        each.join()
    alone, model = train(slice(None))
    print("two workers log", told, "and their model's AUC over all rows is", round(really, 4))
    print("one process logs", alone)
    assert abs(told["logloss"] - alone["logloss"]) < 0.01
    assert abs(really - alone["auc"]) < 0.01
    assert really - told["auc"] > 0.1
PY
"$room/env/bin/python" "$room/workers.py"
