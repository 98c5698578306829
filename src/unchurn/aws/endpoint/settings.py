"""[endpoint] of churn.toml as values of templates, once it is sure that SageMaker takes them."""

from __future__ import annotations

from collections.abc import Iterator

from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.places import Aws, Endpoint

_BURSTABLE = ("ml.t2.", "ml.t3.")
_GIGABYTE = 1024
Fault = tuple[str, str]
"""What is wrong, and the next move."""


def endpoint_settings(endpoint: Endpoint, aws: Aws) -> dict[str, str]:
    """Return the values that templates ask for by name.

    Raises `ConfigError` for settings that exclude each other, or that SageMaker refuses.
    """
    for words, hint in _faults(endpoint, aws):
        raise ConfigError(words, hint)
    return {
        "EndpointInstanceCount": str(endpoint.instances),
        "IsolateModel": _flag(not endpoint.serverless),
        "Serverless": _flag(endpoint.serverless),
        "ServerlessMemoryMb": str(endpoint.memory_mb),
        "ServerlessConcurrency": str(endpoint.concurrency),
        "MaxInstanceCount": str(endpoint.max_instances),
        "CanaryPercent": str(endpoint.canary_percent),
        "BakeSeconds": str(endpoint.bake_seconds),
        "LatencyMs": str(endpoint.latency_ms),
        "CapturePercent": str(endpoint.capture_percent),
    }


def parameters_of_first(project: Project) -> dict[str, str]:
    """Return what churn.toml says to the endpoint's template, where no endpoint stands yet.

    Alarms cannot guard what they are not there for. Raises `ConfigError` as `endpoint_settings`.
    """
    told = endpoint_settings(project.endpoint, project.aws)
    of_machines = ("EndpointInstanceCount", "IsolateModel")
    known = {name: value for name, value in told.items() if name not in of_machines}
    first = {"Guarded": _flag(False), "KeepsInstanceCount": _flag(False)}
    return {**known, **first, "KmsKey": project.aws.kms_key}


def takeover_words(endpoint: Endpoint) -> str:
    """Say in a sentence how a new version takes over."""
    if endpoint.serverless:
        return "Serverless: a new version takes all requests at once, and no alarm puts it back."
    watched = f"watched for {endpoint.bake_seconds} s"
    if endpoint.instances == 1:
        return (
            f"One instance: a new version takes all requests at once, {watched}. A canary needs "
            "[endpoint] instances = 2 or more."
        )
    return f"A canary of {endpoint.canary_percent}% goes first, {watched} as the rest is after it."


def _faults(endpoint: Endpoint, aws: Aws) -> Iterator[Fault]:
    if endpoint.memory_mb % _GIGABYTE:
        yield (
            f"[endpoint] memory_mb is {endpoint.memory_mb}, which is no multiple of {_GIGABYTE}.",
            "Set it to 1024, 2048, 3072, 4096, 5120 or 6144.",
        )
    if endpoint.capture_schedule and not endpoint.capture_percent:
        yield (
            f"[endpoint] capture_schedule is {endpoint.capture_schedule!r}, but capture_percent is 0: no "
            "request is kept that could be watched.",
            "Set capture_percent to the share of requests to keep, or leave capture_schedule out.",
        )
    yield from _serverless_faults(endpoint) if endpoint.serverless else _scaling(endpoint, aws)


def _serverless_faults(endpoint: Endpoint) -> Iterator[Fault]:
    hint = "Leave it out of churn.toml, or set [endpoint] serverless = false."
    if endpoint.instances > 1:
        yield (
            f"[endpoint] instances is {endpoint.instances}, but a serverless endpoint has no "
            "instances: it grows with [endpoint] concurrency.",
            hint,
        )
    if endpoint.max_instances:
        yield (
            f"[endpoint] max_instances is {endpoint.max_instances}, but a serverless endpoint is "
            "scaled by SageMaker alone, up to [endpoint] concurrency.",
            hint,
        )
    if endpoint.capture_percent:
        yield (
            f"[endpoint] capture_percent is {endpoint.capture_percent}, but SageMaker captures "
            "nothing at a serverless endpoint.",
            hint,
        )


def _scaling(endpoint: Endpoint, aws: Aws) -> Iterator[Fault]:
    most = endpoint.max_instances
    if 0 < most < endpoint.instances:
        yield (
            f"[endpoint] max_instances is {most}, fewer than the {endpoint.instances} of "
            "[endpoint] instances.",
            "Set it to at least as many, or to 0 for no autoscaling.",
        )
    if most and aws.endpoint_instance.startswith(_BURSTABLE):
        yield (
            f"[endpoint] max_instances is {most}, but SageMaker does not scale burstable "
            f"instances such as {aws.endpoint_instance}.",
            'Set [aws] endpoint_instance = "ml.m5.large" or another that does not burst, or '
            "max_instances = 0.",
        )


def _flag(value: bool) -> str:
    return "true" if value else "false"
