"""Spark in this process: the session that a cluster gives, or a JVM of our own on loopback.

The JVM of our own is started when first needed, serves every session of the process one after
another, and ends with the process. A session keeps all its files in the folder it is given.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from unchurn.errors import ConfigError

SHARED = "spark.unchurn.scratch"
"""Spark setting: a folder or ``s3://`` prefix that every worker of a cluster can see."""
LEAST_MEMORY_MB = 600
"""Below this, Spark refuses to start."""
JAVA = "On Debian and Ubuntu: apt-get install openjdk-17-jre-headless"
_EXTRA = "Install the extra: pip install 'unchurn[spark]'"
_LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.errors.ref = errors
appender.errors.type = Console
appender.errors.name = errors
appender.errors.target = SYSTEM_ERR
appender.errors.layout.type = PatternLayout
appender.errors.layout.pattern = %m%n%ex{short.message}%n
"""
_one_at_a_time = threading.Lock()
_machine: _Machine | None = None


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
    from pyspark.sql import SparkSession

    if "PYSPARK_GATEWAY_PORT" in os.environ:
        return SparkSession.builder.getOrCreate()
    return SparkSession.getActiveSession()


def share(place: str) -> None:
    """Name a folder or ``s3://`` prefix that every worker of the given session can see."""
    session = given_session()
    if session is not None:
        session.conf.set(SHARED, place)


@contextmanager
def local_session(threads: int, memory_mb: int, folder: Path) -> Iterator[Any]:
    """Open a session with `threads` workers whose files all lie in `folder`.

    The memory is that of the process's first session: a JVM's cannot change. Whatever
    interrupts the session ends the JVM. Raises `ConfigError` when Java does not start.
    """
    global _machine  # noqa: PLW0603 - one JVM a process, as PySpark has it
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    with _one_at_a_time:
        if _machine is None or not _machine.alive:
            _machine = _Machine(memory_mb)
        context = None
        try:
            _machine.forget_folder()
            with _kept_signals():
                conf = _configured(_session_settings(threads, folder))
                context = SparkContext(conf=conf, gateway=_machine.gateway)
            yield SparkSession(context)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            # what Spark is doing cannot be awaited: its answer may be minutes away
            _machine.end()
            raise
        finally:
            if not _machine.alive:
                _machine.end()
            elif context is not None:
                context.stop()


class _Machine:
    """A JVM that answers PySpark on loopback and keeps its own files in a folder of its own."""

    def __init__(self, memory_mb: int) -> None:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway

        self._folder = Path(tempfile.mkdtemp(prefix="unchurn-spark-"))
        log = self._folder / "java.log"
        conf = _configured(_machine_settings(max(memory_mb, LEAST_MEMORY_MB), self._folder))
        try:
            with log.open("wb") as stream, _unicode_paths():
                streams = {"stdout": stream, "stderr": subprocess.STDOUT}
                self.gateway = launch_gateway(conf, streams)
        except PySparkRuntimeError as error:
            said = log.read_text(errors="replace").strip().splitlines() or ["it gave no reason"]
            shutil.rmtree(self._folder, ignore_errors=True)
            raise ConfigError(f"Java did not start Spark: {said[-1].rstrip('.')}.", JAVA) from error
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        atexit.register(self.end)

    @property
    def alive(self) -> bool:
        """Whether the JVM still runs."""
        return self.gateway.proc.poll() is None

    def forget_folder(self) -> None:
        """Make Spark ask anew where a session's files lie: it remembers its first one's place."""
        place = self.gateway.jvm.org.apache.spark.util
        getattr(getattr(place, "Utils$"), "MODULE$").clearLocalRootDirs()

    def end(self) -> None:
        """End the JVM at once and forget everything PySpark remembers of it."""
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        atexit.unregister(self.end)
        process = self.gateway.proc
        with quiet_answers():
            self._stop_asking()
            process.kill()
            process.wait()
            with suppress(Exception):  # sockets of a JVM that is gone
                self.gateway.close()
        with suppress(OSError):
            process.stdin.close()
        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _stop_asking(self) -> None:
        """Stop the thread that tells Java of objects that Python has dropped."""
        from py4j.clientserver import SHUTDOWN_FINALIZER_WORKER

        client = self.gateway._gateway_client
        client.is_connected = False
        client.finalizer_deque.clear()
        client.finalizer_deque.append(SHUTDOWN_FINALIZER_WORKER)


def _machine_settings(memory_mb: int, folder: Path) -> dict[str, str]:
    logging = folder / "log4j2.properties"
    logging.write_text(_LOGGING, encoding="utf-8")
    options = (
        f"-Djava.io.tmpdir={folder}",
        f"-Dlog4j2.configurationFile=file:{logging}",
        "-Dfile.encoding=UTF-8",
        "-XX:-UsePerfData",  # writes below the system's temporary folder
        "-XX:+UseSerialGC",
        # compiling once takes half the time of compiling well, and a session is short
        "-XX:TieredStopAtLevel=1",
    )
    return {
        "spark.master": "local",
        "spark.driver.memory": f"{memory_mb}m",
        "spark.driver.extraJavaOptions": " ".join(options),
    }


def _session_settings(threads: int, folder: Path) -> dict[str, str]:
    return {
        "spark.app.name": "unchurn",
        "spark.master": f"local[{threads}]",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.hadoop.hadoop.tmp.dir": str(folder / "hadoop"),
    }


def _configured(settings: dict[str, str]) -> Any:
    from pyspark import SparkConf

    conf = SparkConf(loadDefaults=False)
    for name, value in settings.items():
        conf.set(name, value)
    return conf


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


@contextmanager
def quiet_answers() -> Iterator[None]:
    """Keep py4j from writing tracebacks of what is raised anyway into the root logger."""
    root = logging.getLogger()
    quiet = logging.NullHandler()  # without any handler, logging would set one up for good

    def others(record: logging.LogRecord) -> bool:
        return record.module not in {"clientserver", "java_gateway"}

    root.addHandler(quiet)
    root.addFilter(others)
    try:
        yield
    finally:
        root.removeFilter(others)
        root.removeHandler(quiet)


@contextmanager
def _unicode_paths() -> Iterator[None]:
    """Start a child under a UTF-8 locale: in the C locale Java cannot open ``é.parquet``."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before
