"""What a training asks of SageMaker Debugger: its hook is told, and what that saves is stored."""

from __future__ import annotations

import json
from typing import Any

from job_requests import BUCKET, get, keys, put, run, training

from rehearsal.cloud import Cloud

_HOOK = {
    "S3OutputPath": f"s3://{BUCKET}/debug",
    "HookParameters": {"save_interval": "5"},
    "CollectionConfigurations": [{"CollectionName": "full_shap"}],
}
_SAVES = (
    "cd ${SAGEMAKER_BASE_DIR:-/opt/ml} && mkdir -p output/tensors/events"
    " && cp input/config/debughookconfig.json output/tensors/events/told.json"
)


def _trained(cloud: Cloud, script: str, **asked: Any) -> dict[str, Any]:
    put(cloud, "in/a.txt", "rows")
    request = training("t-1") | asked
    image = request["AlgorithmSpecification"]
    image |= {"ContainerEntrypoint": ["sh", "-c"], "ContainerArguments": [script]}
    found = run(cloud, "training", request)
    assert found["TrainingJobStatus"] == "Completed", found.get("FailureReason")
    return found


def test_the_hook_is_told_and_what_it_saved_lies_where_debugger_keeps_it(acme: Cloud) -> None:
    found = _trained(acme, _SAVES, DebugHookConfig=_HOOK)
    assert found["DebugHookConfig"] == _HOOK
    assert keys(acme, "debug/") == ["debug/t-1/debug-output/events/told.json"]
    told = json.loads(get(acme, "debug/t-1/debug-output/events/told.json"))
    assert told == {"LocalPath": "/opt/ml/output/tensors", **_HOOK}
    assert not [words for words in acme.journal.unproven if "Debugger" in words]


def test_where_nothing_is_saved_and_what_is_not_heeded_is_said(acme: Cloud) -> None:
    rule = {"RuleConfigurationName": "LossNotDecreasing", "RuleEvaluatorImage": "acme/rules"}
    profiler = {"S3OutputPath": f"s3://{BUCKET}/profiler"}
    more = {"DebugRuleConfigurations": [rule], "ProfilerConfig": profiler}
    _trained(acme, "true", DebugHookConfig=_HOOK, **more)
    assert keys(acme, "debug/") == []
    said = "\n".join(acme.journal.unproven)
    assert "what ran in the image's place saved nothing for it" in said
    assert "their DebugRuleConfigurations are not heeded; no rule is evaluated" in said
    assert "their ProfilerConfig is not heeded" in said


def test_tensors_that_would_lie_outside_opt_ml_fail_the_job_before_it_runs(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    found = run(
        acme, "training", training("t-1") | {"DebugHookConfig": _HOOK | {"LocalPath": "/x"}}
    )
    assert (found["TrainingJobStatus"], "/x is not below" in found["FailureReason"]) == (
        "Failed",
        True,
    )
    assert keys(acme, "model/") == []
