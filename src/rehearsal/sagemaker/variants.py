"""Variants of an endpoint and its data capture, in the words of DescribeEndpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.sagemaker.fleets import Fleet


def variants_of(
    config: Mapping[str, Any], kept: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Return the variants of a configuration as DescribeEndpoint has them.

    Weights and counts are those of the `kept` variants of the same name, where there are any.
    """
    before = {each["VariantName"]: each for each in kept}
    return [
        {"VariantName": given["VariantName"], **_size(given), **_kept(given, before)}
        for given in config["ProductionVariants"]
    ]


def _size(given: Mapping[str, Any]) -> dict[str, Any]:
    weight = float(given.get("InitialVariantWeight", 1.0))
    size: dict[str, Any] = {"CurrentWeight": weight, "DesiredWeight": weight}
    if "ServerlessConfig" in given:
        serverless = given["ServerlessConfig"]
        return {
            **size,
            "CurrentServerlessConfig": serverless,
            "DesiredServerlessConfig": serverless,
        }
    count = given["InitialInstanceCount"]
    return {**size, "CurrentInstanceCount": count, "DesiredInstanceCount": count}


def _kept(given: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    names = {"CurrentWeight", "DesiredWeight"}
    if "ServerlessConfig" not in given:
        names |= {"CurrentInstanceCount", "DesiredInstanceCount"}
    found = before.get(given["VariantName"], {})
    return {name: value for name, value in found.items() if name in names}


def with_images(variants: Sequence[Mapping[str, Any]], fleet: Fleet | None) -> list[dict[str, Any]]:
    """Return `variants` with the image that a fleet runs."""
    images = {"DeployedImages": fleet.images} if fleet else {}
    return [{**variant, **images} for variant in variants]


def capture_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what DescribeEndpoint says of the DataCaptureConfig `given`."""
    if not given:
        return {}
    on = given.get("EnableCapture", False)
    return {
        "DataCaptureConfig": {
            "EnableCapture": on,
            "CaptureStatus": "Started" if on else "Stopped",
            "CurrentSamplingPercentage": given["InitialSamplingPercentage"],
            "DestinationS3Uri": given["DestinationS3Uri"],
            "KmsKeyId": given.get("KmsKeyId", ""),
        }
    }
