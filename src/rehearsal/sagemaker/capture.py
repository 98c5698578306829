"""Data capture: what callers sent and got, kept in S3 as SageMaker keeps it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from rehearsal import objects
from rehearsal.sagemaker.calling import CUSTOM, Called
from rehearsal.sagemaker.endpoint import Asked, Endpoint

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_REMARK = "the buffering of captured calls: each is an object of its own, written at once"


def capture(cloud: Cloud, endpoint: Endpoint, asked: Asked, called: Called) -> None:
    """Keep a call where its configuration says so; of several, as many as it wants sampled."""
    config: Mapping[str, Any] = called.fleet.config.get("DataCaptureConfig") or {}
    if not config.get("EnableCapture") or not called.fleet.sampled(
        config["InitialSamplingPercentage"] / 100
    ):
        return
    cloud.journal.remark(_REMARK)
    now = datetime.now(UTC)
    bucket, prefix = objects.split(config["DestinationS3Uri"].rstrip("/") + "/")
    key = (
        f"{prefix}{endpoint.name}/{endpoint.variant}/{now:%Y/%m/%d/%H}/"
        f"{now:%M-%S}-{now.microsecond // 1000:03d}-{uuid4()}.jsonl"
    )
    encrypted = _encryption(config.get("KmsKeyId", ""))
    line = json.dumps(_captured(config, asked, called, now)) + "\n"
    s3 = cloud.clients.client("s3")
    try:
        whose = (called.fleet.role, "sagemaker", "SageMaker", endpoint.record.arn)
        with cloud.permissions.as_role(*whose):
            s3.put_object(Bucket=bucket, Key=key, Body=line.encode(), **encrypted)
    except s3.exceptions.ClientError as error:  # no caller hears of it on AWS either
        cloud.journal.note("capture", endpoint.name, "Failed", why=str(error))


def _encryption(key: str) -> dict[str, str]:
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}


def _captured(
    config: Mapping[str, Any], asked: Asked, called: Called, now: datetime
) -> dict[str, Any]:
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    kinds = config.get("CaptureContentTypeHeader") or {}
    sent, got = asked.headers.get("Content-Type", ""), called.reply.content_type
    data = {}
    if modes & {"Input", "InputAndOutput"}:
        data["endpointInput"] = _part("INPUT", sent, asked.body, kinds)
    if modes & {"Output", "InputAndOutput"}:
        data["endpointOutput"] = _part("OUTPUT", got, called.reply.body, kinds)
    about: dict[str, Any] = {"eventId": str(uuid4()), "inferenceTime": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
    if CUSTOM in asked.headers:
        about["customAttributes"] = [asked.headers[CUSTOM]]
    return {"captureData": data, "eventMetadata": about, "eventVersion": "0"}


def _part(mode: str, media_type: str, body: bytes, kinds: Mapping[str, Any]) -> dict[str, str]:
    """Return a payload as text of its kind, or in base64 where no kind claims its media type."""
    plain = media_type.partition(";")[0].strip()
    encoding = "BASE64"
    if plain in kinds.get("CsvContentTypes", []):
        encoding = "CSV"
    if plain in kinds.get("JsonContentTypes", []):
        encoding = "JSON"
    data = base64.b64encode(body) if encoding == "BASE64" else body
    return {
        "observedContentType": media_type,
        "mode": mode,
        "data": data.decode(errors="replace"),
        "encoding": encoding,
    }
