"""A cluster of Spark on this machine, as spark-submit gives it to a script: workers are processes of one core each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from unchurn.version import PACKAGE

EXECUTOR = "CoarseGrainedExecutorBackend"
"""What the command of a worker's JVM says."""
PYTHON = "pyspark.daemon"
"""What the command of a worker's Python says; the first such is asked for others, who do the work."""


def submitted(
    script: Path, *words: object, home: Path, master: str = "local-cluster[2,1,1024]"
) -> subprocess.Popen[str]:
    """Start a script under spark-submit; what a cluster writes of its own lies in `home`, beside links to Spark."""
    spec = find_spec("pyspark")
    assert spec is not None and spec.origin is not None
    home.mkdir(parents=True)
    for each in Path(spec.origin).parent.iterdir():
        if each.name != "work":  # of another cluster, which wrote into what is installed
            (home / each.name).symlink_to(each)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "600m",
    }
    options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    own = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_DIRS": str(home / "local"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": str(PACKAGE.parent),
    }
    return subprocess.Popen(
        [home / "bin" / "spark-submit", "--master", master, *options, script, *map(str, words)],
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill(started: subprocess.Popen[str], what: str) -> int | None:
    """Kill the last process that `started` has begun, itself or through others, of a command with `what` in it.

    Returns its number, or None where there is none yet.
    """
    parents = _parents()
    for pid in sorted(parents, reverse=True):
        above = pid
        while above in parents and above != started.pid:
            above = parents[above]
        if above == started.pid and pid != above and what in _command(pid):
            os.kill(pid, signal.SIGKILL)
            return pid
    return None


def _parents() -> dict[int, int]:
    """Return the parent of each process (Linux)."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        found[int(path.parent.name)] = int(told[1])
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
