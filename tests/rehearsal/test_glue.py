"""Crawlers that read the bucket, and job runs under PySpark."""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from job_requests import BUCKET, get, keys, put
from small_listener import waited

from rehearsal.cloud import Cloud

ROLE = "arn:aws:iam::123456789012:role/acme-glue"
SCRIPT = """
import argparse, pathlib, sys
import shipped
from pyspark.sql import SparkSession

parser = argparse.ArgumentParser()
for name in ("--source", "--project", "--output"):
    parser.add_argument(name)
given, _ = parser.parse_known_args()
project = pathlib.Path(given.project)
if not project.is_file():
    sys.exit("There is no churn.toml.\\nAdd one.")
spark = SparkSession.builder.getOrCreate()
rows = spark.read.csv(given.source, header=True)
rows.coalesce(1).write.mode("overwrite").parquet(given.output)
(pathlib.Path(given.output) / "told.txt").write_text(shipped.WORD + project.read_text())
"""


def _crawler(cloud: Cloud) -> Any:
    glue = cloud.clients.client("glue")
    glue.create_database(DatabaseInput={"Name": "acme-db"})
    paths = [{"Path": f"s3://{BUCKET}/data/{name}/"} for name in ("train", "infer")]
    glue.create_crawler(
        Name="acme-crawler", Role=ROLE, DatabaseName="acme-db", Targets={"S3Targets": paths}
    )
    return glue


def crawl(cloud: Cloud) -> dict[str, Any]:
    """Crawl once and return the crawler."""
    glue = cloud.clients.client("glue")
    glue.start_crawler(Name="acme-crawler")
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        found: dict[str, Any] = glue.get_crawler(Name="acme-crawler")["Crawler"]
        if found["State"] == "READY":
            return found
        time.sleep(0.05)
    raise AssertionError("the crawl did not end")


def test_each_target_becomes_a_table_named_as_its_folder(acme: Cloud) -> None:
    glue = _crawler(acme)
    put(
        acme,
        "data/train/a.csv",
        "Id,Monthly,Since,Churn\na,1.5,2024-01-31,yes\nb,2,2024-02-01,no\n",
    )
    put(acme, "data/infer/b.csv", "Id;Monthly\nc;4\n")
    crawler = crawl(acme)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    table = glue.get_table(DatabaseName="acme-db", Name="train")["Table"]
    assert table["StorageDescriptor"]["Location"] == f"s3://{BUCKET}/data/train/"
    assert [(c["Name"], c["Type"]) for c in table["StorageDescriptor"]["Columns"]] == [
        ("id", "string"),
        ("monthly", "double"),
        ("since", "string"),
        ("churn", "string"),
    ]
    infer = glue.get_table(DatabaseName="acme-db", Name="infer")["Table"]
    assert infer["Parameters"]["delimiter"] == ";"


def test_parquet_is_known_by_its_bytes_and_partitions_by_their_folders(
    acme: Cloud, tmp_path: Path
) -> None:
    glue = _crawler(acme)
    pq.write_table(pa.table({"Id": ["a"], "n": [1]}), tmp_path / "a")
    body = (tmp_path / "a").read_bytes()
    key = "data/train/Month=2024-01/part-0"
    acme.clients.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    crawl(acme)
    table = glue.get_table(DatabaseName="acme-db", Name="train")["Table"]
    assert table["Parameters"]["classification"] == "parquet"
    assert [c["Name"] for c in table["PartitionKeys"]] == ["month"]
    assert [c["Type"] for c in table["StorageDescriptor"]["Columns"]] == ["string", "bigint"]


def test_a_csv_of_text_alone_has_no_header_that_is_known(acme: Cloud) -> None:
    """See "Built-in CSV classifier" in the guide of Glue: the first row must differ in type."""
    glue = _crawler(acme)
    put(acme, "data/train/a.csv", "Id,Plan,Since\na,basic,2024-01-31\nb,plus,2024-02-01\n")
    crawl(acme)
    table = glue.get_table(DatabaseName="acme-db", Name="train")["Table"]
    assert [(c["Name"], c["Type"]) for c in table["StorageDescriptor"]["Columns"]] == [
        ("col0", "string"),
        ("col1", "string"),
        ("col2", "string"),
    ]
    assert "skip.header.line.count" not in table["Parameters"]


def test_folders_that_name_no_key_are_partitions_by_their_number(acme: Cloud) -> None:
    """See "Managing partitions for ETL output" in the guide of Glue."""
    glue = _crawler(acme)
    put(acme, "data/train/2024/01/a.csv", "id,n\na,1\n")
    put(acme, "data/train/2024/02/a.csv", "id,n\nb,2\n")
    crawl(acme)
    table = glue.get_table(DatabaseName="acme-db", Name="train")["Table"]
    assert [c["Name"] for c in table["PartitionKeys"]] == ["partition_0", "partition_1"]
    parts = glue.get_partitions(DatabaseName="acme-db", TableName="train")["Partitions"]
    assert sorted(each["Values"] for each in parts) == [["2024", "01"], ["2024", "02"]]


def test_folders_of_different_columns_become_tables_of_their_own(acme: Cloud) -> None:
    """A target above two kinds of tables makes one a folder, and one of a file that lies beside them."""
    glue = acme.clients.client("glue")
    glue.create_database(DatabaseInput={"Name": "acme-db"})
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/demo/"}]}
    glue.create_crawler(Name="acme-crawler", Role=ROLE, DatabaseName="acme-db", Targets=targets)
    put(acme, "demo/all.csv", "Id,Fee,Churn\na,1,yes\n")
    put(acme, "demo/train/a.csv", "Id,Fee,Churn\na,1,yes\n")
    put(acme, "demo/infer/b.csv", "Id,Fee\nc,4\n")
    assert crawl(acme)["LastCrawl"]["Status"] == "SUCCEEDED"
    found = {
        each["Name"]: each["StorageDescriptor"]["Location"]
        for each in glue.get_tables(DatabaseName="acme-db")["TableList"]
    }
    assert found == {
        "all_csv": f"s3://{BUCKET}/demo/all.csv",
        "infer": f"s3://{BUCKET}/demo/infer/",
        "train": f"s3://{BUCKET}/demo/train/",
    }


def test_nothing_to_crawl_makes_no_table_and_is_no_failure(acme: Cloud) -> None:
    glue = _crawler(acme)
    assert "LastCrawl" not in glue.get_crawler(Name="acme-crawler")["Crawler"]
    assert crawl(acme)["LastCrawl"]["Status"] == "SUCCEEDED"
    assert glue.get_tables(DatabaseName="acme-db")["TableList"] == []


def test_a_second_crawl_refreshes_the_table(acme: Cloud) -> None:
    glue = _crawler(acme)
    put(acme, "data/train/a.csv", "id,n\na,1\n")
    crawl(acme)
    put(acme, "data/train/a.csv", "id,m\na,2\n")
    crawl(acme)
    table = glue.get_table(DatabaseName="acme-db", Name="train")["Table"]
    assert [c["Name"] for c in table["StorageDescriptor"]["Columns"]] == ["id", "m"]


def test_a_fault_aimed_at_the_crawler_fails_the_crawl(acme: Cloud) -> None:
    _crawler(acme)
    acme.faults.add("acme-crawler", "fails", times=1)
    failed = crawl(acme)["LastCrawl"]
    assert (failed["Status"], "on purpose" in failed["ErrorMessage"]) == ("FAILED", True)
    assert crawl(acme)["LastCrawl"]["Status"] == "SUCCEEDED"


@pytest.fixture
def job(acme: Cloud, tmp_path: Path) -> Cloud:
    """The cloud with a job named acme-etl and a wheel that it installs."""
    put(acme, "code/etl.py", SCRIPT)
    wheel = tmp_path / "shipped-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("shipped.py", "WORD = 'shipped: '")
    acme.clients.client("s3").put_object(
        Bucket=BUCKET, Key=f"code/{wheel.name}", Body=wheel.read_bytes()
    )
    acme.clients.client("glue").create_job(
        Name="acme-etl",
        Role=ROLE,
        Command={"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/code/etl.py"},
        DefaultArguments={
            "--job-language": "python",
            "--additional-python-modules": f"s3://{BUCKET}/code/{wheel.name}",
            "--source": f"s3://{BUCKET}/data/train/",
            "--project": f"s3://{BUCKET}/runs/r1/project/churn.toml",
        },
        GlueVersion="5.0",
        WorkerType="G.1X",
        NumberOfWorkers=2,
        Timeout=5,
    )
    return acme


def _run(cloud: Cloud, output: str = "runs/r1/clean/") -> dict[str, Any]:
    glue = cloud.clients.client("glue")
    given = {"--output": f"s3://{BUCKET}/{output}"}
    number = glue.start_job_run(JobName="acme-etl", Arguments=given)["JobRunId"]
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        found: dict[str, Any] = glue.get_job_run(JobName="acme-etl", RunId=number)["JobRun"]
        if found["JobRunState"] not in {"STARTING", "RUNNING"}:
            return found
        time.sleep(0.1)
    raise AssertionError("the run did not end")


@pytest.mark.slow
def test_the_script_runs_under_spark_with_folders_for_addresses(job: Cloud) -> None:
    put(job, "data/train/a.csv", "id,n\na,1\nb,2\n")
    put(job, "runs/r1/project/churn.toml", "hello")
    put(job, "runs/r1/clean/stale.parquet", "old")
    found = _run(job)
    assert found["JobRunState"] == "SUCCEEDED", found.get("ErrorMessage")
    assert get(job, "runs/r1/clean/told.txt") == b"shipped: hello"
    written = keys(job, "runs/r1/clean/")
    assert len(written) == 2
    assert any(key.endswith(".parquet") and "stale" not in key for key in written)
    assert not [key for key in written if key.endswith(".crc") or "_SUCCESS" in key]


def test_a_script_that_fails_leaves_its_last_words_and_nothing_else(job: Cloud) -> None:
    put(job, "data/train/a.csv", "id,n\na,1\n")
    found = _run(job)
    assert found["JobRunState"] == "FAILED"
    assert "There is no churn.toml.\nAdd one. (exit 1)" in found["ErrorMessage"]
    assert keys(job, "runs/r1/clean/") == []


@pytest.mark.parametrize(
    ("kind", "state"), [("fails", "FAILED"), ("stopped", "TIMEOUT"), ("data-missing", "FAILED")]
)
def test_a_fault_aimed_at_the_job_ends_it_without_running_it(
    job: Cloud, kind: str, state: str
) -> None:
    job.faults.add("acme-etl", kind)  # type: ignore[arg-type]
    found = _run(job)
    assert found["JobRunState"] == state
    assert "on purpose" in found["ErrorMessage"]


REMOVING = "os.remove(given.source + 'a.csv')"
WRITING = """
import argparse, os, pathlib

parser = argparse.ArgumentParser()
for name in ("--source", "--output"):
    parser.add_argument(name)
given, _ = parser.parse_known_args()
assert not os.path.exists(given.output), "what has no objects does not exist"
for name in ("part.csv", "-beside/part.csv"):
    place = pathlib.Path(given.output + name)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("n")
"""


@pytest.mark.parametrize(
    ("output", "written"),
    [
        ("out/", ["out/-beside/part.csv", "out/part.csv"]),
        ("out", ["out-beside/part.csv", "outpart.csv"]),
        ("", ["-beside/part.csv", "part.csv"]),
        ("deep/out/", ["deep/out/-beside/part.csv", "deep/out/part.csv"]),
    ],
)
def test_what_is_written_behind_an_address_lies_where_s3_would_have_it(
    job: Cloud, output: str, written: list[str]
) -> None:
    """With a slash at its end or without one: nothing of it vanishes after a success."""
    job.glue_command = [sys.executable]
    put(job, "code/etl.py", WRITING.replace("assert not", "not") if not output else WRITING)
    before = keys(job, "")
    found = _run(job, output)
    assert found["JobRunState"] == "SUCCEEDED", found.get("ErrorMessage")
    assert sorted(set(keys(job, "")) - set(before)) == written


def test_two_arguments_into_one_folder_see_the_same_files(job: Cloud) -> None:
    job.glue_command = [sys.executable]
    put(job, "data/train/a.csv", "id")
    put(job, "code/etl.py", WRITING.replace("assert not", "assert") + REMOVING)
    assert _run(job, "data/")["JobRunState"] == "SUCCEEDED"
    assert keys(job, "data/") == ["data/-beside/part.csv", "data/part.csv"]


def test_a_script_is_told_every_argument_that_is_not_one_of_glues_own(acme: Cloud) -> None:
    """Glue's own are those of "Job parameter reference", by their whole names."""
    own = {"--conf": "spark.a=b", "--class": "Main", "--enable-metrics": "true"}
    scripts = {
        "--config_path": "a.toml",
        "--confidence": "0.9",
        "--class_column": "churn",
        "--enable-upsell": "yes",
        "--extra-": "",
        "--TempDir": "s3://acme-bucket/tmp/",
    }
    glue = _shell_job(acme, DefaultArguments=own | scripts)
    said = f"open('{acme.work}/told', 'w').write('\\n'.join(sys.argv[1:]))"
    put(acme, "code/shell.py", f"import sys\n{said}\n")
    number = glue.start_job_run(JobName="acme-shell")["JobRunId"]
    waited(
        lambda: (
            glue.get_job_run(JobName="acme-shell", RunId=number)["JobRun"]["JobRunState"]
            not in {"STARTING", "RUNNING"}
        ),
        "the run does not end",
    )
    told = (acme.work / "told").read_text().split("\n")
    given = dict(zip(told[::2], told[1::2], strict=True))
    assert {name: given[name] for name in given if not name.startswith("--JOB_")} == scripts


def test_an_update_of_a_job_keeps_its_runs(job: Cloud) -> None:
    glue = job.clients.client("glue")
    job.faults.add("acme-etl", "fails", times=1)
    number = _run(job)["Id"]
    born = glue.get_job(JobName="acme-etl")["Job"]["CreatedOn"]
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/code/etl.py"}
    glue.update_job(
        JobName="acme-etl", JobUpdate={"Role": ROLE, "Command": command, "GlueVersion": "4.0"}
    )
    updated = glue.get_job(JobName="acme-etl")["Job"]
    assert (updated["GlueVersion"], updated["CreatedOn"]) == ("4.0", born)
    assert updated["DefaultArguments"] == {}, "Glue overwrites the definition whole"
    assert [run["Id"] for run in glue.get_job_runs(JobName="acme-etl")["JobRuns"]] == [number]
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.update_job(JobName="acme-none", JobUpdate={"Role": ROLE, "Command": command})


def test_a_version_of_glue_that_there_is_not_is_refused(job: Cloud) -> None:
    glue = job.clients.client("glue")
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/code/etl.py"}
    with pytest.raises(glue.exceptions.InvalidInputException, match=r"\[9.0\] is not valid"):
        glue.create_job(Name="late", Role=ROLE, Command=command, GlueVersion="9.0")
    with pytest.raises(glue.exceptions.InvalidInputException, match=r"\[9.0\] is not valid"):
        glue.update_job(
            JobName="acme-etl", JobUpdate={"Role": ROLE, "Command": command, "GlueVersion": "9.0"}
        )


def test_an_update_of_a_crawler_keeps_its_crawls(acme: Cloud) -> None:
    glue = _crawler(acme)
    crawl(acme)
    glue.update_crawler(Name="acme-crawler", TablePrefix="raw_")
    found = glue.get_crawler(Name="acme-crawler")["Crawler"]
    assert (found["TablePrefix"], found["Version"]) == ("raw_", 2)
    assert found["LastCrawl"]["Status"] == "SUCCEEDED"
    assert len(found["Targets"]["S3Targets"]) == 2


def test_a_job_that_fails_is_tried_again_as_a_run_of_its_own(acme: Cloud) -> None:
    """As "JobRun" of Glue's API numbers attempts: jr_…, then jr_…_attempt_1, which knows the first."""
    glue = _shell_job(acme, MaxRetries=2)
    acme.faults.add("acme-shell", "fails", times=1)
    first = glue.start_job_run(JobName="acme-shell")["JobRunId"]
    second = f"{first}_attempt_1"

    def ended() -> dict[str, dict[str, Any]]:
        runs = {each["Id"]: each for each in glue.get_job_runs(JobName="acme-shell")["JobRuns"]}
        return runs if runs.get(second, {}).get("JobRunState") == "SUCCEEDED" else {}

    runs = waited(ended, "the second attempt does not succeed")
    assert set(runs) == {first, second}
    assert (runs[first]["JobRunState"], runs[first]["Attempt"]) == ("FAILED", 0)
    assert (runs[second]["Attempt"], runs[second]["PreviousRunId"]) == (1, first)
    assert "ErrorMessage" not in runs[second]


def test_a_job_is_tried_no_oftener_than_it_may_be(acme: Cloud) -> None:
    glue = _shell_job(acme, MaxRetries=1)
    acme.faults.add("acme-shell", "fails", times=5)
    first = glue.start_job_run(JobName="acme-shell")["JobRunId"]
    waited(lambda: [each for each in acme.journal.notes if each.kind == "glue"][1:], "not again")
    states = {
        each["Id"]: each["JobRunState"]
        for each in glue.get_job_runs(JobName="acme-shell")["JobRuns"]
    }
    assert set(states) == {first, f"{first}_attempt_1"}


def _shell_job(cloud: Cloud, **given: Any) -> Any:
    put(cloud, "code/shell.py", "print('done')")
    glue = cloud.clients.client("glue")
    script = f"s3://{BUCKET}/code/shell.py"
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": script}
    glue.create_job(Name="acme-shell", Role=ROLE, Command=command, **given)
    return glue


def test_a_capacity_that_is_told_twice_is_refused(acme: Cloud) -> None:
    """As "MaxCapacity" of CreateJob says: not with WorkerType and NumberOfWorkers."""
    glue = acme.clients.client("glue")
    with pytest.raises(glue.exceptions.InvalidInputException, match="do not set Max Capacity"):
        _shell_job(acme, MaxCapacity=2, WorkerType="G.1X", NumberOfWorkers=2)
    _shell_job(acme, WorkerType="G.1X", NumberOfWorkers=2)
    with pytest.raises(glue.exceptions.InvalidInputException, match="do not set Max Capacity"):
        glue.start_job_run(JobName="acme-shell", MaxCapacity=2, WorkerType="G.1X")
