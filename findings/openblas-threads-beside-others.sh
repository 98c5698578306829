#!/usr/bin/env bash
# numpy 2.3.5 (OpenBLAS 0.3.30 in its wheel): products of a small matrix while other processes compute.
#
# Expected: more threads cost about the same CPU in all, and are done sooner where cores are free.
# Seen: beside one busy process a core, each product wakes a thread a core, and those that have finished
# wait in a loop for those that have no core: the same products, 6,000 x 150 as a logistic regression
# asks for them, take several times the CPU and the time of one thread. OMP_WAIT_POLICY=PASSIVE, which
# lets OpenMP's threads sleep, is not heeded: these are OpenBLAS's own.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet numpy==2.3.5
cat >"$room/products.py" <<'PY'
import time

import numpy as np

matrix = np.random.default_rng(0).normal(size=(6000, 150))
weights, slack = np.zeros(150), np.ones(6000)
cpu, wall = time.process_time(), time.monotonic()
for _ in range(400):
    matrix @ weights
    matrix.T @ slack
print(time.process_time() - cpu, time.monotonic() - wall)
PY
ROOM=$room "$room/env/bin/python" - <<'PY'
import os
import statistics
import subprocess
import sys

import numpy as np

cores = len(os.sched_getaffinity(0))
assert cores > 1, "on one core OpenBLAS has one thread"


def products(**more):
    given = {k: v for k, v in os.environ.items() if "THREADS" not in k} | more
    words = [sys.executable, os.path.join(os.environ["ROOM"], "products.py")]
    told = subprocess.run(words, env=given, capture_output=True, text=True, check=True).stdout
    return [float(each) for each in told.split()]


busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(cores)]
try:
    many = [products(OMP_WAIT_POLICY="PASSIVE") for _ in range(3)]
    one = [products(OPENBLAS_NUM_THREADS="1") for _ in range(3)]
finally:
    for each in busy:
        each.kill()
ratios = [
    statistics.median(a) / statistics.median(b)
    for a, b in zip(zip(*many, strict=True), zip(*one, strict=True), strict=True)
]
print("numpy", np.__version__, "cores", cores, "cpu, seconds: times", [round(r, 1) for r in ratios])
assert ratios[0] > 2
PY
