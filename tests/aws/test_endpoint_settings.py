"""[endpoint] in churn.toml: what it gives the templates, and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.aws.deployment import make_deployment
from unchurn.aws.endpoint.settings import takeover_words
from unchurn.errors import ConfigError
from unchurn.project import Project


def project(folder: Path, keys: str = "", aws: str = "") -> Project:
    (folder / "churn.toml").write_text(f"[aws]\n{aws}\n[endpoint]\n{keys}\n")
    return Project.load(folder)


def test_every_key_reaches_the_templates(tmp_path: Path) -> None:
    keys = """instances = 3\nmax_instances = 6\ncanary_percent = 25\nbake_seconds = 120
latency_ms = 250\ncapture_percent = 5\ncapture_schedule = "rate(7 days)"\nmemory_mb = 4096\nconcurrency = 9"""
    values = make_deployment(project(tmp_path, keys, 'endpoint_instance = "ml.m5.large"')).values
    assert {
        "EndpointInstanceCount": "3",
        "MaxInstanceCount": "6",
        "CanaryPercent": "25",
        "BakeSeconds": "120",
        "LatencyMs": "250",
        "CapturePercent": "5",
        "CaptureSchedule": "rate(7 days)",
        "CaptureHours": "168",
        "ServerlessMemoryMb": "4096",
        "ServerlessConcurrency": "9",
        "Serverless": "false",
        "EndpointInstanceType": "ml.m5.large",
    }.items() <= values.items()


def test_models_are_kept_off_the_network_unless_the_endpoint_is_serverless(tmp_path: Path) -> None:
    """SageMaker takes no isolated model behind a serverless endpoint."""
    assert make_deployment(project(tmp_path)).values["IsolateModel"] == "true"
    serverless = make_deployment(project(tmp_path, "serverless = true")).values
    assert (serverless["IsolateModel"], serverless["Serverless"]) == ("false", "true")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("serverless = true\ninstances = 2", "a serverless endpoint has no instances"),
        ("serverless = true\nmax_instances = 2", "scaled by SageMaker alone"),
        ("serverless = true\ncapture_percent = 1", "captures nothing"),
        ('capture_schedule = "rate(1 day)"', "capture_percent is 0"),
        ('capture_percent = 5\ncapture_schedule = "daily"', "not one that EventBridge knows"),
        ("memory_mb = 2000", "no multiple of 1024"),
        ("instances = 3\nmax_instances = 2", "fewer than the 3"),
        ("max_instances = 2", "does not scale burstable instances such as ml.t2.medium"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(
    tmp_path: Path, keys: str, words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        make_deployment(project(tmp_path, keys))
    assert words in caught.value.message + caught.value.hint
    assert caught.value.hint


def test_how_a_version_takes_over_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert "A canary needs" in takeover_words(project(tmp_path).endpoint)
    assert "10%" in takeover_words(project(tmp_path, "instances = 2").endpoint)
    assert "no alarm" in takeover_words(project(tmp_path, "serverless = true").endpoint)
