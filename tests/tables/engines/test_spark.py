from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.artefacts import LABEL, Workspace
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Churn, Columns, Data, Engine
from unchurn.steps.clean import clean
from unchurn.tables import Table, open_table, parts
from unchurn.tables.engines import spark_parts, spark_session
from unchurn.tables.engines.duckdb import DuckEngine
from unchurn.tables.engines.protocol import EngineProtocol
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_machine import Machine
from unchurn.tables.engines.spark_query import Room
from unchurn.tables.engines.wide_rows import WIDE
from unchurn.tables.parts import Part
from unchurn.tables.table import Reject, RowNumbers, Source

pytest.importorskip("pyspark", reason="the extra 'spark' is not installed")

AWKWARD = pa.schema(
    [
        ("a.b", pa.string()),
        ("A.B", pa.string()),
        ("`tick`", pa.float64()),
        ('say "hi"; --', pa.timestamp("us")),
        ("naïve 🎈", pa.string()),
        (" c0 ", pa.float64()),
        (LABEL, pa.int8()),
    ]
)
TEXTS = [
    "",
    " ",
    "a",
    "a\0",
    "a\0b",
    "B",
    "é",
    "e\u0301",
    "\uffff",
    "🎈",
    "10",
    "9",
    "\n,\"'",
    None,
]
NUMBERS = [0.0, 5e-324, 0.1, 0.1 + 0.2, 1 / 3, -1e308, 1.7976931348623157e308, 2.0**53 + 2, None]
MOMENTS = [
    dt.datetime(1, 1, 1),
    dt.datetime(1582, 10, 10),
    dt.datetime(1899, 12, 31, 23, 59, 59, 1),
    dt.datetime(2024, 3, 31, 2, 30),
    dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
    None,
]


def awkward(rows: int = 3000) -> Iterator[pa.RecordBatch]:
    """Rows of every value that engines are known to disagree on, many of them twice."""
    chance = np.random.default_rng(5)
    values = [TEXTS, TEXTS[:4], NUMBERS, MOMENTS, TEXTS, NUMBERS[:3], [0, 1, None]]
    for _ in range(3):
        columns = [
            pa.array([each[n] for n in chance.integers(0, len(each), rows // 3)], field.type)
            for each, field in zip(values, AWKWARD, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=AWKWARD)
        yield pa.RecordBatch.from_arrays([each.slice(0, 0) for each in columns], schema=AWKWARD)


def settled(engine: EngineProtocol, folder: Path, schema: pa.Schema = AWKWARD) -> bytes:
    """Settle the awkward rows; return the file."""
    folder.mkdir(parents=True)
    engine.settle(awkward(), schema, folder / "out.parquet", folder)
    assert [path.name for path in folder.iterdir()] == ["out.parquet"]
    return (folder / "out.parquet").read_bytes()


@pytest.mark.slow
def test_awkward_names_and_values_give_the_bytes_of_duckdb(tmp_path: Path) -> None:
    spark, duck = SparkEngine(), DuckEngine()
    assert settled(spark, tmp_path / "spark") == settled(duck, tmp_path / "duck")
    for name in ("a.b", "naïve 🎈"):
        found = {
            engine.identity(tmp_path / "spark" / "out.parquet", name) for engine in (spark, duck)
        }
        assert len(found) == 1


@pytest.mark.parametrize("name", ["a b", "50%", "[x]*{y}?", "é", "a=b", "a:b", "#1", "a,b"])
@pytest.mark.slow
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    assert settled(SparkEngine(), tmp_path / name / ".staging")


def test_columns_of_nothing_but_labels_and_rows_without_one(tmp_path: Path) -> None:
    schema = pa.schema([(LABEL, pa.int8())])
    batch = pa.record_batch([pa.array([None, None], pa.int8())], schema=schema)
    found = SparkEngine().settle([batch], schema, tmp_path / "out.parquet", tmp_path)
    assert (found.labelled, found.kept) == (0, 0)
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == 0


@pytest.mark.slow
def test_neither_stream_is_written_to_and_nothing_is_left(tmp_path: Path) -> None:
    """A process that uses Spark, stdout and stderr watched, leaves no JVM and no file."""
    program = f"""
import pyarrow as pa
from pathlib import Path
from unchurn.tables.engines import spark_session
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_machine import Machine
from unchurn.tables.engines.spark_query import Room
schema = pa.schema([("x", pa.string()), ("{LABEL}", pa.int8())])
batch = pa.record_batch([["b", "a"], pa.array([0, 1], pa.int8())], schema=schema)
folder = Path("scratch")
folder.mkdir()
for _ in range(2):
    SparkEngine().settle([batch], schema, folder / "out.parquet", folder)
Path("pid").write_text(str(spark_session._machine.gateway.proc.pid))
"""
    temporary = "tem porary, ü"
    (tmp_path / temporary).mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", program],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path / temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert left == {temporary, "scratch", "scratch/out.parquet", "pid"}
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


def endless() -> Iterator[pa.RecordBatch]:
    """Enough rows to keep Spark busy for a while."""
    yield from list(awkward(90_000)) * 3


def once_busy(do: str) -> threading.Thread:
    """Interrupt this process, or end Java, soon after Spark has begun."""

    def wait() -> None:
        while not spark_session._one_at_a_time.locked():
            time.sleep(0.02)
        time.sleep(0.5)
        if do == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)
        else:
            assert spark_session._machine is not None
            spark_session._machine.gateway.proc.kill()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "error"), [("interrupt", KeyboardInterrupt), ("kill", ConfigError)]
)
def test_an_interruption_comes_through_and_the_next_use_starts_anew(
    tmp_path: Path, what: str, error: type[BaseException], capfd: pytest.CaptureFixture[str]
) -> None:
    engine = SparkEngine()
    settled(engine, tmp_path / "before")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    thread = once_busy(what)
    with pytest.raises(error):
        engine.settle(endless(), AWKWARD, scratch / "out.parquet", scratch)
    thread.join()
    assert not list(scratch.iterdir())
    assert settled(engine, tmp_path / "after") == settled(engine, tmp_path / "again")
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before its work", "after its work"])
def test_a_jvm_that_is_gone_while_still_listed_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Its sockets close before the system lets its process go."""
    engine = SparkEngine()
    before = settled(engine, tmp_path / "before")
    gone = spark_session._machine
    assert gone is not None
    work = Room._run

    def cut_short(room: Room, session: object, query: str) -> None:
        if when == "after its work":
            work(room, session, query)
        kill(gone)
        if when == "before its work":
            work(room, session, query)

    with monkeypatch.context() as patch:
        patch.setattr(Machine, "alive", True)
        patch.setattr(Room, "_run", cut_short)
        if when == "before its work":
            with pytest.raises(ConfigError, match="Java ended"):
                settled(engine, tmp_path / "during")
        else:
            assert settled(engine, tmp_path / "during") == before
    assert settled(engine, tmp_path / "after") == before
    assert spark_session._machine is not gone


def kill(machine: Machine) -> None:
    machine.gateway.proc.kill()
    machine.gateway.proc.wait()


@pytest.mark.parametrize("home", ["", "/nowhere"])
def test_without_java_one_sentence_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", home)
    with pytest.raises(ConfigError, match="openjdk-17-jre-headless") as caught:
        SparkEngine()
    assert caught.value.exit_code == 2


def test_without_pyspark_one_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(ConfigError, match=r"unchurn\[spark\]"):
        SparkEngine()


def test_rows_of_many_columns_are_sorted_as_those_of_few(tmp_path: Path) -> None:
    """Beyond 200 columns neighbours travel as lists; they are compared as columns are."""
    width = 260
    assert width > WIDE
    texts = {7, 8, 200, 259}
    kinds = [pa.string() if n in texts else pa.float64() for n in range(width)]
    fields = [pa.field(f"x{n}", kind) for n, kind in enumerate(kinds)]
    schema = pa.schema([*fields, (LABEL, pa.int8())])
    chance = np.random.default_rng(3)

    def cells(kind: pa.DataType) -> pa.Array:
        choices = TEXTS if pa.types.is_string(kind) else [0.0, -1.5, None]
        return pa.array([choices[n] for n in chance.integers(0, len(choices), 400)], kind)

    few = [pa.array(chance.integers(0, 2, 400).astype("float64")) for _ in range(6)]
    columns = [*few, *map(cells, kinds[6:]), pa.array(chance.integers(0, 2, 400), pa.int8())]
    batch = pa.RecordBatch.from_arrays(columns, schema=schema)
    for name, engine in (("spark", SparkEngine()), ("duck", DuckEngine())):
        engine.settle([batch, batch.slice(9)], schema, tmp_path / name, tmp_path)
    assert pq.read_metadata(tmp_path / "spark").num_rows == 400
    assert (tmp_path / "spark").read_bytes() == (tmp_path / "duck").read_bytes()


@pytest.mark.slow
def test_ten_thousand_columns_are_sorted_too(tmp_path: Path) -> None:
    width = 10_000
    schema = pa.schema([*((f"x{n}", pa.float64()) for n in range(width)), (LABEL, pa.int8())])
    values = [pa.array([1.0, None, 0.5]) for _ in range(width)]
    batch = pa.RecordBatch.from_arrays([*values, pa.array([1, 0, 1], pa.int8())], schema=schema)
    for name, engine in (("spark", SparkEngine()), ("duck", DuckEngine())):
        engine.settle([batch], schema, tmp_path / name, tmp_path)
    assert (tmp_path / "spark").read_bytes() == (tmp_path / "duck").read_bytes()


def big(path: Path, rows: int) -> None:
    """Write customers in several batches and odd row groups: two of all, some without a label, a total."""
    chance = np.random.default_rng(11)
    numbers = np.arange(rows) % (rows - 9)
    made = pa.table(
        {
            "id": [f"{n:06}" for n in numbers],
            "paid": [f"{n % 977}.{n % 10}" if n % 50 else "n/a" for n in numbers],
            "joined": (np.datetime64("2021-01-01", "us") + (numbers % 700) * 86_400_000_000),
            "plan": [("basic", "plus", None)[n % 3] for n in numbers],
            "churned": [("yes", "no", "no", "")[n * 7 % 4] for n in numbers],
        }
    )
    made = pa.concat_tables(
        [made, pa.table({"id": ["Total"], "paid": [str(rows)]})], promote_options="default"
    )
    pq.write_table(made, path, row_group_size=int(chance.integers(30_000, 50_000)))


def clean_of(folder: Path, name: str, kind: str) -> tuple[bytes, dict[str, object]]:
    """Clean a table of `big`; return the customers' file, and all else that is told."""
    workspace = folder / f"work-{kind}"
    workspace.mkdir()
    told = Told()
    made = clean(
        open_table(name, Data(), folder),
        Data(),
        Churn(target="churned", id="id", positive=("yes",)),
        Columns(),
        Engine(kind=kind),
        Workspace(workspace),
        told,
    )
    assert {path.name for path in workspace.iterdir()} == {"customers.parquet", "rejects.csv"}
    rest = (made.schema, made.summary, made.rows, made.findings, made.rejects.read_bytes())
    return made.customers.read_bytes(), {"rest": rest, "notes": told.notes}


class Told(Silent):
    """Keeps the lines that stay on the screen."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, words: str) -> None:
        self.notes.append(words)


@pytest.mark.slow
def test_clean_of_workers_is_that_of_this_process_though_one_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker to come to the last part dies amid it, in both passes."""
    big(tmp_path / "t.parquet", 200_000)
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "t.csv").write_text("id,paid,churned\n1,2,yes\n2,3,no\n3,4,no\n4,4,yes\n")
    here, told = clean_of(tmp_path, "t.parquet", "arrow")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    (tmp_path / "killed").mkdir()
    seen: list[int] = []
    parts_of = spark_parts.parts_of

    def parted(table: Table, wanted: int) -> list[Part]:
        made = parts_of(table, wanted)
        seen.append(len(made))
        deadly = Deadly(made[-1].source, tmp_path / "killed")
        return [*made[:-1], replace(made[-1], source=deadly)]

    monkeypatch.setattr(spark_parts, "parts_of", parted)
    monkeypatch.setattr(spark_parts, "_TOGETHER", 2)
    monkeypatch.setattr(parts, "FEWEST", 1)
    # workers cannot import what is tested by
    cloudpickle = pytest.importorskip("pyspark.cloudpickle")
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    settings = spark_session._session_settings
    monkeypatch.setattr(
        spark_session,
        "_session_settings",
        # one machine tries again as a cluster does
        lambda threads, *rest: settings(threads, *rest) | {"spark.master": f"local[{threads},4]"},
    )
    with spark_session.local_session(2, 1024, tmp_path / "session") as session:
        monkeypatch.setattr(spark_session, "given_session", lambda: session)
        there, again = clean_of(tmp_path, "t.parquet", "spark")
        _, csv = clean_of(tmp_path / "csv", "t.csv", "spark")
    assert seen[0] >= 3
    assert len(list((tmp_path / "killed").iterdir())) == 2
    assert (there == here, again) == (True, told)
    assert csv["notes"] == [
        "Spark's workers sort, but one core reads and types: t.csv is no Parquet file, whose rows "
        "alone are counted before they are read."
    ]


@dataclass(frozen=True)
class Deadly:
    """A part of a file that kills who reads it, the first time of each pass."""

    inner: Source
    folder: Path

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        stream = self.inner.batches(first, reject)
        yield next(stream)
        from pyspark import TaskContext

        attempt = TaskContext.get()
        assert attempt is not None
        stage = self.folder / str(attempt.stageId())
        if not attempt.attemptNumber():
            stage.touch()
            os._exit(9)
        return (yield from stream)
