"""Writes thousands of mistaken churn.toml: is each taken or refused in words?

    python benchmarks/hardening/configurations.py [--files 5000] [--seed 1] [--workers 2]

Each file has one to three mistakes in its values, types, bytes or structure. It is read by the real
reader, and where it is taken, `check` runs on a table of 120 customers; one in fifty also goes
through a command. Counted, each must be 0:

- **unexpected**: errors that are not written for a person
- **hung**: files that took more than 20 seconds
- **wordless**: refusals that say nothing
"""

from __future__ import annotations

import argparse
import csv
import faulthandler
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

from mistakes import TABLE, draw
from seeds import judge_seeds

from unchurn.cli.check import check
from unchurn.errors import UnchurnError
from unchurn.progress import Silent
from unchurn.project import Project

_SECONDS = 20
_CUSTOMERS = 120
_VERBS = (("check",), ("train",), ("score", "--data", TABLE), ("registry", "list"), ("report",))
FAULTS = ("unexpected", "hung", "wordless")
# nothing is asked of a network, whatever address a file names
_ALONE = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
_ALONE |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_MAX_ATTEMPTS": "1"}
_ALONE |= {"AWS_DEFAULT_REGION": "eu-west-1", "OMP_NUM_THREADS": "1"}


class HungError(BaseException):
    """A file took too long; no handler of errors is to take it for one of its own."""


def write_table(path: Path, random: Random) -> None:
    """Write customers, some of whom left."""
    header = ("customer", "amount", "plan", "since", "zone", "note", "churned")
    with path.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(header)
        for number in range(_CUSTOMERS):
            plan = random.choice(("basic", "plus", "pro"))
            since = date(2023, 1, 1) - timedelta(days=random.randrange(900))
            left = random.random() < (0.5 if plan == "basic" else 0.2)
            row = (f"C{number:04}", f"{random.gauss(50, 9):.2f}", plan, since, number % 5, "x")
            table.writerow([*row, "left" if left else "stayed"])


def judge(project: Path, seed: int) -> Counter[str]:
    """Read one churn.toml, check its table where it is taken, and count what came of it."""
    result: Counter[str] = Counter(files=1)
    try:
        Project.load(project)
        check(project, Silent())
        result["taken"] = 1
    except UnchurnError as error:
        result["refused"] = 1
        result["wordless"] = int(len(error.message) < 8)
    return result + _through_a_command(project, seed) if seed % 50 == 0 else result


def _through_a_command(project: Path, seed: int) -> Counter[str]:
    words = _VERBS[seed // 50 % len(_VERBS)]
    command = [sys.executable, "-m", "unchurn", *words, "--project", str(project), "--json"]
    done = subprocess.run(
        command, cwd=project, capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL
    )
    said = done.stderr.decode("utf-8", "replace")
    odd = re.search("^unexpected|Traceback", said, re.MULTILINE) or done.returncode not in range(6)
    if odd:
        print(f"seed {seed}: {words} exits {done.returncode}: {said[-300:]}", file=sys.stderr)
    return Counter(commands=1, unexpected=int(bool(odd)))


def run(seed: int) -> tuple[int, Counter[str], str]:
    """Judge one churn.toml; the seed finds it again."""
    random = Random(seed)
    content = draw(random)

    def hang(*_: object) -> None:
        raise HungError

    os.environ.update(_ALONE)
    signal.signal(signal.SIGALRM, hang)
    signal.alarm(_SECONDS)
    # what hears no signal ends the process, and the program with it
    faulthandler.dump_traceback_later(3 * _SECONDS, exit=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "a" / "b" / "c"
            project.mkdir(parents=True)
            write_table(project / TABLE, random)
            (project / "churn.toml").write_bytes(content)
            return seed, judge(project, seed), ""
    except (HungError, subprocess.TimeoutExpired):
        return seed, Counter(files=1, hung=1), "hung"
    except Exception as error:
        words = traceback.format_exception_only(error)[-1].strip()
        place = traceback.extract_tb(error.__traceback__)[-1]
        return seed, Counter(files=1, unexpected=1), f"{words[:200]} ({place.name})"
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def main() -> int:
    """Judge many files; print the counts as JSON, and the seeds of what went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    seeds = range(wanted.seed, wanted.seed + wanted.files)
    return judge_seeds(run, seeds, wanted.workers, FAULTS)


if __name__ == "__main__":
    raise SystemExit(main())
