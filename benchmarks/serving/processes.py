"""A server's process tree as the Linux kernel counts it: CPU seconds and memory."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and its descendants."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        if fields := _stat(path):
            parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, more = [], [pid]
    while more:
        each = more.pop()
        found.append(each)
        more += parents.get(each, [])
    return found


def cpu_seconds(pid: int) -> float:
    """User and system seconds of the tree so far, ended children included."""
    ticks = 0
    for each in tree(pid):
        if fields := _stat(Path(f"/proc/{each}/stat")):
            ticks += sum(map(int, fields[11:15]))
    return ticks / _TICK


def memory_mb(pid: int) -> float:
    """Proportional share of memory of the tree now, in MB."""
    kilobytes = 0
    for each in tree(pid):
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text()
        except OSError:
            continue
        found = next(line for line in text.splitlines() if line.startswith("Pss:"))
        kilobytes += int(found.split()[1])
    return kilobytes / 1024


def _stat(path: Path) -> list[str]:
    """Fields from the process's state on; none where it has ended."""
    try:
        return path.read_text().rpartition(") ")[2].split()
    except OSError:
        return []
