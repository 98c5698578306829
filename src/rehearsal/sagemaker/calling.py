"""Calls of an endpoint: the fleet chosen, asked and timed, the answer in SageMaker's words."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.cloudwatch import metrics
from rehearsal.sagemaker.endpoint import Asked, Endpoint
from rehearsal.sagemaker.fleets import Fleet
from rehearsal.sagemaker.serving import Reply

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

Answer = tuple[int, dict[str, str], bytes | str]

SECONDS = 60.0
"""What a container gets to answer."""
CUSTOM = "X-Amzn-SageMaker-Custom-Attributes"
_FORWARDED = ("Content-Type", "Accept", CUSTOM, "X-Amzn-SageMaker-Inference-Id")
_TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the "
    "latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)
_NO_ANSWER = "Amazon SageMaker could not get a response from the primary endpoint."


@dataclass(frozen=True)
class Called:
    """What came of a call: who was asked, and the reply, whose status is 0 where there was none."""

    fleet: Fleet
    reply: Reply

    @property
    def good(self) -> bool:
        """Tell whether the container answered with 200."""
        return self.reply.status == 200


def asked_by(headers: Mapping[str, str], body: bytes) -> Asked:
    """Return what of a request reaches the container."""
    sent = {name.lower(): value for name, value in headers.items()}
    kept = {name: sent[name.lower()] for name in _FORWARDED if name.lower() in sent}
    return Asked(body, kept)


def call(cloud: Cloud, endpoint: Endpoint, asked: Asked) -> Called | None:
    """Ask whichever fleet is next, and count the call; None when the endpoint has none."""
    fleet = endpoint.entered()
    if fleet is None:
        return None
    began = time.monotonic()
    try:
        reply = fleet.server.ask(asked.body, asked.headers, SECONDS)
    except TimeoutError:
        reply = Reply(0, "", _TIMED_OUT.encode())
    except (OSError, http.client.HTTPException):
        reply = Reply(0, "", _NO_ANSWER.encode())
    finally:
        fleet.leave()
    if not endpoint.stopped.is_set():
        lasted = time.monotonic() - began
        metrics.record(cloud, endpoint.dimensions, reply.status, lasted)
    return Called(fleet, reply)


def answer_of(cloud: Cloud, endpoint: Endpoint, called: Called) -> Answer:
    """Return what InvokeEndpoint answers."""
    reply = called.reply
    if not called.good:
        return _model_error(cloud, endpoint, reply)
    told = {
        "Content-Type": reply.content_type,
        "x-Amzn-Invoked-Production-Variant": endpoint.variant,
    }
    if reply.custom_attributes:
        told[CUSTOM] = reply.custom_attributes
    return 200, told, reply.body


def refusal(status: int, code: str, message: str, **more: Any) -> Answer:
    """Return an error of the runtime API."""
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code, "status": str(status)}
    return status, headers, json.dumps({"message": message, "Message": message, **more})


def _model_error(cloud: Cloud, endpoint: Endpoint, reply: Reply) -> Answer:
    whose = "client" if 400 <= reply.status < 500 else "server"
    told = reply.body.decode(errors="replace")
    group = f"/aws/sagemaker/Endpoints/{endpoint.name}"
    console = f"https://{cloud.region}.console.aws.amazon.com/cloudwatch/home?region={cloud.region}"
    message = (
        f'Received {whose} error ({reply.status}) from primary with message "{told}". See '
        f"{console}#logEventViewer:group={group} in account {cloud.account} for more information."
    )
    return refusal(
        424,
        "ModelError",
        message,
        ErrorCode="CLIENT_ERROR_FROM_MODEL" if whose == "client" else "INTERNAL_FAILURE_FROM_MODEL",
        LogStreamArn=f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:{group}",
        OriginalMessage=told,
        OriginalStatusCode=reply.status,
    )
