"""The CPU of a process and all below it, as the kernel counts it (Linux)."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def below(pid: int) -> list[int]:
    """The process and its descendants."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        parents.setdefault(int(rest[1]), []).append(int(path.parent.name))
    found, more = [], [pid]
    while more:
        each = more.pop()
        found.append(each)
        more += parents.get(each, [])
    return found


def cpu_seconds(pid: int) -> float:
    """User and system seconds of the whole tree so far."""
    total = 0.0
    for each in below(pid):
        try:
            rest = Path(f"/proc/{each}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        total += (int(rest[11]) + int(rest[12])) / _TICK
    return total


def memory_mb(pid: int) -> float:
    """Proportional memory of the whole tree now."""
    total = 0
    for each in below(pid):
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024
