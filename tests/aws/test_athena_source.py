"""Tables and queries of Athena come here as Parquet, and leave nothing in the bucket."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rehearsal.cloud import Cloud
from unchurn.aws import athena
from unchurn.aws.athena import parse_address, unloaded
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.sources import Sources
from unchurn.errors import ConfigError, DataError
from unchurn.glue import places
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.project.athena_address import read_address
from unchurn.tables import open_table

BUCKET = "churn-athena"
COLUMNS = [{"Name": "id", "Type": "string"}, {"Name": "charges", "Type": "double"}]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A bucket, a workgroup `churn` and a table `churn-db`.`train` of three customers."""
    with open_rehearsal(tmp_path_factory.mktemp("cloud")) as cloud:
        s3, glue = cloud.clients.client("s3"), cloud.clients.client("glue")
        s3.create_bucket(Bucket=BUCKET)
        body = b"id,charges\na,1.5\nb,2.5\nc,\n"
        s3.put_object(Bucket=BUCKET, Key="data/train/a.csv", Body=body)
        glue.create_database(DatabaseInput={"Name": "churn-db"})
        lazy = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
        serde = {"SerializationLibrary": lazy, "Parameters": {"field.delim": ","}}
        place = f"s3://{BUCKET}/data/train/"
        storage = {"Columns": COLUMNS, "Location": place, "SerdeInfo": serde}
        told = {"classification": "csv", "skip.header.line.count": "1"}
        table = {"Name": "train", "StorageDescriptor": storage, "Parameters": told}
        glue.create_table(DatabaseName="churn-db", TableInput=table)
        results = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena/"}}
        enforced = {**results, "EnforceWorkGroupConfiguration": True}
        cloud.clients.client("athena").create_work_group(Name="churn", Configuration=enforced)
        yield cloud


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(athena, "POLL_SECONDS", 0.02)


@pytest.fixture
def sources(cloud: Cloud, tmp_path: Path) -> Sources:
    return Sources(clients_of(cloud), "churn", tmp_path / "sources", Noting())


class Noting(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, words: str) -> None:
        self.notes.append(words)


def left(cloud: Cloud) -> list[str]:
    found = cloud.clients.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="athena/")
    return [each["Key"] for each in found.get("Contents", [])]


def rows(folder: Path) -> list[dict[str, object]]:
    tables = [pq.read_table(path) for path in sorted(folder.iterdir())]
    return sorted(pa.concat_tables(tables).to_pylist(), key=lambda row: str(row["id"]))


@pytest.mark.slow
def test_a_table_comes_as_parquet_and_leaves_nothing(cloud: Cloud, sources: Sources) -> None:
    folder = sources.fetch("athena://churn-db/train")
    charges = [("a", 1.5), ("b", 2.5), ("c", None)]
    assert rows(folder) == [{"id": name, "charges": value} for name, value in charges]
    assert open_table(str(folder), Data(), Path()).rows == 3
    assert left(cloud) == []


def test_what_a_machine_has_unloaded_is_a_table_to_its_jobs(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its contents, for Athena's files have names that tell nothing; the same rows are the same table."""
    client, s3 = cloud.clients.client("athena"), cloud.clients.client("s3")
    monkeypatch.setattr(places, "_client", lambda: s3)
    other = io.BytesIO()
    pq.write_table(pa.table({"id": ["d", "e"], "charges": [4.5, 5.5]}), other)
    tables = []
    for run, name in (("one", "-first"), ("another", "z-last")):
        place = f"s3://{BUCKET}/athena/{run}/queried/"
        request = read_address("athena://churn-db/train").request(place)
        started = client.start_query_execution(WorkGroup="churn", **request)
        ended = athena._waited(client, started["QueryExecutionId"])
        assert ended["Status"]["State"] == "SUCCEEDED", ended
        # a second file, by whose name the two come in another order
        s3.put_object(Bucket=BUCKET, Key=f"athena/{run}/queried/{name}", Body=other.getvalue())
        brought = places.bring_table(place, tmp_path / run)
        tables.append(open_table(brought, Data(), Path()))
    assert [table.rows for table in tables] == [5, 5]
    assert tables[0].fingerprint() == tables[1].fingerprint()
    for key in left(cloud):
        s3.delete_object(Bucket=BUCKET, Key=key)


def test_files_that_nobody_queried_keep_their_names(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors name them, and a laptop reads them in their order."""
    s3 = cloud.clients.client("s3")
    monkeypatch.setattr(places, "_client", lambda: s3)
    for name in ("april", "march"):
        s3.put_object(Bucket=BUCKET, Key=f"data/others/{name}", Body=b"id,charges\na,1\n")
    brought = Path(places.bring_table(f"s3://{BUCKET}/data/others/", tmp_path / "others"))
    assert sorted(each.name for each in brought.iterdir()) == ["april", "march"]


def test_that_a_query_of_a_machine_had_no_rows_is_said(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_client", lambda: cloud.clients.client("s3"))
    with pytest.raises(DataError, match="Athena had no rows to put at s3://"):
        places.bring_table(f"s3://{BUCKET}/runs/r/queried/", tmp_path / "none")


def test_the_same_rows_are_the_same_folder(sources: Sources) -> None:
    first, second = (sources.fetch("athena://churn-db/train") for _ in range(2))
    assert first == second
    assert [path.name for path in sources.folder.iterdir()] == [first.name]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id, charges FROM train WHERE charges > 2",
        'WITH dear AS (SELECT * FROM train WHERE charges > 2) SELECT * FROM "dear";',
        "SELECT * FROM train WHERE charges > 2 -- and (no more",
    ],
)
def test_a_query_comes_as_what_it_gives(cloud: Cloud, sources: Sources, query: str) -> None:
    folder = sources.fetch(f"athena://churn-db?query={query}")
    assert rows(folder) == [{"id": "b", "charges": 2.5}]
    assert left(cloud) == []


def test_a_query_may_name_its_databases_itself(sources: Sources) -> None:
    folder = sources.fetch('athena://?query=SELECT * FROM "churn-db"."train" LIMIT 1')
    assert len(rows(folder)) == 1


@pytest.mark.parametrize(
    ("location", "kind", "why"),
    [
        ("athena://churn-db/nothing", ConfigError, "TABLE_NOT_FOUND.*nothing"),
        ("athena://no-db/train", ConfigError, "TABLE_NOT_FOUND"),
        ("athena://churn-db?query=SELECT nothing FROM train", DataError, "nothing"),
        ("athena://churn-db?query=SELECT FROM WHERE", DataError, "SYNTAX_ERROR"),
    ],
)
def test_a_failed_query_says_athenas_reason_and_leaves_nothing(
    cloud: Cloud, sources: Sources, location: str, kind: type[Exception], why: str
) -> None:
    with pytest.raises(kind, match=rf"Athena .*{why}"):
        sources.fetch(location)
    assert left(cloud) == []
    assert list(sources.folder.iterdir()) == []


def test_a_query_without_rows_is_no_table(cloud: Cloud, sources: Sources) -> None:
    """Athena writes no file then; others write an empty one."""
    with pytest.raises(DataError, match="no rows"):
        open_table(
            str(sources.fetch("athena://churn-db?query=SELECT * FROM train WHERE false")),
            Data(),
            Path(),
        )
    assert left(cloud) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_was_unloaded_goes_whatever_happens(cloud: Cloud, error: type[BaseException]) -> None:
    address = parse_address("athena://churn-db/train")
    with pytest.raises(error), unloaded(clients_of(cloud), "churn", address, Silent()) as objects:
        assert len(objects) == 1
        assert len(left(cloud)) > 1
        raise error
    assert left(cloud) == []


@pytest.mark.slow
def test_an_interrupted_wait_leaves_nothing(
    cloud: Cloud, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.sleep
    interrupted: list[float] = []

    def interrupt(seconds: float) -> None:
        if not interrupted:
            interrupted.append(seconds)
            real(2)
            raise KeyboardInterrupt
        real(seconds)

    monkeypatch.setattr(athena.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sources.fetch("athena://churn-db/train")
    assert interrupted
    assert left(cloud) == []


def test_what_may_not_be_deleted_is_told(cloud: Cloud, sources: Sources) -> None:
    """The rows are here and whole; the note says what stays and until when."""
    s3 = cloud.clients.client("s3")
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject"}
    statement = [{**denied, "Resource": f"arn:aws:s3:::{BUCKET}/athena/*"}]
    policy = {"Version": "2012-10-17", "Statement": statement}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    try:
        assert len(rows(sources.fetch("athena://churn-db/train"))) == 3
        assert isinstance(sources.progress, Noting)
        assert "could not be deleted" in sources.progress.notes[0]
        assert len(left(cloud)) > 0
    finally:
        s3.delete_bucket_policy(Bucket=BUCKET)
        for key in left(cloud):
            s3.delete_object(Bucket=BUCKET, Key=key)


def test_a_workgroup_that_is_not_there_is_named(cloud: Cloud, sources: Sources) -> None:
    other = Sources(clients_of(cloud), "nobody", sources.folder, Silent())
    with pytest.raises(ConfigError, match=r"no Athena workgroup 'nobody'(?s:.*)aws deploy"):
        other.fetch("athena://churn-db/train")


@pytest.mark.parametrize(
    "location",
    ["athena://", "athena://db", "athena:///t", "athena://db/t/u", "athena://db/t?query=SELECT 1"],
)
def test_another_shape_of_address_is_refused(location: str) -> None:
    with pytest.raises(ConfigError, match="athena://database/table or"):
        parse_address(location)


@pytest.mark.parametrize("sql", ["DROP TABLE train", "", "insert into t select 1"])
def test_a_query_that_does_not_read_is_refused(sql: str) -> None:
    with pytest.raises(ConfigError, match="must begin with SELECT or WITH"):
        parse_address(f"athena://db?query={sql}")


def test_names_are_quoted() -> None:
    found = parse_address('athena://churn-db/a"b')
    assert found.query == 'SELECT * FROM "churn-db"."a""b"'
