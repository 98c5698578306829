"""Distributed Maps: items from the bucket, batches, and failures that count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from small_machines import ran

from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud
from rehearsal.step_functions.maps import grammatical, map_problems

BUCKET = "acme-items"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud with a bucket of items."""
    with open_cloud(tmp_path_factory.mktemp("cloud")) as opened:
        s3 = opened.clients.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="in/a.csv", Body=b"id,name\n1,ada\n2,bob\n")
        s3.put_object(Bucket=BUCKET, Key="in/b.json", Body=b'[{"n": 1}, {"n": 2}, {"n": 3}]')
        yield opened


def mapped(kind: str = "EXPRESS", inner: Any = None, **rest: Any) -> dict[str, Any]:
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
        "StartAt": "Each",
        "States": {"Each": inner or {"Type": "Pass", "End": True}},
    }
    return {"Map": {"Type": "Map", "ItemProcessor": processor, "End": True} | rest}


def reader(action: str, kind: str = "", **parameters: str) -> dict[str, Any]:
    config = {"InputType": kind} | ({"CSVHeaderLocation": "FIRST_ROW"} if kind == "CSV" else {})
    return {
        "Resource": f"arn:aws:states:::s3:{action}",
        "Parameters": {"Bucket": BUCKET} | parameters,
    } | ({"ReaderConfig": config} if kind else {})


def test_rows_of_a_csv_file_are_its_items(cloud: Cloud) -> None:
    told = ran(
        cloud, mapped(ItemReader=reader("getObject", "CSV", Key="in/a.csv"), MaxConcurrency=1000)
    )
    assert told["output"] == [{"id": "1", "name": "ada"}, {"id": "2", "name": "bob"}]
    assert any("EXPRESS run as STANDARD" in each for each in cloud.journal.unproven)


def test_a_json_file_is_read_in_batches_with_a_selector_and_an_input_of_their_own(
    cloud: Cloud,
) -> None:
    batcher = {
        "MaxItemsPerBatch": 2,
        "BatchInput": {"of.$": "$.of", "in.$": "$$.StateMachine.Name"},
    }
    told = ran(
        cloud,
        mapped(
            ItemReader=reader("getObject", "JSON", Key="in/b.json"),
            ItemSelector={"v.$": "$$.Map.Item.Value.n", "of.$": "$.of"},
            ItemBatcher=batcher,
        ),
        {"of": "day"},
    )
    batches = told["output"]
    assert [[item["v"] for item in batch["Items"]] for batch in batches] == [[1, 2], [3]]
    assert batches[0]["Items"][0]["of"] == batches[0]["BatchInput"]["of"] == "day"
    assert batches[0]["BatchInput"]["in"].startswith("acme-")


def test_objects_are_listed_as_aws_lists_them(cloud: Cloud) -> None:
    told = ran(cloud, mapped(ItemReader=reader("listObjectsV2", Prefix="in/")))
    assert [item["Key"] for item in told["output"]] == ["in/a.csv", "in/b.json"]
    assert set(told["output"][0]) == {"Etag", "Key", "LastModified", "Size", "StorageClass"}
    assert isinstance(told["output"][0]["LastModified"], int)


def test_items_that_are_not_there_fail_the_map_by_their_name(cloud: Cloud) -> None:
    told = ran(cloud, mapped(ItemReader=reader("getObject", "JSON", Key="none")))
    assert told["error"] == "States.ItemReaderFailed", told
    told = ran(cloud, mapped(ItemReader=reader("getObject", "JSON", Key="in/a.csv")))
    assert told["error"] == "States.ItemReaderFailed", told


SECOND_FAILS = {"Type": "Pass", "InputPath": "$.n", "End": True}


@pytest.mark.parametrize(
    ("tolerated", "error"),
    [
        ({}, "States.ExceedToleratedFailureThreshold"),
        ({"ToleratedFailureCount": 1}, ""),
        ({"ToleratedFailurePercentage": 40}, "States.ExceedToleratedFailureThreshold"),
        ({"ToleratedFailurePercentage": 50}, ""),
    ],
)
def test_more_failed_items_than_are_tolerated_fail_the_map(
    cloud: Cloud, tolerated: dict[str, Any], error: str
) -> None:
    told = ran(cloud, mapped(inner=SECOND_FAILS, **tolerated), [{"n": 1}, {"m": 2}])
    assert told["error"] == error, told


def test_a_failed_child_is_no_result_and_a_null_is_one(cloud: Cloud) -> None:
    items = [{"n": 1}, {"m": 2}, {"n": None}]
    told = ran(cloud, mapped(inner=SECOND_FAILS, ToleratedFailureCount=1), items)
    assert told["output"] == [1, None], told


@pytest.mark.parametrize(
    ("tolerated", "error"),
    [
        ({"ToleratedFailureCount": 1}, "States.ExceedToleratedFailureThreshold"),
        ({"ToleratedFailureCount": 2}, ""),
        ({"ToleratedFailurePercentage": 39}, "States.ExceedToleratedFailureThreshold"),
        ({"ToleratedFailurePercentage": 40}, ""),
    ],
)
def test_every_item_of_a_failed_batch_has_failed(
    cloud: Cloud, tolerated: dict[str, Any], error: str
) -> None:
    """MapRunItemCounts of the API reference: items processed in child executions that failed."""
    state = {"Type": "Pass", "InputPath": "$.Items[0].n", "End": True}
    items = [{"n": 1}, {}, {"m": 1}, {"m": 2}, {"n": 3}]
    batches = mapped(inner=state, ItemBatcher={"MaxItemsPerBatch": 2}, **tolerated)
    told = ran(cloud, batches, items)
    assert (told["error"], told["output"]) == (error, None if error else [1, 3]), told


def test_items_that_cannot_be_read_and_results_that_cannot_be_written_are_refused() -> None:
    state = mapped(ItemReader=reader("getObject", "PARQUET", Key="x"), ResultWriter={})["Map"]
    said = list(map_problems("Map", state))
    assert "'PARQUET'" in said[0]
    assert "ResultWriter" in said[1]


def test_a_machine_without_a_distributed_map_is_left_as_it_is() -> None:
    assert grammatical('{"a":  1}') == '{"a":  1}'
