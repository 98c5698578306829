"""Spark in this process: the session that a cluster gives, or a JVM of our own on loopback.

The JVM of our own is started when first needed, serves every session of the process one after
another, and ends with the process. A session keeps all its files in the folder it is given.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from unchurn.errors import ConfigError
from unchurn.tables.engines.spark_machine import JAVA, Machine, configured
from unchurn.version import PACKAGE

SHARED = "spark.unchurn.scratch"
"""Spark setting: a folder or ``s3://`` prefix that every worker of a cluster can see."""
_EXTRA = "Install the extra: pip install 'unchurn[spark]'"
_ONE_MACHINE = re.compile(r"local(\[|$)")
"""A master whose workers are threads of the driver; ``local-cluster[…]`` starts processes."""
_one_at_a_time = threading.Lock()
_machine: Machine | None = None


def require_spark() -> None:
    """Raise `ConfigError` where pyspark or Java is missing; start nothing."""
    if find_spec("pyspark") is None:
        raise ConfigError("[engine] kind is 'spark', and pyspark is not installed.", _EXTRA)
    home = os.environ.get("JAVA_HOME", "")
    java = Path(home, "bin", "java") if home else None
    if "PYSPARK_GATEWAY_PORT" in os.environ or (java and java.is_file()):
        return
    if java or shutil.which("java") is None:
        raise ConfigError(
            f"Spark runs on Java, and there is none{f' in JAVA_HOME ({home})' if home else ''}.",
            JAVA,
        )


def given_session() -> Any | None:
    """Return the session of whoever started this process (spark-submit, Glue), if any did."""
    # PySpark 4 loads pandas where there is any, late, and wants one below 3; we use nothing of its frames
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark.sql import SparkSession

    if "PYSPARK_GATEWAY_PORT" in os.environ:
        return SparkSession.builder.getOrCreate()
    return SparkSession.getActiveSession()


def cluster_session() -> Any | None:
    """Return the session that was given, where its workers are a cluster's: no JVM that does it all itself."""
    if find_spec("pyspark") is None:
        return None
    session = given_session()
    if session is None or _ONE_MACHINE.match(session.sparkContext.master):
        return None
    return session


@contextmanager
def local_session(threads: int, memory_mb: int, folder: Path) -> Iterator[Any]:
    """Open a session with `threads` workers whose files all lie in `folder`.

    The memory is that of the process's first session: a JVM's cannot change. Whatever
    interrupts the session ends the JVM. Raises `ConfigError` when Java does not start.
    """
    global _machine  # noqa: PLW0603 - one JVM a process, as PySpark has it
    from py4j.protocol import Py4JNetworkError
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    with _one_at_a_time:
        if _machine is None or not _machine.alive:
            _machine = Machine(memory_mb)
        context = None
        try:
            _machine.forget_folder()
            with _kept_signals():
                conf = configured(
                    _session_settings(threads, folder, _machine.alias(folder / "local"))
                )
                context = SparkContext(conf=conf, gateway=_machine.gateway)
                context.pythonExec = sys.executable  # what has our modules, whatever python3 is
            yield SparkSession(context)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            # what Spark is doing cannot be awaited: its answer may be minutes away
            _machine.end()
            raise
        except (Py4JNetworkError, ConnectionError):
            # a JVM that hangs up is gone, even while the system still lists its process
            _machine.end()
            raise
        finally:
            if not _machine.alive:
                _machine.end()
            elif context is not None:
                _stop(context, _machine)


def _stop(context: Any, machine: Machine) -> None:
    """Stop a session; where the JVM does not answer any more, end it and what PySpark remembers."""
    from py4j.protocol import Py4JNetworkError

    try:
        context.stop()
    except (Py4JNetworkError, ConnectionError):
        machine.end()


def _session_settings(threads: int, folder: Path, local: str) -> dict[str, str]:
    return {
        "spark.app.name": "unchurn",
        "spark.master": f"local[{threads}]",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": local,
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.hadoop.hadoop.tmp.dir": str(folder / "hadoop"),
        "spark.executorEnv.PYTHONPATH": str(PACKAGE.parent),
    }


@contextmanager
def _kept_signals() -> Iterator[None]:
    """Keep the process's own answer to Ctrl-C, which PySpark replaces by one that asks Java."""
    main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT) if main else None
    try:
        yield
    finally:
        if main:
            signal.signal(signal.SIGINT, handler)
