"""A payload sent to the endpoint, and its answer, with the version that gave it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.live import require_live
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.registry import DynamoRegistry
from unchurn.errors import DataError

JSON, CSV, PARQUET = "application/json", "text/csv", "application/x-parquet"
_STATUS = re.compile(r"\((\d{3})\) from")


@dataclass(frozen=True)
class Answer:
    """What came back. `version` is the registry's, None where the model is not of the registry.

    While another is `arriving`, either of the two may have answered.
    """

    endpoint: str
    content_type: str
    body: bytes
    version: int | None
    arriving: int | None

    @property
    def words(self) -> str:
        """Which version answered, in a sentence."""
        if self.arriving is not None:
            return f"Version {self.version} answered, or version {self.arriving}, which is taking over."
        known = self.version is not None
        return f"Version {self.version} answered." if known else "An unregistered model answered."

    def document(self) -> dict[str, Any]:
        """The versioned document of ``unchurn aws endpoint invoke --json``."""
        text = self.body.decode("utf-8")
        return {
            "schema_version": 1,
            "endpoint": self.endpoint,
            "version": self.version,
            "arriving": self.arriving,
            "content_type": self.content_type,
            "answer": json.loads(text) if self.content_type.startswith(JSON) else text,
        }


def ask(
    clients: Clients,
    deployment: Deployment,
    registry: DynamoRegistry,
    payload: tuple[bytes, str],
    accept: str,
    parameters: str = "",
) -> Answer:
    """Send a body of a content type to the endpoint.

    `parameters` are those of the server (``reasons=all``). Raises `ConfigError` where no endpoint
    stands, `DataError` with the server's words where it refuses the body, `AwsError` where it fails.
    """
    body, content_type = payload
    live = require_live(clients, deployment)
    given = {"CustomAttributes": parameters} if parameters else {}
    with asking_aws(f"ask the endpoint {live.name}"):
        reply = _invoke(
            clients,
            EndpointName=live.name,
            Body=body,
            ContentType=content_type,
            Accept=accept,
            **given,
        )
        content = reply["Body"].read()
    # Read again: it may have changed while it answered.
    now = require_live(clients, deployment)
    other = now.arriving or (live.model if live.model != now.model else "")
    return Answer(
        live.name,
        str(reply.get("ContentType", "")),
        content,
        registry.version_of(now.model),
        registry.version_of(other) if other else None,
    )


def _invoke(clients: Clients, **asked: Any) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        reply: dict[str, Any] = clients.client("sagemaker-runtime").invoke_endpoint(**asked)
        return reply
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ModelError":
            raise
        raise _refused(error.response) from error


def _refused(response: Any) -> DataError | AwsError:
    message = str(response.get("Error", {}).get("Message", ""))
    found = _STATUS.search(message)
    status = int(response.get("OriginalStatusCode") or (found[1] if found else 0))
    told = str(response.get("OriginalMessage") or message)
    try:
        plain = json.loads(told)
        words, hint = str(plain["error"]), str(plain.get("hint", ""))
    except (ValueError, KeyError, TypeError):
        words, hint = told, ""
    if 400 <= status < 500:
        return DataError(f"The endpoint refused the request: {words}", hint)
    return AwsError(
        f"The endpoint failed: {words}", hint or "Look with: unchurn aws endpoint status"
    )
