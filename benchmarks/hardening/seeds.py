"""Judges one seed after another in several processes, and adds up what went wrong."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

Judged = tuple[int, Counter[str], str]
"""A seed, what was counted with it, and words."""


def judge_seeds(
    judge: Callable[[int], Judged], seeds: Sequence[int], workers: int, faults: Sequence[str]
) -> int:
    """Print the counts as JSON, and the seeds of what went wrong on stderr; return the exit code."""
    total: Counter[str] = Counter(dict.fromkeys(faults, 0))
    with ProcessPoolExecutor(workers) as pool:
        for seed, result, words in pool.map(judge, seeds, chunksize=20):
            total.update(result)
            if any(result[fault] for fault in faults):
                said = {fault: result[fault] for fault in faults if result[fault]}
                print(f"seed {seed}: {said} {words}", file=sys.stderr)
    print(json.dumps(total))
    return int(any(total[fault] for fault in faults))
