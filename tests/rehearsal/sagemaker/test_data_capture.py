"""Data capture: the JSON Lines that SageMaker writes of what callers sent and got."""

from __future__ import annotations

import base64
import json
from typing import Any

from job_requests import get, keys
from small_endpoints import ask, configure, create, save_model, update

from rehearsal.cloud import Cloud


def _capture(percent: int = 100, **more: Any) -> dict[str, Any]:
    return {
        "EnableCapture": True,
        "InitialSamplingPercentage": percent,
        "DestinationS3Uri": "s3://acme-bucket/capture",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {"JsonContentTypes": ["application/jsonlines"]},
        **more,
    }


def _captured(cloud: Cloud) -> list[dict[str, Any]]:
    found = keys(cloud, "capture/e-1/AllTraffic/")
    return [json.loads(get(cloud, key)) for key in found]


def test_every_call_is_kept_as_it_was_sent_and_answered(acme: Cloud) -> None:
    told = create(
        acme, configure(acme, "c-1", save_model(acme, "first"), DataCaptureConfig=_capture())
    )
    assert told["DataCaptureConfig"]["CaptureStatus"] == "Started"
    ask(acme, CustomAttributes="who=me")
    (line,) = _captured(acme)
    sent, got = line["captureData"]["endpointInput"], line["captureData"]["endpointOutput"]
    assert (sent["mode"], sent["encoding"], sent["data"]) == ("INPUT", "JSON", '{"id": 7}')
    assert json.loads(got["data"])["word"] == "first"
    assert line["eventMetadata"]["customAttributes"] == ["who=me"]
    assert line["eventVersion"] == "0"
    acme.clients.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="e-1", ContentType="application/octet-stream", Body=b"\xff\x00"
    )
    others = [each["captureData"]["endpointInput"] for each in _captured(acme)]
    encoded = next(each for each in others if each["encoding"] == "BASE64")
    assert base64.b64decode(encoded["data"]) == b"\xff\x00"


def test_a_sample_is_as_large_as_it_says_and_only_what_is_wanted(acme: Cloud) -> None:
    half = _capture(50, CaptureOptions=[{"CaptureMode": "Input"}])
    create(acme, configure(acme, "c-1", save_model(acme, "first"), DataCaptureConfig=half))
    for _ in range(6):
        ask(acme)
    lines = _captured(acme)
    assert len(lines) == 3
    assert all(set(line["captureData"]) == {"endpointInput"} for line in lines)


def test_a_capture_that_cannot_be_written_is_no_callers_business(acme: Cloud) -> None:
    nowhere = _capture(DestinationS3Uri="s3://acme-nowhere/capture")
    create(acme, configure(acme, "c-1", save_model(acme, "first"), DataCaptureConfig=nowhere))
    assert ask(acme) == "first"
    assert acme.journal.notes[-1].kind == "capture"


def test_an_update_may_keep_the_capture_there_was(acme: Cloud) -> None:
    create(acme, configure(acme, "c-1", save_model(acme, "first"), DataCaptureConfig=_capture()))
    configure(acme, "c-2", "first")
    told = update(acme, "c-2", RetainAllVariantProperties=True)
    assert told["DataCaptureConfig"]["EnableCapture"]
    told = update(acme, configure(acme, "c-3", "first"))
    assert "DataCaptureConfig" not in told
    ask(acme)
    assert _captured(acme) == []
