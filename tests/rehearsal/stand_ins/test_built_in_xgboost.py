"""The built-in XGBoost algorithm: trained through CreateTrainingJob, asked through an endpoint."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import xgboost
from job_requests import BUCKET, ROLE, get, put, run, transform, tuning
from small_endpoints import configure, create
from supplied_jobs import LEGACY, XGBOOST, as_csv, built_in, channel, put_channels, table, values

from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud

PARAMETERS = {"objective": "binary:logistic", "max_depth": "3", "eta": "0.3"}


def _direct(rounds: int = 5) -> Any:
    """Train with xgboost itself what the job trains."""
    rows = table()
    matrix = xgboost.DMatrix(rows[:, 1:], label=rows[:, 0])
    given = {"objective": "binary:logistic", "max_depth": 3, "eta": 0.3}
    return xgboost.train(given, matrix, rounds)


def _model_files(cloud: Cloud, name: str) -> dict[str, bytes]:
    packed = io.BytesIO(get(cloud, f"model/{name}/output/model.tar.gz"))
    with tarfile.open(fileobj=packed, mode="r:gz") as tar:
        return {m.name: stream.read() for m in tar if (stream := tar.extractfile(m)) is not None}


def _log(cloud: Cloud, job: str) -> str:
    logs, group = cloud.clients.client("logs"), "/aws/sagemaker/TrainingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=job)["logStreams"]
    place = {"logGroupName": group, "logStreamName": streams[0]["logStreamName"]}
    return "\n".join(each["message"] for each in logs.get_log_events(**place)["events"])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud with the training x-1, and its model for the image of today and for the one before."""
    with open_cloud(tmp_path_factory.mktemp("xgboost") / "cloud") as cloud:
        cloud.clients.client("s3").create_bucket(Bucket=BUCKET)
        put_channels(cloud)
        told = PARAMETERS | {"num_round": "5", "eval_metric": "auc,logloss,accuracy"}
        found = run(cloud, "training", built_in("x-1", **told))
        assert found["TrainingJobStatus"] == "Completed", found["FailureReason"]
        url = found["ModelArtifacts"]["S3ModelArtifacts"]
        for name, image in (("xgb", XGBOOST), ("legacy", LEGACY)):
            cloud.clients.client("sagemaker").create_model(
                ModelName=name, ExecutionRoleArn=ROLE,
                PrimaryContainer={"Image": image, "ModelDataUrl": url},
            )  # fmt: skip
        yield cloud


def test_the_model_predicts_what_xgboost_itself_does(trained: Cloud) -> None:
    files = _model_files(trained, "x-1")
    assert list(files) == ["xgboost-model"]
    model = xgboost.Booster()
    model.load_model(bytearray(files["xgboost-model"]))
    rows = xgboost.DMatrix(table(50, seed=9)[:, 1:])
    assert np.array_equal(model.predict(rows), _direct().predict(rows))


def test_its_metrics_are_found_without_definitions(trained: Cloud) -> None:
    sagemaker = trained.clients.client("sagemaker")
    told = values(sagemaker.describe_training_job(TrainingJobName="x-1"))
    assert set(told) == {
        f"{rows}:{metric}"
        for rows in ("train", "validation")
        for metric in ("accuracy", "auc", "logloss")
    }
    log = (trained.work / "training/x-1/log.txt").read_text()
    assert "[4]#011train-auc:" in log
    validation = table(80, seed=8)
    scores = _direct().predict(xgboost.DMatrix(validation[:, 1:]))
    right = np.mean((scores > 0.5) == validation[:, 0])
    assert told["validation:accuracy"] == pytest.approx(right, abs=1e-4)


def test_what_stands_in_is_said(trained: Cloud) -> None:
    assert any("XGBoost images" in sentence for sentence in trained.journal.unproven)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"eta": "3"}, "Hyperparameter eta: '3' is not valid"),
        ({"num_rounds": "5"}, "Extraneous hyperparameter found: num_rounds"),
        ({"num_round": "many"}, "Hyperparameter num_round"),
        ({"objective": "multi:softprob"}, "num_class"),
        ({"eval_metric": "auroc"}, "'auroc' is none of"),
    ],
)
def test_wrong_hyperparameters_fail_the_job_by_name(
    trained: Cloud, given: dict[str, str], words: str
) -> None:
    told, name = {"num_round": "5"} | given, "-".join(given).replace("_", "-")
    found = run(trained, "training", built_in(name, **told))
    assert found["TrainingJobStatus"] == "Failed"
    assert found["FailureReason"].startswith("ClientError: ")
    assert words in found["FailureReason"]


def test_a_header_is_a_row_and_the_log_says_so(trained: Cloud) -> None:
    """Whoever leaves it in trains on it, there as here."""
    put(trained, "headed/a.csv", "churn,age\n1,2\n")
    request = built_in("headed", num_round="5") | {"InputDataConfig": [channel("train", "headed")]}
    found = run(trained, "training", request)
    assert found["TrainingJobStatus"] == "Completed", found["FailureReason"]
    told = _log(trained, "headed")
    assert "a.csv begins with 'churn,age': as in SageMaker's image that is a row" in told
    assert "Train matrix has 2 rows" in told


def test_rows_without_a_content_type_are_libsvm(trained: Cloud) -> None:
    put(trained, "sparse/a.txt", "1 0:0.5 3:1\n0 1:2\n" * 20)
    plain = channel("train", "sparse")
    del plain["ContentType"]
    request = built_in("sparse", LEGACY, num_round="2") | {"InputDataConfig": [plain]}
    found = run(trained, "training", request)
    assert found["TrainingJobStatus"] == "Completed", found["FailureReason"]
    assert set(values(found)) == {"train:rmse"}


def test_training_ends_early_and_keeps_the_best(trained: Cloud) -> None:
    given = {**PARAMETERS, "eta": "1", "eval_metric": "logloss", "early_stopping_rounds": "2"}
    run(trained, "training", built_in("early", num_round="200", **given))
    log = (trained.work / "training/early/log.txt").read_text()
    rounds = log.count("#011validation-logloss")
    assert rounds < 200
    model = xgboost.Booster()
    model.load_model(bytearray(_model_files(trained, "early")["xgboost-model"]))
    assert model.num_boosted_rounds() == rounds - 2


def test_an_endpoint_answers_csv_json_and_lines(trained: Cloud) -> None:
    told = create(trained, configure(trained, "c-1", "xgb"))
    assert told["EndpointStatus"] == "InService", told.get("FailureReason")
    rows = table(3, seed=9)[:, 1:]
    wanted = _direct().predict(xgboost.DMatrix(rows)).tolist()

    def ask(accept: str, body: str = as_csv(rows), kind: str = "text/csv") -> str:
        runtime = trained.clients.client("sagemaker-runtime")
        answer = runtime.invoke_endpoint(
            EndpointName="e-1", ContentType=kind, Accept=accept, Body=body.encode()
        )
        text: str = answer["Body"].read().decode()
        return text

    assert [float(line) for line in ask("text/csv").splitlines()] == wanted
    assert [row["score"] for row in json.loads(ask("application/json"))["predictions"]] == wanted
    lines = ask("application/jsonlines").splitlines()
    assert [json.loads(line)["score"] for line in lines] == wanted
    sparse = "".join(
        " ".join(f"{n}:{float(v)!r}" for n, v in enumerate(row)) + "\n" for row in rows
    )
    assert [float(line) for line in ask("text/csv", sparse, "text/libsvm").splitlines()] == wanted
    with pytest.raises(Exception, match="not an accepted ContentType"):
        ask("text/csv", kind="image/png")


def test_a_batch_transform_answers_a_line_for_each_row(trained: Cloud) -> None:
    rows = table(40, seed=9)[:, 1:]
    put(trained, "lines/a.csv", as_csv(rows))
    request = transform("s-1", "legacy")
    request["TransformInput"]["ContentType"] = "text/csv"
    request["TransformOutput"]["Accept"] = "text/csv"
    found = run(trained, "transform", request)
    assert found["TransformJobStatus"] == "Completed", found["FailureReason"]
    answers = [float(line) for line in get(trained, "answers/a.csv.out").splitlines()]
    assert answers == _direct().predict(xgboost.DMatrix(rows)).tolist()


def test_a_pickled_model_is_never_loaded(trained: Cloud) -> None:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as tar:
        entry = tarfile.TarInfo("xgboost-model")
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"\x80\x04N."))
    cloud = trained.clients
    cloud.client("s3").put_object(Bucket=BUCKET, Key="p/model.tar.gz", Body=body.getvalue())
    container = {"Image": XGBOOST, "ModelDataUrl": f"s3://{BUCKET}/p/model.tar.gz"}
    cloud.client("sagemaker").create_model(
        ModelName="p", ExecutionRoleArn=ROLE, PrimaryContainer=container
    )
    told = create(trained, configure(trained, "c-2", "p"), "e-2")
    assert told["EndpointStatus"] == "Failed"
    assert "a pickle, which is never loaded" in told["FailureReason"]


def test_a_tuning_job_finds_its_objective_without_definitions(trained: Cloud) -> None:
    shared = built_in("x-1")
    for key in ("TrainingJobName", "HyperParameters"):
        del shared[key]
    request = tuning(
        "acme-xgb",
        {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.9"}]},
        HyperParameterTuningJobObjective={"Type": "Maximize", "MetricName": "validation:auc"},
        ResourceLimits={"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
    )
    static = {"num_round": "4", "objective": "binary:logistic", "eval_metric": "logloss"}
    request["TrainingJobDefinition"] = {"StaticHyperParameters": static, **shared}
    found = run(trained, "hyper_parameter_tuning", request)
    assert found["HyperParameterTuningJobStatus"] == "Completed", found["FailureReason"]
    assert found["ObjectiveStatusCounters"]["Succeeded"] == 3
    best = found["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    assert (best["MetricName"], best["Value"] > 0.5) == ("validation:auc", True)


def test_ids_are_held_back_from_the_model_and_come_through(trained: Cloud) -> None:
    rows = table(5, seed=9)[:, 1:]
    named = [f'"c,{n}",{line}\n' for n, line in enumerate(as_csv(rows).splitlines())]
    put(trained, "lines/a.csv", "".join(named))
    told = {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"}
    request = transform("s-2", "legacy", DataProcessing=told)
    request["TransformInput"]["ContentType"] = "text/csv"
    request["TransformOutput"]["Accept"] = "text/csv"
    found = run(trained, "transform", request)
    assert found["TransformJobStatus"] == "Completed", found["FailureReason"]
    answers = list(csv.reader(get(trained, "answers/a.csv.out").decode().splitlines()))
    assert [answer[0] for answer in answers] == [f"c,{n}" for n in range(5)]
    wanted = _direct().predict(xgboost.DMatrix(rows)).tolist()
    assert [float(answer[1]) for answer in answers] == wanted
