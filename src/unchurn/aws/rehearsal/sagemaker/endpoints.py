"""Endpoints: a serving container behind a name, asked through the runtime API."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from unchurn.aws.rehearsal.patches import Patch, around
from unchurn.aws.rehearsal.sagemaker import serving
from unchurn.errors import UnchurnError

if TYPE_CHECKING:
    from unchurn.aws.rehearsal.cloud import Cloud


@dataclass
class Endpoints:
    """The endpoints of one cloud, and the containers behind them."""

    cloud: Cloud
    _servers: dict[str, serving.Server] = field(default_factory=dict)
    _threads: list[Thread] = field(default_factory=list)
    _closing: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _made: int = 0

    def patches(self) -> list[Patch]:
        """Return what gives endpoints a container."""
        from moto.sagemaker.responses import SageMakerResponse
        from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

        return [
            around(SageMakerResponse, "create_endpoint", self._create),
            around(SageMakerResponse, "delete_endpoint", self._delete),
            around(SageMakerRuntimeResponse, "invoke_endpoint", self._invoke),
        ]

    def close(self) -> None:
        """Stop every container."""
        self._closing.set()
        for thread in self._threads:
            thread.join()
        for name in list(self._servers):
            self._servers.pop(name).stop()

    def _create(self, original: Any, response: Any) -> Any:
        answer = original(response)
        name = json.loads(response.body)["EndpointName"]
        record = response.sagemaker_backend.endpoints[name]
        record.endpoint_status = "Creating"
        thread = Thread(target=self._start, args=(name, record), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()
        return answer

    def _start(self, name: str, record: Any) -> None:
        config = self.cloud.clients.client("sagemaker").describe_endpoint_config(
            EndpointConfigName=record.endpoint_config_name
        )
        with self._lock:
            self._made += 1
            folder = self.cloud.work / "endpoint" / f"{name}-{self._made}"
        folder.mkdir(parents=True)
        try:
            model = config["ProductionVariants"][0]["ModelName"]
            self._servers[name] = serving.start(self.cloud, model, folder, {}, self._closing)
        except UnchurnError as error:
            record.failure_reason, record.endpoint_status = error.message[:1024], "Failed"
        else:
            record.endpoint_status = "InService"

    def _delete(self, original: Any, response: Any) -> Any:
        answer = original(response)
        server = self._servers.pop(json.loads(response.body)["EndpointName"], None)
        if server is not None:
            server.stop()
        return answer

    def _invoke(self, original: Any, response: Any) -> Any:
        name = response.path.split("/")[2]
        if name not in self._servers:
            return _refusal(400, "ValidationError", f"Endpoint {name} not found.")
        sent = {key.lower(): value for key, value in response.headers.items()}
        headers = {key.title(): sent[key] for key in ("content-type", "accept") if key in sent}
        body = response.body if isinstance(response.body, bytes) else response.body.encode()
        try:
            reply = self._servers[name].ask(body, headers)
        except (OSError, http.client.HTTPException) as error:
            return _refusal(424, "ModelError", f"The container did not answer: {error}")
        if reply.status != 200:
            told = reply.body[:300].decode(errors="replace")
            message = f"Received error ({reply.status}) from primary with message {told!r}"
            return _refusal(424, "ModelError", message)
        told_headers = {
            "Content-Type": reply.content_type,
            "x-Amzn-Invoked-Production-Variant": "AllTraffic",
        }
        return reply.status, told_headers, reply.body


def _refusal(status: int, code: str, message: str) -> tuple[int, dict[str, str], str]:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code, "status": str(status)}
    return status, headers, json.dumps({"message": message, "Message": message})
