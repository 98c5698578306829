"""Other people's Glue scripts: awsglue, addresses of S3 in Spark and pandas, Python shell jobs."""

from __future__ import annotations

import io
import time
from typing import Any

import pyarrow.parquet as pq
import pytest
from job_requests import BUCKET, get, keys, put

from rehearsal.cloud import Cloud

ROLE = "arn:aws:iam::123456789012:role/acme-glue"
HEAD = """
import sys
from awsglue.context import GlueContext
from awsglue import DynamicFrame
from awsglue.job import Job
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "source", "target"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
assert args["source"].startswith("s3"), args
"""
TRANSFORMS = (
    HEAD
    + """
people = glueContext.create_dynamic_frame.from_catalog(database="acme", table_name="people")
bought = glueContext.create_dynamic_frame.from_options(
    connection_type="s3", format="csv", format_options={"withHeader": True},
    connection_options={"paths": [args["source"]]}, transformation_ctx="bought")
bought = ApplyMapping.apply(frame=bought, mappings=[
    ("person", "string", "id", "long"), ("amount", "string", "spent", "double"), ("note", "string", "note", "string")])
kept = Filter.apply(frame=bought, f=lambda row: row["spent"] > 1)
both = Join.apply(people, kept, ["id"], ["id"])
assert ".id" in both.toDF().columns
both = DropFields.apply(frame=both, paths=["`.id`"])
both = ResolveChoice.apply(frame=both, specs=[("age", "cast:double")])
both = both.resolveChoice(specs=[("age", "make_cols")])
both = DropNullFields.apply(frame=both)
both = RenameField.apply(both, "spent", "total")
def older(record):
    record["age"] = record["age"] + 1
    return record
both = Map.apply(frame=both, f=older)
one = DynamicFrame.fromDF(both.toDF().coalesce(1), glueContext, "one")
glueContext.write_dynamic_frame.from_options(
    frame=one, connection_type="s3", format="parquet", connection_options={"path": args["target"]})
job.commit()
"""
)
PLAIN = (
    HEAD
    + """
rows = spark.read.option("header", True).csv(args["source"].replace("s3://", "s3a://"))
rows.coalesce(1).write.mode("overwrite").json(args["target"])
again = spark.read.json(args["target"])
again.coalesce(1).write.partitionBy("person").parquet(args["target"] + "parts/")
sink = glueContext.getSink(connection_type="s3", path=args["target"] + "sunk/",
                           enableUpdateCatalog=True, partitionKeys=["person"])
sink.setFormat("glueparquet")
sink.setCatalogInfo(catalogDatabase="acme", catalogTableName="sunk")
sink.writeFrame(DynamicFrame.fromDF(again, glueContext, "again"))
job.commit()
"""
)
SHELL = """
import sys
import pandas as pd
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["source", "target"])
rows = pd.read_csv(args["source"] + "a.csv")
rows.describe().to_csv(args["target"] + "told.csv")
rows.to_parquet(path=args["target"] + "rows.parquet")
assert len(pd.read_parquet(args["target"] + "rows.parquet")) == len(rows)
"""


@pytest.fixture
def tables(supplied: Cloud) -> Cloud:
    """The cloud with a table of people in the catalog, and rows of what they bought."""
    put(supplied, "people/a.csv", "id,age\n1,30\n2,40\n3,50\n")
    put(supplied, "bought/a.csv", "person,amount,note\n1,2.5,\n2,0.5,\n3,4,\n")
    put(supplied, "target/stale.txt", "old")
    glue = supplied.clients.client("glue")
    glue.create_database(DatabaseInput={"Name": "acme"})
    columns = [{"Name": "id", "Type": "bigint"}, {"Name": "age", "Type": "int"}]
    glue.create_table(
        DatabaseName="acme",
        TableInput={
            "Name": "people",
            "Parameters": {"classification": "csv", "skip.header.line.count": "1"},
            "StorageDescriptor": {"Columns": columns, "Location": f"s3://{BUCKET}/people/"},
        },
    )
    return supplied


def _run(cloud: Cloud, script: str, kind: str = "glueetl", **more: str) -> dict[str, Any]:
    put(cloud, "code/job.py", script)
    glue = cloud.clients.client("glue")
    glue.create_job(
        Name="acme-job",
        Role=ROLE,
        Command={"Name": kind, "ScriptLocation": f"s3://{BUCKET}/code/job.py"},
        DefaultArguments={
            "--source": f"s3://{BUCKET}/bought/",
            "--target": f"s3://{BUCKET}/target/",
            "--job-bookmark-option": "job-bookmark-enable",
        }
        | more,
    )
    number = glue.start_job_run(JobName="acme-job")["JobRunId"]
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        found: dict[str, Any] = glue.get_job_run(JobName="acme-job", RunId=number)["JobRun"]
        if found["JobRunState"] not in {"STARTING", "RUNNING"}:
            return found
        time.sleep(0.1)
    raise AssertionError("the run did not end")


def _rows(cloud: Cloud, prefix: str) -> list[dict[str, Any]]:
    names = [key for key in keys(cloud, prefix) if key.endswith(".parquet")]
    found: list[dict[str, Any]] = []
    for name in names:
        found += pq.ParquetFile(io.BytesIO(get(cloud, name))).read().to_pylist()
    return found


def test_frames_are_read_transformed_and_written(tables: Cloud) -> None:
    found = _run(tables, TRANSFORMS)
    assert found["JobRunState"] == "SUCCEEDED", found.get("ErrorMessage")
    rows = sorted(_rows(tables, "target/"), key=lambda row: row["id"])
    assert rows == [{"id": 1, "age": 31.0, "total": 2.5}, {"id": 3, "age": 51.0, "total": 4.0}]
    assert get(tables, "target/stale.txt") == b"old"
    said = " ".join(tables.journal.unproven)
    assert "stand-in for awsglue" in said
    assert "Glue's bookmarks" in said
    assert "Glue's choices of types" in said


def test_addresses_in_the_script_are_read_and_written_by_spark(tables: Cloud) -> None:
    found = _run(tables, PLAIN)
    assert found["JobRunState"] == "SUCCEEDED", found.get("ErrorMessage")
    written = keys(tables, "target/")
    assert "target/stale.txt" not in written  # overwritten
    assert [key for key in written if key.startswith("target/part-") and key.endswith(".json")]
    assert len([key for key in written if key.startswith("target/parts/person=")]) == 3
    assert len(_rows(tables, "target/sunk/")) == 3
    table = tables.clients.client("glue").get_table(DatabaseName="acme", Name="sunk")["Table"]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["person"]
    assert not [key for key in written if key.endswith((".crc", "_SUCCESS"))]


def test_a_python_shell_job_reads_and_writes_by_pandas(tables: Cloud) -> None:
    found = _run(tables, SHELL, "pythonshell")
    assert found["JobRunState"] == "SUCCEEDED", found.get("ErrorMessage")
    assert len(_rows(tables, "target/rows.parquet")) == 3
    assert get(tables, "target/told.csv").startswith(b",person,amount")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("from awsglue.gluetypes import Field\n", "No module named 'awsglue.gluetypes'"),
        (
            "from awsglue.transforms import *\nRelationalize.apply(1)\n",
            "no transform Relationalize",
        ),
        (
            "import sys\nfrom awsglue.utils import getResolvedOptions\n"
            "getResolvedOptions(sys.argv, ['no_such'])\n",
            "the following arguments are required: --no_such",
        ),
        (
            "import pandas\npandas.read_csv('s3://acme-bucket/no.csv')\n",
            "No such file or directory",
        ),
    ],
)
def test_what_is_not_there_fails_the_run_by_name(tables: Cloud, script: str, words: str) -> None:
    found = _run(tables, script, "pythonshell")
    assert found["JobRunState"] == "FAILED"
    assert words in found["ErrorMessage"]
