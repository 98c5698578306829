"""A cluster of Spark on this machine for what is measured on workers: each a process of one core (Java 17)."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unchurn.version import PACKAGE


def _home(folder: Path) -> Path:
    """Make a home of Spark: workers write beside the links, not into what is installed."""
    import pyspark

    folder.mkdir(exist_ok=True)
    for each in Path(pyspark.__file__).parent.iterdir():
        if each.name != "work" and not (folder / each.name).exists():
            (folder / each.name).symlink_to(each)
    return folder


@contextmanager
def cluster(workers: int, root: Path) -> Iterator[Any]:
    """Open the session of a cluster of so many workers, who share `root`; None for 0."""
    if not workers:
        yield None
        return
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_HOME"] = str(_home(root / "spark"))
    settings = {
        "spark.ui.enabled": "false",
        "spark.executor.memory": "1g",
        # nothing begins before every worker is there
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "120s",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(
            filter(None, [str(PACKAGE.parent), *sys.path])
        ),
        "spark.unchurn.scratch": str(root / "shared"),
    }
    builder = SparkSession.builder.master(f"local-cluster[{workers},1,1024]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        # a cluster that is at hand has its Pythons
        session.sparkContext.parallelize(range(workers), workers).map(_started).collect()
        yield session
    finally:
        session.stop()


def _started(number: int) -> int:
    """Take long enough that every worker has one."""
    time.sleep(2)
    return number
