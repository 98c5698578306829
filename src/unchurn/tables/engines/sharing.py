"""A place that this process and every worker of a given Spark see: named, and tried first.

A folder of the driver's own disk has a path on each worker too, so nobody can tell by its name.
"""

from __future__ import annotations

import uuid
from typing import Any

import pyarrow as pa

from unchurn.errors import ConfigError
from unchurn.tables.engines import spark_session
from unchurn.tables.engines.shared_folder import Exchange, address
from unchurn.tables.engines.spark_machine import quiet_answers
from unchurn.tables.engines.spark_query import line, storage

_MOST = 256
"""Tables of a trial, at most: a larger cluster is tried in part."""
_TRIAL = pa.record_batch({"seen": pa.array([1], pa.int8())})


def share(place: str) -> None:
    """Name a folder or prefix of S3 that every worker of the given session can see; none, no matter.

    A folder is tried first where workers are on other machines; S3 is the same for all. Raises
    `ConfigError` for a folder that they cannot see, or a place that is neither, and `ArtefactError`
    where this process cannot write.
    """
    session = spark_session.given_session()
    if session is None:
        return
    folder = "://" not in address(place)
    if folder and not session.sparkContext.master.startswith("local"):
        try_sharing(session, Exchange(f"{place.rstrip('/')}/{uuid.uuid4().hex}"), place)
    session.conf.set(spark_session.SHARED, place)


def try_sharing(session: Any, exchange: Exchange, place: str) -> None:
    """Write where `exchange` is, for each core a table; let workers hand the rows back. Raises as `share`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    cores = min(session.sparkContext.defaultParallelism, _MOST)
    names = [f"t{number}" for number in range(cores)]
    try:
        with storage(exchange):
            for name in names:
                exchange.write(name, [_TRIAL], _TRIAL.schema)
        reader = session.read.option("__globPaths__", "false").schema("seen byte")
        with quiet_answers():
            trial = reader.parquet(*map(exchange.location, names))
            trial.write.parquet(exchange.location("back"))
        with storage(exchange):
            seen = sum(batch.num_rows for batch in exchange.read("back"))
    except (Py4JError, PySparkException) as error:
        raise unseen(place, line(error)) from error
    finally:
        with storage(exchange):
            exchange.clear()
    if seen != len(names):
        raise unseen(place, f"{seen} of the {len(names)} rows that they were given came back")


def unseen(place: str, words: str) -> ConfigError:
    """Return the error of a place that workers cannot see; `words` say how it was noticed."""
    return ConfigError(
        f"Spark's workers cannot see {place}: {words}.",
        "Name a folder that every one of them has mounted there, or s3://BUCKET/PREFIX.",
    )
