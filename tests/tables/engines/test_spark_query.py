"""What Spark says when it fails: the reason, and how to give it what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import ConfigError
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark_query import GIVEN_MEMORY, line, own_memory, reason

pytest.importorskip("pyspark", reason="the extra 'spark' is not installed")
CALL = "An error occurred while calling o53.parquet.\n"
ABORTED = (
    ": org.apache.spark.SparkException: Job aborted due to stage failure: Task 3 failed 4 times"
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"{CALL}{ABORTED}\n\tat x.y(Z.scala:1)\n", ABORTED[2:]),
        (
            f"{CALL}: Job aborted.\n\tat x.y\nCaused by: a.B: no\n\tat z\nCaused by: c.D: gone.\n",
            "Job aborted; caused by: c.D: gone",
        ),
        (f"{CALL}: a.B: gone\n\tat x\nCaused by: a.B: gone\n", "a.B: gone"),
        ("An error occurred while calling o1.x. Trace:\npy4j.Py4JException: no x\n\tat y", "py4j.Py4JException: no x"),
        (CALL, CALL.strip().rstrip(".")),
        ("[PATH_NOT_FOUND] Path does not exist: file:/x.", "[PATH_NOT_FOUND] Path does not exist: file:/x"),
        (
            "\n  An exception was thrown from the Python worker.\nTraceback (most recent call last):\n"
            "  File a, line 1\n    import b\nModuleNotFoundError: No module named 'b'\n",
            "ModuleNotFoundError: No module named 'b'",
        ),
        ("", "RuntimeError"),
    ],
)  # fmt: skip
def test_the_reason_is_what_java_says_and_not_which_call_it_answers(words: str, said: str) -> None:
    assert line(RuntimeError(words)) == said


@pytest.mark.parametrize(
    "words",
    ["java.lang.OutOfMemoryError: Java heap space",
     "Container killed by YARN for exceeding physical memory limits."],
)  # fmt: skip
def test_more_memory_is_given_where_spark_was_started(words: str, tmp_path: Path) -> None:
    """A session that was given never reads [engine] memory_mb."""
    error, exchange = RuntimeError(f"{CALL}: {words}"), Exchange(str(tmp_path))
    ours, given = reason(error, exchange, own_memory(700)), reason(error, exchange, GIVEN_MEMORY)
    assert isinstance(ours, ConfigError)
    assert (ours.message, ours.hint.split(" in ")[0]) == (
        "Spark ran out of its 700 MB.",
        "Raise [engine] memory_mb",
    )
    assert given.message == "Spark ran out of the memory it needs."
    assert "glue_workers" in given.hint
    assert "--executor-memory" in given.hint
    assert "[engine]" not in given.hint


def test_a_module_that_workers_lack_is_a_matter_of_their_python(tmp_path: Path) -> None:
    error = RuntimeError(
        "Traceback (most recent call last):\n  x\nModuleNotFoundError: No module\n"
    )
    found = reason(error, Exchange(str(tmp_path)), GIVEN_MEMORY)
    assert isinstance(found, ConfigError)
    assert found.message.startswith("Python on Spark's workers lacks a module: ModuleNotFoundError")
    assert "PYSPARK_PYTHON" in found.hint
