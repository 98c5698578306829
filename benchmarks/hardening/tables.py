"""Damages thousands of tables and reads them: is every customer read as before, or named?

    python benchmarks/hardening/tables.py [--tables 5000] [--seed 1] [--workers 2]

Each table is invented, written in some dialect and encoding, read, damaged in one to three
ways, and read again. Counted, each must be 0:

- **lost**: customers that are neither read nor rejected nor named in a finding
- **changed**: customers read differently without their line being rejected or named; a customer
  whose own line was damaged may differ by the characters that were put in or taken out
- **unreconciled**: files whose lines do not add up
- **unexpected**: errors that are not written for a person
- **hung**: tables that took more than 20 seconds of CPU, or ten minutes

A file that is refused as a whole, or comes out as one column and is said to, counts apart.
"""

from __future__ import annotations

import argparse
import re
import signal
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from damage import DAMAGES
from seeds import judge_seeds
from written import HEADER, Written, draw

from unchurn.errors import DataError, UnchurnError
from unchurn.project import Data
from unchurn.tables import open_table

_CPU_SECONDS, _SECONDS = 20, 600
Row = tuple[str, ...]
MARKS = 3
"""Characters by which a damaged customer may differ: as many as are put in or taken out."""
FAULTS = ("lost", "changed", "unreconciled", "unexpected", "hung")


class HungError(Exception):
    """A table took too long."""


def read(path: Path) -> tuple[dict[str, Row], set[int], dict[str, int]]:
    """Return customers by id, lines that were rejected or named, and the lines by kind."""
    table = open_table(str(path), Data(), path.parent)
    for each in table.notes:
        if each.code == "one-column":  # which no training takes: it has a target beside ids
            raise DataError(each.words)
    rejected: set[int] = set()
    named: dict[str, Row] = {}

    def reject(row: int, reason: str, text: str, line: int = 0) -> None:
        rejected.add(line)
        rejected.update(range(line, line + text.count("\n") + text.count("\r") + 1))

    for batch in table.batches(reject):
        for row in batch.to_pylist():
            _, *cells = row.values()
            named[cells[0]] = tuple(cells)
    told = {line for finding in table.told for line in finding.lines}
    lines = dict(table.lines)
    lines["named"] = len(named)
    return named, rejected | told, lines


def places(lines: list[str], end: str) -> list[int]:
    """Say on which line of the file each record now begins."""
    found, line = [], 1
    for text in lines:
        found.append(line)
        if text != "\0":
            joined = text.replace("\r\n", "\n").replace("\r", "\n")
            line += joined.count("\n") + 1
    return found


def judge(table: Written, random: Random, folder: Path) -> Counter[str]:
    """Damage one table, read it, and count what went wrong."""
    lines = table.lines
    touched: set[int] = set()
    kinds = [random.choice(DAMAGES) for _ in range(random.choice((1, 1, 2, 3)))]
    for damage in kinds:
        touched |= damage(random, lines, table)
    starts = places(lines, table.end)
    text = table.end.join(line for line in lines if line != "\0") + table.end
    before = dict(zip((row[0] for row in table.rows), table.rows, strict=True))
    try:
        found, named, counted = read(table.save(text, folder))
    except UnchurnError as error:
        return Counter({"tables": 1, "refused": 1, f"refused: {_first_words(error.message)}": 1})
    result = Counter(tables=1, customers=len(before), read=len(found), kinds=len(kinds))
    total = counted.pop("total", 0)
    counted.pop("named")
    result["unreconciled"] = int(total != sum(counted.values()))
    for number, (customer, row) in enumerate(before.items(), start=1):
        lines_of = set(range(starts[number], starts[number] + 1 + lines[number].count("\n") * 2))
        if number in touched:
            lines_of |= set(range(starts[number] - 3, starts[number] + 4))
        known = found.get(customer)
        if known == row or lines_of & named:
            continue
        if number in touched and alike(known, row, found, customer, table):
            continue
        result["lost" if known is None else "changed"] += 1
    return result


def _first_words(message: str) -> str:
    return re.sub(r"[^a-z ]", "", " ".join(message.split()[1:6]))


def alike(
    known: Row | None, row: Row, found: dict[str, Row], customer: str, table: Written
) -> bool:
    """Tell whether a damaged customer is read with nothing but the damage itself different."""
    candidates = [known] if known else [r for r in found.values() if _kin(r[0], customer)]
    return any(_distance(each, row, table) for each in candidates)


def _kin(seen: str, customer: str) -> bool:
    seen = seen.replace("x", "")
    letters = Counter(customer)
    letters.subtract(c for c in seen if c.isalnum())
    return (
        sum(abs(count) for count in letters.values()) <= 1 or customer in seen or seen in customer
    )


def _distance(seen: Row, row: Row, table: Written) -> bool:
    """Tell whether two readings differ in at most a character or two, marks left out."""

    def plain(cells: Row) -> str:
        marks = f'"\\{table.delimiter}\r\n'
        return "".join(c for c in "".join(cells) if c not in marks)

    a, b = plain(seen), plain(row)
    differs = Counter(a.replace("x", ""))
    differs.subtract(Counter(b.replace("x", "")))
    return sum(map(abs, differs.values())) <= MARKS


def run(seed: int) -> tuple[int, Counter[str], str]:
    """Judge one table; the seed finds it again."""
    random = Random(seed)
    table = draw(random)

    def hang(*_: object) -> None:
        raise HungError

    for each in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(each, hang)
    signal.alarm(_SECONDS)
    signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return seed, judge(table, random, Path(folder)), ""
    except HungError:
        return seed, Counter(tables=1, hung=1), "hung"
    except Exception as error:
        return seed, Counter(tables=1, unexpected=1), f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> int:
    """Judge many tables; print the counts as JSON, and the seeds of what went wrong."""
    assert HEADER[0] == "customer_id"
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    seeds = range(wanted.seed, wanted.seed + wanted.tables)
    return judge_seeds(run, seeds, wanted.workers, FAULTS)


if __name__ == "__main__":
    raise SystemExit(main())
