"""What the machines ask of a tuning, a training and a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

Function = Callable[[str], Callable[[Any], Any]]
ROLE = "arn:aws:iam::123456789012:role/jobs"
RULES = [
    {"rule": "least accuracy", "verdict": "refused", "words": "0.80 is below 0.90."},
    {"rule": "enough test rows", "verdict": "passed", "words": "900 rows."},
    {"rule": "not worse", "verdict": "does not apply", "words": "There is no champion yet."},
    {"rule": "better ROC-AUC", "verdict": "cannot tell", "words": "It is undefined."},
]


@dataclass
class Cloud:
    """What a function finds, under a name of the test's own."""

    account: Callable[[str], Any]
    name: str

    def put(self, body: bytes) -> None:
        key = f"runs/{self.name}/verdict/verdict.json"
        self.account("s3").put_object(Bucket="a-bucket", Key=key, Body=body)

    def verdict(self, **changed: Any) -> None:
        found = {"verdict": "refused", "promote": False, "words": "Refused.", "rules": RULES}
        self.put(json.dumps({**found, **changed}).encode())

    def tune(self, best: dict[str, Any]) -> None:
        """Make a tuning whose best training job is `best`."""
        config = {"Strategy": "Bayesian", "ResourceLimits": {"MaxParallelTrainingJobs": 1}}
        self.account("sagemaker").create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=self.name, HyperParameterTuningJobConfig=config
        )
        backend().hyper_parameter_tuning_jobs[self.name].best_training_job = best

    def train(self, **found: Any) -> None:
        """Make a training that says of itself what is given."""
        size = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        self.account("sagemaker").create_training_job(
            TrainingJobName=self.name,
            AlgorithmSpecification={"TrainingImage": "image", "TrainingInputMode": "File"},
            RoleArn=ROLE,
            OutputDataConfig={"S3OutputPath": "s3://a-bucket/runs/x/model/"},
            ResourceConfig=size,
            StoppingCondition={"MaxRuntimeInSeconds": 60},
        )
        for name, value in found.items():
            setattr(backend().training_jobs[self.name], name, value)


def backend() -> Any:
    from moto.sagemaker.models import sagemaker_backends

    return sagemaker_backends["123456789012"]["us-east-1"]


@pytest.fixture
def cloud(account: Callable[[str], Any]) -> Cloud:
    return Cloud(account, f"x-{uuid4()}")


def refusal(call: Callable[[Any], Any], event: Any) -> tuple[str, str]:
    with pytest.raises(Exception) as raised:
        call(event)
    return type(raised.value).__name__, str(raised.value)


def test_the_best_trial_is_passed_on_untouched(function: Function, cloud: Cloud) -> None:
    """Every string as the tuner wrote it, and the task added."""
    tuned = {"eta": "0.051234567890123", "grow_policy": "lossguide", "max_bin": "48"}
    cloud.tune({"TrainingJobName": "trial-3", "TunedHyperParameters": tuned})
    assert function("best_hyperparameters")({"tuning_job": cloud.name}) == {
        "hyperparameters": {**tuned, "task": "train"},
        "training_job": "trial-3",
    }


def test_a_tuning_without_a_finished_trial_says_so(function: Function, cloud: Cloud) -> None:
    cloud.tune({})
    name, words = refusal(function("best_hyperparameters"), {"tuning_job": cloud.name})
    assert (name, words) == (
        "NotThere",
        f"No training job of the tuning {cloud.name!r} has a result.",
    )


def test_a_finished_training_has_a_model(function: Function, cloud: Cloud) -> None:
    url = "s3://a-bucket/runs/x/model/training/output/model.tar.gz"
    cloud.train(model_artifacts={"S3ModelArtifacts": url}, training_job_status="Completed")
    assert function("model_url")({"training_job": cloud.name}) == {"model_data_url": url}


@pytest.mark.parametrize("status", ["Failed", "Stopped", "InProgress"])
def test_an_unfinished_training_has_none(function: Function, cloud: Cloud, status: str) -> None:
    cloud.train(training_job_status=status)
    name, words = refusal(function("model_url"), {"training_job": cloud.name})
    assert (name, words) == (
        "NotThere",
        f"The training {cloud.name!r} is {status} and has no model.",
    )


def test_a_verdict_is_read_with_the_words_of_the_rules_not_passed(
    function: Function, cloud: Cloud
) -> None:
    cloud.verdict()
    assert function("read_verdict")({"run_id": cloud.name}) == {
        "verdict": "refused",
        "words": "Refused.",
        "reasons": ["0.80 is below 0.90.", "It is undefined."],
    }


def test_no_verdict_is_not_a_refusal(function: Function, cloud: Cloud) -> None:
    name, words = refusal(function("read_verdict"), {"run_id": cloud.name})
    assert (name, words) == (
        "NotThere",
        f"There is no s3://a-bucket/runs/{cloud.name}/verdict/verdict.json.",
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"{}", "lacks 'rules'"),
        (b'{"rules": 3, "verdict": "passed", "words": ""}', "lacks"),
        (b'{"rules": [], "verdict": "maybe", "words": ""}', "is 'maybe'"),
    ],
)
def test_a_damaged_verdict_is_never_taken_for_one(
    function: Function, cloud: Cloud, body: bytes, said: str
) -> None:
    cloud.put(body)
    name, words = refusal(function("read_verdict"), {"run_id": cloud.name})
    assert name == "Damaged"
    assert said in words


FUNCTIONS = {
    "best_hyperparameters": "tuning_job",
    "model_url": "training_job",
    "read_verdict": "run_id",
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("value", [None, "", 3, ["x"]])
def test_what_is_missing_from_the_event_is_named(function: Function, name: str, value: Any) -> None:
    key = FUNCTIONS[name]
    error, words = refusal(function(name), {key: value})
    assert (error, words) == (
        "BadInput",
        f"{key} is {value!r}; it must be a text that is not empty.",
    )
    assert refusal(function(name), None)[0] == "BadInput"


@pytest.mark.parametrize("name", ["best_hyperparameters", "model_url"])
def test_a_job_that_does_not_exist_is_not_there(function: Function, name: str) -> None:
    error, words = refusal(function(name), {FUNCTIONS[name]: "nobody"})
    assert error == "NotThere"
    assert "'nobody'" in words


def test_one_line_of_json_tells_what_was_done(
    function: Function, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.verdict(verdict="passed", rules=[])
    function("read_verdict")({"run_id": cloud.name})
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told.pop("seconds") >= 0
    assert told == {
        "outcome": "done",
        "request": "request-1",
        "run_id": cloud.name,
        "verdict": "passed",
    }
