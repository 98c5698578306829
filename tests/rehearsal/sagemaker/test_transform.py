"""A batch transform: lines through the serving container, and its answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from job_requests import BUCKET, get, keys, put, run, served_model, transform

from rehearsal.cloud import Cloud
from rehearsal.images import every_image
from rehearsal.sagemaker.jobs import JobFailedError
from rehearsal.sagemaker.transform import payloads


def _lines(*ids: int) -> str:
    return "".join(json.dumps({"id": number}) + "\n" for number in ids)


def test_each_object_is_answered_line_by_line_in_its_order(acme: Cloud) -> None:
    put(acme, "lines/part-0.jsonl", _lines(1, 2, 3))
    put(acme, "lines/deep/part-1.jsonl", _lines(4))
    request = transform("s-1", served_model(acme), Environment={"WORD": "job"})
    found = run(acme, "transform", request)
    assert found["TransformJobStatus"] == "Completed", found["FailureReason"]
    assert keys(acme, "answers/") == ["answers/deep/part-1.jsonl.out", "answers/part-0.jsonl.out"]
    rows = [json.loads(line) for line in get(acme, "answers/part-0.jsonl.out").splitlines()]
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert rows[0] | {"id": 0} == {
        "id": 0,
        "payload": 3,
        "batch": "true",
        "tuned": "0.3",
        "word": "job",
    }


def test_single_record_sends_one_line_at_a_time(acme: Cloud) -> None:
    put(acme, "lines/part-0.jsonl", _lines(1, 2, 3))
    request = transform("s-1", served_model(acme), BatchStrategy="SingleRecord")
    run(acme, "transform", request)
    rows = [json.loads(line) for line in get(acme, "answers/part-0.jsonl.out").splitlines()]
    assert [(row["id"], row["payload"]) for row in rows] == [(1, 1), (2, 1), (3, 1)]


def test_an_answer_other_than_200_fails_the_job_with_its_beginning(acme: Cloud) -> None:
    put(acme, "lines/part-0.jsonl", "bad\n")
    found = run(acme, "transform", transform("s-1", served_model(acme)))
    assert found["TransformJobStatus"] == "Failed"
    assert found["FailureReason"].startswith("ClientError: ")
    assert found["FailureReason"].endswith("400: row 7 has no id")


def test_no_lines_fail_the_job(acme: Cloud) -> None:
    found = run(acme, "transform", transform("s-1", served_model(acme)))
    assert "No S3 objects found" in found["FailureReason"]


def test_a_container_that_never_answers_ping_fails_the_job_with_what_it_printed(
    acme: Cloud,
) -> None:
    put(acme, "lines/part-0.jsonl", _lines(1))
    model = served_model(acme)
    acme.images.rules = [every_image(["sh", "-c", "echo the model is damaged; exit 1"])]
    found = run(acme, "transform", transform("s-1", model))
    assert "did not pass the ping health check" in found["FailureReason"]
    assert "the model is damaged" in found["FailureReason"]


def _asked(megabytes: int = 1, strategy: str = "MultiRecord") -> dict[str, Any]:
    return {
        "MaxPayloadInMB": megabytes,
        "BatchStrategy": strategy,
        "TransformInput": {"SplitType": "Line"},
    }


def test_payloads_hold_whole_lines_and_no_more_than_their_size() -> None:
    line = b"x" * 400_000 + b"\n"
    cut = list(payloads(line * 5, _asked()))
    assert [len(piece) // len(line) for piece in cut] == [2, 2, 1]
    assert b"".join(cut) == line * 5


def test_a_line_larger_than_a_payload_is_refused() -> None:
    with pytest.raises(JobFailedError, match="larger than MaxPayloadInMB=1"):
        list(payloads(b"x" * 2_000_000, _asked()))


def test_no_split_sends_the_object_as_it_is() -> None:
    request = _asked() | {"TransformInput": {}}
    assert list(payloads(b"a\nb\n", request)) == [b"a\nb\n"]


def test_a_model_whose_archive_is_missing_is_refused(acme: Cloud) -> None:
    sagemaker = acme.clients.client("sagemaker")
    with pytest.raises(Exception, match="Could not find model data"):
        sagemaker.create_model(
            ModelName="m-1",
            ExecutionRoleArn="arn:aws:iam::123456789012:role/r-long-enough",
            PrimaryContainer={"Image": "i", "ModelDataUrl": f"s3://{BUCKET}/no/model.tar.gz"},
        )


def test_a_second_model_of_the_name_is_refused(acme: Cloud) -> None:
    served_model(acme, "m-1")
    with pytest.raises(Exception, match="already existing model"):
        acme.clients.client("sagemaker").create_model(
            ModelName="m-1",
            ExecutionRoleArn="arn:aws:iam::123456789012:role/r-long-enough",
            PrimaryContainer={"Image": "i"},
        )


def test_fields_are_held_back_joined_and_kept(acme: Cloud) -> None:
    put(acme, "lines/a.jsonl", '{"id": 1, "sent": {"x": 2}}\n{"id": 2, "sent": {"x": 3}}\n')
    told = {"InputFilter": "$.sent", "JoinSource": "Input"}
    told["OutputFilter"] = "$['id','SageMakerOutput']"
    found = run(acme, "transform", transform("s-1", served_model(acme), DataProcessing=told))
    assert found["TransformJobStatus"] == "Completed", found["FailureReason"]
    rows = [json.loads(line) for line in get(acme, "answers/a.jsonl.out").splitlines()]
    assert [row["id"] for row in rows] == [1, 2]
    assert [row["SageMakerOutput"]["x"] for row in rows] == [2, 3]
    assert {"id", "sent"}.isdisjoint(rows[0]["SageMakerOutput"])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"InputFilter": "$.no"}, "no member 'no'"),
        ({"InputFilter": "id"}, "is no JSONPath"),
        ({"InputFilter": "$[1:]"}, "what is no list"),
    ],
)
def test_a_filter_that_fits_no_record_fails_the_job(
    acme: Cloud, told: dict[str, str], words: str
) -> None:
    put(acme, "lines/a.jsonl", _lines(1))
    found = run(acme, "transform", transform("s-1", served_model(acme), DataProcessing=told))
    assert found["TransformJobStatus"] == "Failed"
    assert words in found["FailureReason"]


def test_data_processing_needs_lines(acme: Cloud) -> None:
    put(acme, "lines/a.jsonl", _lines(1))
    request = transform("s-1", served_model(acme), DataProcessing={"JoinSource": "Input"})
    del request["TransformInput"]["SplitType"]
    found = run(acme, "transform", request)
    assert "DataProcessing needs SplitType Line" in found["FailureReason"]
