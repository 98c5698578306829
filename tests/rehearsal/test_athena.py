"""Queries over the objects that the catalogue names."""

from __future__ import annotations

import io
import time
from typing import Any

import pyarrow.parquet as pq
import pytest
from job_requests import BUCKET, get, keys, put
from small_listener import waited

from rehearsal.athena.executions import FAULTS
from rehearsal.cloud import Cloud
from rehearsal.errors import InputError

ROWS = 'id,name,monthly,since\na,"Smith, J",1.5,2024-01-31\nb,,2,2024-02-01\nc,Lee,,\n'


def crawled(glue: Any) -> bool:
    """Tell whether the crawler has ended."""
    return bool(glue.get_crawler(Name="acme-crawler")["Crawler"]["State"] == "READY")


@pytest.fixture
def catalogue(acme: Cloud) -> Cloud:
    """The cloud with a crawled table acme-db.train and a work group that says where results go."""
    glue = acme.clients.client("glue")
    put(acme, "data/train/a.csv", ROWS)
    glue.create_database(DatabaseInput={"Name": "acme-db"})
    glue.create_crawler(
        Name="acme-crawler",
        Role="arn:aws:iam::123456789012:role/acme-glue",
        DatabaseName="acme-db",
        Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/data/train/"}]},
    )
    glue.start_crawler(Name="acme-crawler")
    place = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena/"}}
    acme.clients.client("athena").create_work_group(
        Name="acme", Configuration=place | {"EnforceWorkGroupConfiguration": True}
    )
    waited(lambda: crawled(glue), "the crawler never ends")
    return acme


def ask(cloud: Cloud, query: str, *parameters: str, database: str = "acme-db") -> dict[str, Any]:
    """Run a query to its end and return its description."""
    athena = cloud.clients.client("athena")
    more = {"ExecutionParameters": list(parameters)} if parameters else {}
    number = athena.start_query_execution(
        QueryString=query,
        WorkGroup="acme",
        QueryExecutionContext={"Database": database},
        **more,
    )["QueryExecutionId"]
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        found: dict[str, Any] = athena.get_query_execution(QueryExecutionId=number)
        if found["QueryExecution"]["Status"]["State"] not in {"QUEUED", "RUNNING"}:
            described: dict[str, Any] = found["QueryExecution"]
            return described
        time.sleep(0.05)
    raise AssertionError("the query did not end")


def answers(cloud: Cloud, described: dict[str, Any]) -> list[list[str | None]]:
    """Return the rows of a query's result, names first."""
    assert described["Status"]["State"] == "SUCCEEDED", described["Status"]
    result = cloud.clients.client("athena").get_query_results(
        QueryExecutionId=described["QueryExecutionId"]
    )
    rows = result["ResultSet"]["Rows"]
    return [[datum.get("VarCharValue") for datum in row["Data"]] for row in rows]


def test_a_select_is_answered_and_stored_as_csv(catalogue: Cloud) -> None:
    described = ask(catalogue, "SELECT id, name, monthly FROM train ORDER BY id")
    assert answers(catalogue, described) == [
        ["id", "name", "monthly"],
        ["a", "Smith, J", "1.5"],
        ["b", "", "2.0"],
        ["c", "Lee", None],
    ]
    number = described["QueryExecutionId"]
    place = described["ResultConfiguration"]["OutputLocation"]
    assert place == f"s3://{BUCKET}/athena/{number}.csv"
    stored = get(catalogue, f"athena/{number}.csv").decode().splitlines()
    assert stored[1:3] == ['"a","Smith, J","1.5"', '"b","","2.0"']
    assert described["Statistics"]["DataScannedInBytes"] == len(ROWS)


def partitioned(cloud: Cloud, serde: dict[str, Any], *values: str) -> None:
    """Make a table months of CSV, one partition a month of `values`."""
    glue = cloud.clients.client("glue")
    where = f"s3://{BUCKET}/months/"
    stored = {
        "Columns": [{"Name": "id", "Type": "string"}, {"Name": "n", "Type": "int"}],
        "Location": where,
        "SerdeInfo": serde,
    }
    table = {
        "Name": "months",
        "PartitionKeys": [{"Name": "month", "Type": "int"}],
        "Parameters": {"classification": "csv", "delimiter": ","},
        "StorageDescriptor": stored,
    }
    glue.create_table(DatabaseName="acme-db", TableInput=table)
    for value in values:
        part = {"Values": [value], "StorageDescriptor": stored | {"Location": f"{where}{value}/"}}
        glue.create_partition(DatabaseName="acme-db", TableName="months", PartitionInput=part)


LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


def test_of_a_partitioned_table_the_registered_folders_are_read_and_no_others(
    catalogue: Cloud,
) -> None:
    """See "Partition your data" in the guide of Athena."""
    partitioned(catalogue, {"SerializationLibrary": LAZY, "Parameters": {"field.delim": "|"}}, "1")
    put(catalogue, "months/1/a.csv", "a|5\n")
    put(catalogue, "months/2/b.csv", "b|6\n")
    query = "SELECT id, n, month FROM months WHERE month = 1"
    assert answers(catalogue, ask(catalogue, query))[1:] == [["a", "5", "1"]]
    assert answers(catalogue, ask(catalogue, "SELECT count(*) FROM months"))[1:] == [["1"]]


@pytest.mark.parametrize(
    ("serde", "line"),
    [
        ({"SerializationLibrary": LAZY}, "a\x015\n"),
        ({"SerializationLibrary": LAZY, "Parameters": {"serialization.format": "1"}}, "a\x015\n"),
        ({"SerializationLibrary": LAZY, "Parameters": {"field.delim": "9"}}, "a\t5\n"),
        ({"SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde"}, "a,5\n"),
    ],
)
def test_columns_are_parted_as_the_serde_of_a_table_says(
    catalogue: Cloud, serde: dict[str, Any], line: str
) -> None:
    """By default Ctrl-A, or a comma: "LazySimpleSerDe", "OpenCSVSerDe" in the guide of Athena."""
    partitioned(catalogue, serde, "1")
    put(catalogue, "months/1/a.csv", line)
    assert answers(catalogue, ask(catalogue, "SELECT id, n FROM months"))[1:] == [["a", "5"]]


OPEN = "org.apache.hadoop.hive.serde2.OpenCSVSerde"


@pytest.mark.parametrize(
    ("serde", "told", "texts"),
    [
        (LAZY, {"field.delim": ","}, ["", None, "-", None]),
        (LAZY, {"field.delim": ",", "serialization.null.format": "-"}, ["", "\\N", None, None]),
        (LAZY, {"field.delim": ",", "serialization.null.format": ""}, [None, "\\N", "-", None]),
        (OPEN, {}, ["", "\\N", "-", None]),
    ],
)
def test_an_empty_text_is_null_only_where_the_serde_of_a_table_says_so(
    catalogue: Cloud, serde: str, told: dict[str, str], texts: list[str | None]
) -> None:
    """LazySimpleSerDe has Hive's null text; of a column that a line has not both make NULL."""
    glue = catalogue.clients.client("glue")
    columns = [{"Name": "n", "Type": "int"}, {"Name": "name", "Type": "string"}]
    stored = {
        "Columns": columns,
        "Location": f"s3://{BUCKET}/texts/",
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": told},
    }
    table = {"Name": "texts", "Parameters": {"classification": "csv"}, "StorageDescriptor": stored}
    glue.create_table(DatabaseName="acme-db", TableInput=table)
    put(catalogue, "texts/a.csv", "1,\n2,\\N\n3,-\n4\n,x\n")
    rows = answers(catalogue, ask(catalogue, "SELECT n, name FROM texts ORDER BY n"))[1:]
    assert rows == [*([str(n), each] for n, each in enumerate(texts, 1)), [None, "x"]]


def test_what_is_no_number_is_null_in_a_column_of_numbers(catalogue: Cloud) -> None:
    """As LazySimpleSerDe has it, where DuckDB's reader of CSV would fail the query."""
    put(catalogue, "data/train/a.csv", ROWS + "d,Ann,some,\n")
    query = "SELECT monthly FROM train ORDER BY id"
    found = answers(catalogue, ask(catalogue, query))[1:]
    assert found == [["1.5"], ["2.0"], [None], [None]]


def test_what_of_lines_is_not_heeded_is_said_and_projection_refused(catalogue: Cloud) -> None:
    told = {"field.delim": ",", "escape.delim": "!"}
    partitioned(catalogue, {"SerializationLibrary": LAZY, "Parameters": told}, "1")
    put(catalogue, "months/1/a.csv", '"a",5\n')
    assert answers(catalogue, ask(catalogue, "SELECT id FROM months"))[1:] == [["a"]]
    said = [each for each in catalogue.journal.unproven if each.startswith("Athena:")]
    assert [("escape.delim" in each, "quotes" in each) for each in said] == [
        (True, False),
        (False, True),
    ]
    glue = catalogue.clients.client("glue")
    table = glue.get_table(DatabaseName="acme-db", Name="months")["Table"]
    kept = {key: table[key] for key in ("Name", "PartitionKeys", "StorageDescriptor")}
    projected = {"classification": "csv", "projection.enabled": "true"}
    glue.update_table(DatabaseName="acme-db", TableInput=kept | {"Parameters": projected})
    described = ask(catalogue, "SELECT id FROM months")
    assert "projection" in described["Status"]["StateChangeReason"]


def test_a_crawler_registers_the_partitions_of_the_folders_that_it_finds(catalogue: Cloud) -> None:
    glue = catalogue.clients.client("glue")
    for month in ("1", "2"):
        put(catalogue, f"data/train2/month={month}/a.csv", f"id,n\na{month},5\n")
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/data/train2/"}]}
    glue.update_crawler(Name="acme-crawler", Targets=targets)
    glue.start_crawler(Name="acme-crawler")
    waited(lambda: crawled(glue), "the crawler never ends")
    found = ask(catalogue, "SELECT id, month FROM train2 ORDER BY id")
    assert answers(catalogue, found)[1:] == [["a1", "1"], ["a2", "2"]]


def test_functions_of_athenas_own_dialect_are_translated(catalogue: Cloud) -> None:
    query = (
        'WITH t AS (SELECT * FROM "acme-db".train) SELECT count(*) AS n, '
        "date_diff('day', date '2024-01-01', date '2024-01-31') AS days, "
        "approx_percentile(monthly, 0.5) IS NOT NULL AS found FROM t"
    )
    assert answers(catalogue, ask(catalogue, query))[1] == ["3", "30", "true"]


def test_integers_are_divided_as_integers_and_doubles_as_doubles(catalogue: Cloud) -> None:
    """See "Mathematical functions and operators" in the documentation of Trino."""
    query = (
        "SELECT 7/2 AS a, -7/2 AS b, sum(CASE WHEN id = 'a' THEN 1 ELSE 0 END)/count(*) AS c, "
        "max(monthly)/2 AS d, avg(CAST(length(id) AS integer))/4 AS e FROM train"
    )
    assert answers(catalogue, ask(catalogue, query))[1] == ["3", "-3", "0", "1.0", "0.25"]
    for wrong in ("1/0", "1 % 0", "count(*)/(count(*) - count(*))"):
        status = ask(catalogue, f"SELECT {wrong} FROM train")["Status"]
        assert status["StateChangeReason"] == "DIVISION_BY_ZERO: Division by zero"


def test_a_month_of_a_date_is_a_date_and_of_a_timestamp_a_timestamp(catalogue: Cloud) -> None:
    """See "Date and time functions and operators" in the documentation of Trino."""
    query = (
        "SELECT date_trunc('month', d) AS a, d + interval '1' month AS b, interval '1' day + d AS c, "
        "date_add('year', -1, d) AS d, date_trunc('month', max(d) - interval '1' month) AS e, "
        "date_trunc('day', t) AS f, t - interval '1' day AS g "
        "FROM (SELECT date '2024-01-31' AS d, timestamp '2024-01-31 10:00:00' AS t) GROUP BY d, t"
    )
    days = ["2024-01-01", "2024-02-29", "2024-02-01", "2023-01-31", "2023-12-01"]
    moments = ["2024-01-31 00:00:00.000", "2024-01-30 10:00:00.000"]
    assert answers(catalogue, ask(catalogue, query))[1] == days + moments


def test_a_column_without_a_name_is_called_by_its_position(catalogue: Cloud) -> None:
    query = (
        "SELECT id, count(*), (id), t.*, 1 FROM (SELECT id, max(monthly) FROM train GROUP BY id) t "
        "GROUP BY 1, 4, 5 ORDER BY id"
    )
    names = ["id", "_col1", "id", "id", "_col4", "_col5"]
    described = ask(catalogue, query)
    assert answers(catalogue, described)[:2] == [names, ["a", "1", "a", "a", "1.5", "1"]]
    result = catalogue.clients.client("athena").get_query_results(
        QueryExecutionId=described["QueryExecutionId"]
    )
    told = result["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [each["Name"] for each in told] == names
    stored = get(catalogue, f"athena/{described['QueryExecutionId']}.csv").decode()
    assert stored.startswith('"id","_col1"')


def test_what_is_unloaded_has_the_names_and_types_of_a_result(catalogue: Cloud) -> None:
    inner = (
        "SELECT count(*), sum(length(id)), sum(length(id))/2 AS half, max(since) AS last FROM train"
    )
    ask(catalogue, f"UNLOAD ({inner}) TO 's3://{BUCKET}/tmp/y/' WITH (format = 'PARQUET')")
    (key,) = keys(catalogue, "tmp/y/")
    told = pq.read_schema(io.BytesIO(get(catalogue, key)))
    assert told.names == ["_col0", "_col1", "half", "last"]
    assert [str(each) for each in told.types[:3]] == ["int64", "int64", "int64"]


def test_question_marks_are_filled_in_their_order(catalogue: Cloud) -> None:
    query = "SELECT id FROM train WHERE monthly > ? AND id <> ?"
    assert answers(catalogue, ask(catalogue, query, "1", "'b'"))[1:] == [["a"]]


def test_unload_writes_parquet_and_a_manifest_that_names_it(catalogue: Cloud) -> None:
    query = f"UNLOAD (SELECT * FROM train) TO 's3://{BUCKET}/tmp/x/' WITH (format = 'PARQUET')"
    described = ask(catalogue, query)
    assert described["Status"]["State"] == "SUCCEEDED", described["Status"]
    (key,) = keys(catalogue, "tmp/x/")
    table = pq.read_table(io.BytesIO(get(catalogue, key)))
    assert table.num_rows == 3
    assert table.column_names == ["id", "name", "monthly", "since"]
    manifest = described["Statistics"]["DataManifestLocation"]
    told = get(catalogue, manifest.removeprefix(f"s3://{BUCKET}/")).decode()
    assert told == f"s3://{BUCKET}/{key}\n"


def test_unload_of_no_rows_writes_no_object(catalogue: Cloud) -> None:
    place = f"s3://{BUCKET}/tmp/none/"
    query = f"UNLOAD (SELECT * FROM train WHERE false) TO '{place}' WITH (format = 'PARQUET')"
    described = ask(catalogue, query)
    assert described["Status"]["State"] == "SUCCEEDED", described["Status"]
    assert keys(catalogue, "tmp/none/") == []
    manifest = described["Statistics"]["DataManifestLocation"]
    assert get(catalogue, manifest.removeprefix(f"s3://{BUCKET}/")) == b""


def test_a_fault_of_its_work_group_ends_the_next_query(catalogue: Cloud) -> None:
    for kind, why in FAULTS.items():
        catalogue.faults.add("acme", kind, 1)
        status = ask(catalogue, "SELECT id FROM train")["Status"]
        assert (status["State"], status["StateChangeReason"]) == ("FAILED", why)
    assert ask(catalogue, "SELECT id FROM train")["Status"]["State"] == "SUCCEEDED"


def test_unload_never_writes_where_something_lies(catalogue: Cloud) -> None:
    query = f"UNLOAD (SELECT * FROM train) TO 's3://{BUCKET}/tmp/x/' WITH (format = 'PARQUET')"
    ask(catalogue, query)
    status = ask(catalogue, query)["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("HIVE_PATH_ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM nowhere", "TABLE_NOT_FOUND"),
        ("SELECT nothing FROM train", "nothing"),
        ("SELECT FROM WHERE", "SYNTAX_ERROR"),
        ("DROP TABLE train", "NOT_SUPPORTED"),
        ("SELECT 1; SELECT 2", "NOT_SUPPORTED"),
        ("SELECT id FROM train WHERE id = ?", "INVALID_PARAMETER_USAGE"),
        ("UNLOAD (SELECT 1 AS a) TO 's3://b/x/' WITH (format = 'ORC')", "NOT_SUPPORTED"),
    ],
)
def test_what_cannot_be_answered_fails_with_a_reason(
    catalogue: Cloud, query: str, reason: str
) -> None:
    status = ask(catalogue, query)["Status"]
    assert status["State"] == "FAILED"
    assert reason in status["StateChangeReason"]


def test_a_query_without_a_place_for_its_result_is_refused(catalogue: Cloud) -> None:
    with pytest.raises(Exception, match="No output location"):
        catalogue.clients.client("athena").start_query_execution(QueryString="SELECT 1")


def test_a_table_whose_objects_are_gone_has_no_rows(catalogue: Cloud) -> None:
    catalogue.clients.client("s3").delete_object(Bucket=BUCKET, Key="data/train/a.csv")
    assert answers(catalogue, ask(catalogue, "SELECT count(*) AS n FROM train")) == [["n"], ["0"]]


def test_reading_a_statement_needs_no_cloud() -> None:
    from rehearsal.athena.statements import Named, read

    assert read("SELECT 1 FROM A.b, c", [], "Db").tables == (Named("a", "b"), Named("db", "c"))
    with pytest.raises(InputError):
        read("SELECT 1 +", [], "db")
