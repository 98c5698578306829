"""A training job: channels and hyperparameters in, a model and metrics out."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from job_requests import BUCKET, get, keys, put, run, training

from rehearsal.cloud import Cloud
from rehearsal.sagemaker.training import metrics


def test_the_model_and_the_output_data_are_stored_where_the_description_says(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    found = run(acme, "training", training("t-1", eta="0.25"))
    assert found["TrainingJobStatus"] == found["SecondaryStatus"] == "Completed"
    url = found["ModelArtifacts"]["S3ModelArtifacts"]
    assert url == f"s3://{BUCKET}/model/t-1/output/model.tar.gz"
    model = _unpacked(get(acme, "model/t-1/output/model.tar.gz"))
    assert json.loads(model["model.json"]) == {"eta": "0.25", "data": "rows"}
    assert list(_unpacked(get(acme, "model/t-1/output/output.tar.gz"))) == ["params.json"]


def test_the_last_value_of_each_metric_is_reported(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    found = run(acme, "training", training("t-1", eta="0.25"))
    (metric,) = found["FinalMetricDataList"]
    assert (metric["MetricName"], round(metric["Value"], 6)) == ("loss", 0.15)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (r"loss=(0\.(\d+))", 0.15),  # the first of several groups
        (r"(?<=loss=)[0-9.e-]+", 0.15),  # no group: all that matches
        (r"loss=(\S+)|(nothing)", 0.15),
        (r"(nothing)|loss=", None),  # the group took no part
        (r"(lo)ss=", None),  # not a number
    ],
)
def test_an_expression_without_one_group_of_a_number_fails_no_training(
    acme: Cloud, expression: str, value: float | None
) -> None:
    put(acme, "in/a.txt", "rows")
    request = training("t-1", eta="0.25")
    request["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "m", "Regex": expression}]
    found = run(acme, "training", request)
    assert found["TrainingJobStatus"] == "Completed", found
    told = [round(each["Value"], 6) for each in found["FinalMetricDataList"]]
    assert told == ([] if value is None else [value])


def test_values_that_are_no_numbers_are_passed_over() -> None:
    printed = "auc=0.7\nauc=n/a\nauc=nan\n"
    assert metrics([{"Name": "auc", "Regex": r"auc=(\S+)"}], printed) == {"auc": 0.7}


def test_equal_models_are_equal_bytes(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    for name in ("t-1", "t-2"):
        run(acme, "training", training(name, eta="0.25"))
    first, second = (get(acme, f"model/{name}/output/model.tar.gz") for name in ("t-1", "t-2"))
    assert first == second


def test_a_failed_training_keeps_its_last_words_and_no_model(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    found = run(acme, "training", training("t-1", fails="yes"))
    assert found["TrainingJobStatus"] == "Failed"
    assert found["FailureReason"] == "AlgorithmError: no model today, exit code: 1"
    assert keys(acme, "model/") == []


def test_an_empty_channel_fails_the_training(acme: Cloud) -> None:
    found = run(acme, "training", training("t-1"))
    assert found["FailureReason"].startswith("ClientError: Data download failed")


def test_tags_are_kept(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    found = run(acme, "training", training("t-1") | {"Tags": [{"Key": "RunId", "Value": "r1"}]})
    tags = acme.clients.client("sagemaker").list_tags(ResourceArn=found["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "RunId", "Value": "r1"}]


def _unpacked(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        return {m.name: stream.read() for m in tar if (stream := tar.extractfile(m)) is not None}


def test_fast_file_channels_are_fetched_and_said(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    request = training("t-1", eta="0.25")
    request["AlgorithmSpecification"]["TrainingInputMode"] = "FastFile"
    assert run(acme, "training", request)["TrainingJobStatus"] == "Completed"
    assert any("FastFile" in sentence for sentence in acme.journal.unproven)


def test_a_pipe_is_refused_wherever_it_is_asked_for(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    request = training("t-1", eta="0.25")
    request["AlgorithmSpecification"]["TrainingInputMode"] = "Pipe"
    assert "not 'Pipe'" in run(acme, "training", request)["FailureReason"]


def test_what_of_a_description_makes_no_difference_is_said(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    request = training("t-1") | {
        "RetryStrategy": {"MaximumRetryAttempts": 2},
    }
    request["InputDataConfig"][0]["RecordWrapperType"] = "RecordIO"
    javas = {"Name": "words", "Regex": r"(\p{L}+)"}
    request["AlgorithmSpecification"]["MetricDefinitions"] = [javas]
    assert run(acme, "training", request)["TrainingJobStatus"] == "Completed"
    said = [each for each in acme.journal.unproven if each.startswith("training jobs:")]
    words = ("RetryStrategy", "the metric words", "RecordIO")
    assert [word in each for word, each in zip(words, said, strict=True)] == [True] * 3
