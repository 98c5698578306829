"""Flips single bits of a registry: does the champion ever change in silence?

    python benchmarks/hardening/flips.py [--flips 1500] [--seed 1] [--folder FOLDER]

A registry of three versions, whose champion was rolled back, is copied and damaged by one bit, then
read as the product reads it (list, audit, champion) and written as it writes (a promotion, a
registration). Each must answer as before or refuse in words; where it refuses, `restore` must bring
everything back. Counted, each must be 0:

- **silent**: another champion, audit or version than was written, without a word
- **raw**: errors that are not written for a person
- **hung**: more than 20 seconds
- **unrestored**: a refused registry that its copy did not bring back
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from unchurn.errors import UnchurnError
from unchurn.registry import Entry, Record, Registry, open_registry, restore

_SECONDS = 20
FAULTS = ("silent", "raw", "hung", "unrestored")


class HungError(Exception):
    """A call took too long."""


def entry(number: int) -> Entry:
    """Return an entry of about the size that trainings make."""
    metrics = {f"metric_{n}": {"value": n / 7, "low": n / 8, "high": n / 6} for n in range(40)}
    passed = {"verdict": "passed", "words": "The model passed all its rules. " * 20}
    digest = f"{number}" * 64
    run = f"{number:012x}"
    made = {"xgboost-cpu": "3.0.0", "numpy": "2.2.0"}
    return Entry(
        run, f"runs/{run}/model", digest, digest, digest, digest, made, metrics, passed, {}
    )


def fine(record: Record) -> None:
    """Load and score, without fault."""


def sound(root: Path) -> None:
    """Make a registry with three versions, the second of them champion."""
    registry = open_registry(root)
    for number in (1, 2, 3):
        registry.register(entry(number), promote=number < 3)
    registry.promote(3, "ada", "agreed", fine)
    registry.rollback("ada", fine)


def seen(registry: Registry) -> tuple[Any, ...]:
    """Return all that can be read."""
    return (
        registry.alias("champion"),
        registry.alias("challenger"),
        registry.records(),
        registry.audit(),
    )


def judge(root: Path, before: tuple[Any, ...]) -> Counter[str]:
    """Read and write a damaged registry; count what went wrong, and how it answered."""
    found: Counter[str] = Counter(flips=1)
    registry = open_registry(root)
    read = _tried(lambda: seen(registry), found)
    if read is not None and read != before:
        found["silent"] += 1
    if read is None:
        _restored(root, before, found)
        return found
    found["same"] += 1
    changed = _tried(lambda: registry.register(entry(4), promote=True), found)
    after = _tried(lambda: seen(registry), found) if changed else None
    if changed and (after is None or after[0] != 4 or after[2][:3] != before[2]):
        found["silent"] += 1
    if changed is None:
        found["not written"] += 1
        _restored(root, before, found)
    return found


def _restored(root: Path, before: tuple[Any, ...], found: Counter[str]) -> None:
    done = _tried(lambda: restore(root), found)
    if done is not None and not done.changed:
        # It can be read, and not written: whoever wants the copy back moves it away.
        (root / "registry.db").unlink()
        done = _tried(lambda: restore(root), found)
    if done is None or _tried(lambda: seen(open_registry(root)), found) != before:
        found["unrestored"] += 1


def _tried(call: Callable[[], Any], found: Counter[str]) -> Any:
    """Call, and return None where it was refused in words; all else is counted as a fault."""
    try:
        return call()
    except UnchurnError:
        found["refused"] += 1
    except HungError:
        raise
    except Exception as error:
        print(f"  raw {type(error).__name__}: {error}", file=sys.stderr)
        found["raw"] += 1
    return None


def flip(path: Path, bit: int) -> None:
    """Turn one bit of a file round."""
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def main() -> int:
    """Flip many bits; print the counts as JSON, and the bits of what went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flips", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None, help="Where to work, if not in /tmp.")
    wanted = parser.parse_args()
    random = Random(wanted.seed)
    total: Counter[str] = Counter(dict.fromkeys(FAULTS, 0))

    def hang(*_: object) -> None:
        raise HungError

    signal.signal(signal.SIGALRM, hang)
    with tempfile.TemporaryDirectory(dir=wanted.folder) as place:
        whole = Path(place) / "sound"
        sound(whole)
        before = seen(open_registry(whole))
        bits = (whole / "registry.db").stat().st_size * 8
        # Every bit of what describes the file and its tables, and others at random.
        chosen = [*range(108 * 8), *(random.randrange(bits) for _ in range(wanted.flips))]
        for bit in chosen[: max(wanted.flips, 108 * 8)]:
            root = Path(place) / "damaged"
            shutil.copytree(whole, root)
            flip(root / "registry.db", bit)
            signal.alarm(_SECONDS)
            try:
                result = judge(root, before)
            except HungError:
                result = Counter(flips=1, hung=1)
            finally:
                signal.alarm(0)
            if any(result[fault] for fault in FAULTS):
                print(f"bit {bit}: {dict(result)}", file=sys.stderr)
            total.update(result)
            shutil.rmtree(root)
    print(json.dumps(total))
    return int(any(total[fault] for fault in FAULTS))


if __name__ == "__main__":
    raise SystemExit(main())
