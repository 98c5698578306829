"""A JVM of our own for PySpark: quiet, on loopback, its files in a folder of its own."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from unchurn.errors import ConfigError

JAVA = "On Debian and Ubuntu: apt-get install openjdk-17-jre-headless"
LEAST_MEMORY_MB = 600
"""Below this, Spark refuses to start."""
_LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.errors.ref = errors
appender.errors.type = Console
appender.errors.name = errors
appender.errors.target = SYSTEM_ERR
appender.errors.layout.type = PatternLayout
appender.errors.layout.pattern = %m%n%ex{short.message}%n
"""


class Machine:
    """A JVM that answers PySpark on loopback and keeps its own files in a folder of its own."""

    def __init__(self, memory_mb: int) -> None:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway

        self._folder = Path(tempfile.mkdtemp(prefix="unchurn-spark-"))
        log = self._folder / "java.log"
        conf = configured(_machine_settings(max(memory_mb, LEAST_MEMORY_MB), self._folder))
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

    def alias(self, folder: Path) -> str:
        """Return a path of `folder` without a comma, which to Spark ends a folder's name."""
        if "," not in str(folder):
            return str(folder)
        folder.mkdir(parents=True, exist_ok=True)
        link = self._folder / "local"
        link.unlink(missing_ok=True)
        link.symlink_to(folder)
        return str(link)

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
    told = folder / "log4j2.properties"
    told.write_text(_LOGGING, encoding="utf-8")
    options = (
        f'"-Djava.io.tmpdir={folder}"',
        f"-Dlog4j2.configurationFile={told.as_uri()}",
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


def configured(settings: dict[str, str]) -> Any:
    """Return a configuration of these settings and no others."""
    from pyspark import SparkConf

    conf = SparkConf(loadDefaults=False)
    for name, value in settings.items():
        conf.set(name, value)
    return conf


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
