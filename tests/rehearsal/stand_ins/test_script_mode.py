"""Framework containers in script mode: the user's script trains, processes and serves."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import pytest
from job_requests import BUCKET, ROLE, get, keys, put, run
from small_endpoints import configure, create
from supplied_jobs import (
    SKLEARN,
    XGBOOST,
    as_csv,
    built_in,
    channel,
    put_channels,
    scripted,
    table,
    values,
)  # fmt: skip

from rehearsal.cloud import Cloud

TRAIN = """
import argparse, json, os, sys
from pathlib import Path
from beside import mean

parser = argparse.ArgumentParser()
parser.add_argument("--shift", type=float)
parser.add_argument("--label", default="")
parser.add_argument("--train", default=os.environ["SM_CHANNEL_TRAIN"])
parser.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
given = parser.parse_args()
rows = [line for file in sorted(Path(given.train).iterdir()) for line in file.read_text().split()]
value = mean([float(row.partition(",")[0]) for row in rows]) + given.shift
(Path(given.model_dir) / "model.json").write_text(json.dumps({"mean": value}))
told = {name: word for name, word in os.environ.items() if name.startswith("SM_")}
(Path(os.environ["SM_OUTPUT_DATA_DIR"]) / "told.json").write_text(json.dumps(told))
print(f"fit\\tloss={value}")
"""
BESIDE = "def mean(values):\n    return sum(values) / len(values)\n"
SERVE = """
import json
from pathlib import Path

def model_fn(model_dir):
    return json.loads((Path(model_dir) / "model.json").read_text())["mean"]

def input_fn(body, content_type):
    assert content_type == "text/csv" and isinstance(body, str)
    return [float(line) for line in body.split()]

def predict_fn(data, model):
    return [value - model for value in data]
"""
OUTPUT = """
def output_fn(prediction, accept):
    return json.dumps({"told": prediction}), "application/x-told"
"""


def _archive(**files: str) -> bytes:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return body.getvalue()


def _put_archive(cloud: Cloud, key: str, files: dict[str, str]) -> str:
    cloud.clients.client("s3").put_object(Bucket=BUCKET, Key=key, Body=_archive(**files))
    return f"s3://{BUCKET}/{key}"


def _asked(cloud: Cloud, script: str = TRAIN, image: str = SKLEARN, **more: str) -> dict[str, Any]:
    """Ask for a training by a script, as the SDK writes hyperparameters: each as JSON."""
    put_channels(cloud)
    code = _put_archive(cloud, "code/sourcedir.tar.gz", {"train.py": script, "beside.py": BESIDE})
    given = {"shift": "2", "label": '"a b"', "_tuning_objective_metric": '"loss"'}
    given |= {"sagemaker_program": '"train.py"', "sagemaker_submit_directory": json.dumps(code)}
    request = built_in("t-1", image, **(given | more))
    definition = {"Name": "loss", "Regex": "fit#011loss=([0-9.]+)"}
    request["AlgorithmSpecification"]["MetricDefinitions"] = [definition]
    return request | {"InputDataConfig": [channel("train")]}


def _mean() -> float:
    return float(table()[:, 0].mean())


def test_the_script_is_given_arguments_variables_and_what_lies_beside_it(supplied: Cloud) -> None:
    found = run(supplied, "training", _asked(supplied))
    assert found["TrainingJobStatus"] == "Completed", found["FailureReason"]
    assert values(found) == {"loss": pytest.approx(_mean() + 2, abs=1e-5)}
    packed = io.BytesIO(get(supplied, "model/t-1/output/output.tar.gz"))
    with tarfile.open(fileobj=packed, mode="r:gz") as tar:
        stream = tar.extractfile("told.json")
        assert stream is not None
        told = json.loads(stream.read())
    assert json.loads(told["SM_HPS"]) == {"shift": 2, "label": "a b"}
    assert told["SM_HP_SHIFT"] == "2"
    assert told["SM_USER_ARGS"] == '["--label", "a b", "--shift", "2"]'
    assert told["SM_CHANNEL_TRAIN"].endswith("/input/data/train")
    assert (told["SM_CURRENT_HOST"], told["SM_NUM_GPUS"]) == ("algo-1", "0")
    assert json.loads(told["SM_HOSTS"]) == ["algo-1"]
    assert json.loads(told["SM_CHANNELS"]) == ["train"]
    assert any("scikit-learn images" in words for words in supplied.journal.unproven)


def test_hyperparameters_of_a_template_are_text_as_they_are(supplied: Cloud) -> None:
    code = f"s3://{BUCKET}/code/sourcedir.tar.gz"
    plain = {"sagemaker_program": "train.py", "sagemaker_submit_directory": code, "label": "a"}
    found = run(supplied, "training", _asked(supplied, **plain))
    assert found["TrainingJobStatus"] == "Completed", found["FailureReason"]


def test_xgboosts_image_with_a_script_runs_that(supplied: Cloud) -> None:
    script = TRAIN + "print('[0]\\tvalidation-auc:0.75')\n"
    found = run(supplied, "training", _asked(supplied, script, XGBOOST))
    assert values(found)["validation:auc"] == 0.75


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("import not_installed_here\n", "No module named 'not_installed_here'"),
        ("import sys; sys.exit('no rows today')\n", "no rows today"),
    ],
)
def test_a_script_that_fails_leaves_its_last_words(
    supplied: Cloud, script: str, words: str
) -> None:
    found = run(supplied, "training", _asked(supplied, script))
    assert found["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:")
    assert words in found["FailureReason"]
    assert found["FailureReason"].endswith("exit code: 1")
    assert keys(supplied, "model/") == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sagemaker_program": '"other.py"'}, "the code holds beside.py, train.py"),
        ({"sagemaker_submit_directory": f'"s3://{BUCKET}/no.tar.gz"'}, "which cannot be had"),
        ({"sagemaker_submit_directory": f'"s3://{BUCKET}/bad.tar.gz"'}, "outside its folder"),
    ],
)
def test_code_that_cannot_be_had_fails_the_job(
    supplied: Cloud, given: dict[str, str], words: str
) -> None:
    _put_archive(supplied, "bad.tar.gz", {"../train.py": TRAIN})
    found = run(supplied, "training", _asked(supplied, **given))
    assert found["FailureReason"].startswith("ClientError: ")
    assert words in found["FailureReason"]


@pytest.mark.parametrize(("more", "told"), [(OUTPUT, "told"), ("", "")])
def test_an_endpoint_calls_the_users_functions(supplied: Cloud, more: str, told: str) -> None:
    files = {"model.json": '{"mean": 2.5}', "code/inference.py": SERVE + more}
    container = {
        "Image": SKLEARN,
        "ModelDataUrl": _put_archive(supplied, "m/model.tar.gz", files),
        "Environment": {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        },
    }
    supplied.clients.client("sagemaker").create_model(
        ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container
    )
    made = create(supplied, configure(supplied, "c-1", "m"))
    assert made["EndpointStatus"] == "InService", made.get("FailureReason")
    runtime = supplied.clients.client("sagemaker-runtime")
    answer = runtime.invoke_endpoint(EndpointName="e-1", ContentType="text/csv", Body=b"3\n4\n")
    body = json.loads(answer["Body"].read())
    assert body == ({"told": [0.5, 1.5]} if told else [0.5, 1.5])
    assert answer["ContentType"] == ("application/x-told" if told else "application/json")


def test_a_processing_job_runs_the_script_that_is_its_input(supplied: Cloud) -> None:
    put(supplied, "in/a.csv", as_csv(table(3)))
    request = scripted(supplied, "p-1", _PREPARE, "--rows", "2")
    found = run(supplied, "processing", request)
    assert found["ProcessingJobStatus"] == "Completed", found["FailureReason"]
    assert get(supplied, "out/cut.csv").decode() == as_csv(table(3)[:2])


_PREPARE = """
import os, sys
from pathlib import Path
base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")) / "processing"
import pandas
assert len(pandas.read_csv("s3://acme-bucket/in/a.csv", header=None)) == 3
lines = (base / "input/in/a.csv").read_text().splitlines(keepends=True)
(base / "output/copied/cut.csv").write_text("".join(lines[:int(sys.argv[2])]))
"""
