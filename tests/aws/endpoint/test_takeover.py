"""Which parameters of the endpoint a change may touch, and which wait for a new fleet."""

from __future__ import annotations

import pytest

from unchurn.aws.endpoint.takeover import check_change, new_fleet, takeover
from unchurn.errors import ConfigError

WANTED = {
    "ModelName": "m-2",
    "InstanceType": "ml.m5.large",
    "InstanceCount": "2",
    "Bucket": "b",
    "Serverless": "false",
    "ServerlessMemoryMb": "2048",
    "ServerlessConcurrency": "5",
    "MaxInstanceCount": "0",
    "CanaryPercent": "20",
    "BakeSeconds": "120",
    "LatencyMs": "500",
    "CapturePercent": "0",
    "KmsKey": "",
}
STANDING = {
    **WANTED,
    **{"CanaryPercent": "10", "BakeSeconds": "300"},
    **{"Guarded": "false", "KeepsInstanceCount": "false"},
}
SERVERLESS = {"Serverless": "true"}


def test_the_first_fleet_has_no_alarms_to_guard_it() -> None:
    assert takeover(WANTED, {}, guarded=True)["Guarded"] == "false"


def test_a_new_version_is_guarded_and_takes_over_as_churn_toml_says() -> None:
    found = takeover(WANTED, {**STANDING, "ModelName": "m-1"}, guarded=True)
    assert found == {
        "CanaryPercent": "20",
        "BakeSeconds": "120",
        "Guarded": "true",
        "KeepsInstanceCount": "false",
    }
    assert takeover(WANTED, {**STANDING, "ModelName": "m-1"}, guarded=False)["Guarded"] == "false"


@pytest.mark.parametrize("change", [{}, {"LatencyMs": "250"}, {"MaxInstanceCount": "4"}])
def test_without_a_new_fleet_the_way_it_takes_over_stays(change: dict[str, str]) -> None:
    """SageMaker refuses to update an endpoint to the configuration that it has."""
    found = takeover({**WANTED, **change}, STANDING, guarded=True)
    assert found == {
        name: STANDING[name]
        for name in ("CanaryPercent", "BakeSeconds", "Guarded", "KeepsInstanceCount")
    }


@pytest.mark.parametrize(
    "change",
    [
        {"ModelName": "m-3"},
        {"InstanceType": "ml.c5.large"},
        {"InstanceCount": "3"},
        {"CapturePercent": "5"},
        {"KmsKey": "arn:aws:kms:eu-west-1:123456789012:key/1"},
    ],
)
def test_what_is_in_the_configuration_means_a_new_fleet(change: dict[str, str]) -> None:
    assert new_fleet({**WANTED, **change}, STANDING)
    assert not new_fleet({**WANTED, "ServerlessMemoryMb": "4096"}, STANDING)


def test_a_serverless_configuration_has_no_instances_to_change() -> None:
    standing = {**STANDING, **SERVERLESS}
    assert new_fleet({**WANTED, **SERVERLESS, "ServerlessMemoryMb": "4096"}, standing)
    assert not new_fleet({**WANTED, **SERVERLESS, "InstanceType": "ml.c5.large"}, standing)


def test_a_scaled_endpoint_keeps_its_size_but_not_when_scaling_begins_or_ends() -> None:
    scaled = {"MaxInstanceCount": "4", "ModelName": "m-1"}
    kept = takeover({**WANTED, "MaxInstanceCount": "6"}, {**STANDING, **scaled}, guarded=True)
    assert kept["KeepsInstanceCount"] == "true"
    ended = takeover(WANTED, {**STANDING, **scaled}, guarded=True)
    assert ended["KeepsInstanceCount"] == "false"


def test_instances_are_never_made_serverless_but_the_other_way_round() -> None:
    with pytest.raises(ConfigError, match="never makes such a one serverless"):
        check_change({**WANTED, **SERVERLESS}, STANDING)
    check_change(WANTED, {**STANDING, **SERVERLESS})
    check_change({**WANTED, **SERVERLESS}, {})


def test_a_scaled_endpoint_keeps_its_type() -> None:
    scaled = {**STANDING, "MaxInstanceCount": "4"}
    with pytest.raises(ConfigError, match=r"ml\.m5\.large.*ml\.c5\.large"):
        check_change({**WANTED, "InstanceType": "ml.c5.large"}, scaled)
    check_change({**WANTED, "InstanceType": "ml.c5.large"}, STANDING)
