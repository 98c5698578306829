"""Spark as a Glue job sees it: spark-submit of this interpreter's PySpark, on loopback."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from rehearsal.errors import RehearsalError
from rehearsal.stand_ins import in_scripts

WORKERS = 2
REMARKS = "remarks.txt"
"""File in which what stands in for Glue's library says what it does otherwise."""
MEMORY = "1g"
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
"""Java that compiles little: a rehearsal's tables are small, its minutes few."""
_LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.errors.ref = errors
appender.errors.type = Console
appender.errors.name = errors
appender.errors.target = SYSTEM_ERR
appender.errors.layout.type = PatternLayout
appender.errors.layout.pattern = %m%n%ex{short.message}%n
"""


def spark_submit(folder: Path) -> list[str]:
    """Return the command before the script; what Spark writes of its own goes to `folder`."""
    logging = folder / "log4j2.properties"
    logging.write_text(_LOGGING)
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(WORKERS),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"{QUICK_START} -Dlog4j2.configurationFile=file:{logging}",
    }
    options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    submit = str(_spark_home() / "bin" / "spark-submit")
    return [submit, "--master", f"local[{WORKERS}]", "--driver-memory", MEMORY, *options]


def _spark_home() -> Path:
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise RehearsalError("The Glue job needs pyspark, which is not installed.")
    return Path(spec.origin).parent


def environment(folder: Path, modules: list[Path]) -> dict[str, str]:
    """Return the variables that make Spark use this interpreter, `modules` and `folder`.

    A script also finds what stands in for Glue's library, and for S3 in Spark and pandas.
    """
    paths = [*modules, in_scripts.FOLDER]
    return {
        "LC_ALL": "C.UTF-8",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        "REHEARSAL_REMARKS": str(folder / REMARKS),
        "REHEARSAL_S3_FOLDER": str(folder),
        "SPARK_HOME": str(_spark_home()),
        "SPARK_LAUNCHER_OPTS": QUICK_START,
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
