"""Records of data capture, as SageMaker writes them for an endpoint of ours."""

from __future__ import annotations

import base64
import json
from pathlib import Path

PLAIN = {"text/csv": "CSV", "application/json": "JSON", "application/jsonlines": "JSON"}
"""Media types that the endpoint's configuration names; all others come in base64."""


def captured(body: bytes, kind: str, *attributes: str) -> str:
    """Return the line of a request."""
    encoding = PLAIN.get(kind, "BASE64")
    data = base64.b64encode(body).decode() if encoding == "BASE64" else body.decode()
    sent = {"observedContentType": kind, "mode": "INPUT", "data": data, "encoding": encoding}
    about = {"eventId": "e", "inferenceTime": "2027-03-01T03:00:01Z"}
    if attributes:
        about["customAttributes"] = list(attributes)  # type: ignore[assignment]
    return json.dumps(
        {"captureData": {"endpointInput": sent}, "eventMetadata": about, "eventVersion": "0"}
    )


def written(folder: Path, name: str, *lines: str) -> Path:
    """Write a file of the variant's folder, named by hour and minute as ``03/00-01``."""
    path = folder / "e-1" / "AllTraffic" / "2027" / "03" / "01" / f"{name}-002-u.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path
