"""Work that Spark's workers answer in files: in order, told as it is done, and what is said where it cannot be."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unchurn.errors import ArtefactError, ConfigError, DataError
from unchurn.tables.engines import spark_session
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_answers import Content, Fetch, answered
from unchurn.tables.engines.spark_session import cluster_session, local_session
from unchurn.tables.engines.spark_watch import watched

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session that somebody else started, which tries again as a cluster does."""
    # workers cannot import what is tested by
    pytest.importorskip("pyspark.cloudpickle").register_pickle_by_value(sys.modules[__name__])
    settings = spark_session._session_settings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            spark_session,
            "_session_settings",
            lambda threads, *rest: (
                settings(threads, *rest) | {"spark.master": f"local[{threads},4]"}
            ),
        )
        with local_session(2, 700, tmp_path_factory.mktemp("session")) as session:
            yield session


@pytest.fixture
def place(given: Any, tmp_path: Path) -> Iterator[tuple[Any, Exchange]]:
    """The session, with a folder that all see."""
    with SparkEngine().connected(tmp_path) as opened:
        yield opened


def twice(thing: Any, fetch: Fetch) -> Content:
    """Answer in two pieces, the first thing last; some raise."""
    time.sleep(0 if thing else 1.5)
    if thing == 40:
        raise DataError("Forty is too many.", "Bring fewer.")
    if thing == 41:
        np.zeros(1 << 55)
    if thing == 42:
        fetch("rows/1")
    if thing == 43:
        raise OSError(28, "No space left on device")
    if thing == 44:
        raise ZeroDivisionError("by nothing")
    return [fetch("rows/0"), memoryview(str(thing * 2).encode())]


def test_answers_come_in_order_and_are_told_one_by_one(place: tuple[Any, Exchange]) -> None:
    """Files go out in pieces, and come back whole; nothing asked is nothing answered."""
    told: list[float] = []
    files = {"rows/0": [b"n", memoryview(b"ine:")]}
    found = answered(*place, "a", files, range(5), twice, lambda: told.append(time.monotonic()))
    assert list(found) == [f"nine:{2 * each}".encode() for each in range(5)]
    assert len(told) == 5
    assert told[-1] - told[0] > 0.2  # seconds
    assert list(answered(*place, "a", {}, [], twice, lambda: None)) == []


def test_a_jvm_of_one_machine_is_no_cluster(given: Any) -> None:
    """Its workers are this machine's cores, which fit better without it."""
    assert spark_session.given_session() is not None
    assert cluster_session() is None


@pytest.mark.parametrize(
    ("thing", "kind", "words"),
    [
        (40, DataError, "Forty is too many"),
        (41, ConfigError, r"ran out of the memory it needs.\n.*--executor-memory"),
        (
            42,
            ConfigError,
            r"workers cannot see /\S+: rows/1 is not there.*\nName a folder that every",
        ),
        (43, ArtefactError, "could not use .*: No space left on device"),
        (44, ArtefactError, "Spark failed: ZeroDivisionError: by nothing"),
    ],
)
def test_what_goes_wrong_on_a_worker_is_said(
    given: Any, tmp_path: Path, thing: int, kind: type[Exception], words: str
) -> None:
    """An error of ours as it is, memory as Spark's, a folder that is not shared; and nothing is left."""
    with pytest.raises(kind, match=words), SparkEngine().connected(tmp_path) as opened:
        list(answered(*opened, "a", {"rows/0": [b""]}, [4, thing], twice, lambda: None))
    assert not list(tmp_path.iterdir())


def sleep(number: int) -> int:
    time.sleep(60 if number else 0)
    return number


def test_ctrl_c_ends_what_the_workers_do(place: tuple[Any, Exchange]) -> None:
    """Whoever waits goes at once, and no task stays behind."""
    session, _ = place
    context = session.sparkContext

    def interrupted() -> None:
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        watched(
            session, lambda: context.parallelize(range(2), 2).map(sleep).collect(), 2, interrupted
        )
    assert time.monotonic() - began < 30
    assert list(context.statusTracker().getActiveJobsIds()) == []
