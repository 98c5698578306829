"""Endpoints: made, updated, described and deleted through the API, asked through the runtime's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from rehearsal.cloudwatch.alarms import Alarms
from rehearsal.patches import Patch, added, around
from rehearsal.sagemaker import updates
from rehearsal.sagemaker.calling import Answer, answer_of, asked_by, call, refusal
from rehearsal.sagemaker.capture import capture
from rehearsal.sagemaker.endpoint import Endpoint, Pending
from rehearsal.sagemaker.requests import check
from rehearsal.sagemaker.rollouts import Rollout, begin
from rehearsal.sagemaker.variants import variants_of

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


@dataclass
class Endpoints:
    """The endpoints of one cloud."""

    cloud: Cloud
    alarms: Alarms
    _known: dict[str, Endpoint] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _made: int = 0

    def patches(self) -> list[Patch]:
        """Return what gives endpoints containers."""
        from moto.sagemaker.responses import SageMakerResponse
        from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

        return [
            around(SageMakerResponse, "create_endpoint", self._create),
            around(SageMakerResponse, "delete_endpoint", self._delete),
            around(SageMakerResponse, "describe_endpoint", self._describe),
            added(SageMakerResponse, "update_endpoint", self._update),
            around(SageMakerResponse, "update_endpoint_weights_and_capacities", self._resize),
            around(SageMakerRuntimeResponse, "invoke_endpoint", self._invoke),
            Patch(SageMakerRuntimeResponse, "use_raw_body", True),
        ]

    def close(self) -> None:
        """Stop every container."""
        with self._lock:
            known, self._known = list(self._known.values()), {}
        for endpoint in known:
            endpoint.end()

    def _create(self, original: Any, response: Any) -> Any:
        request = json.loads(response.body)
        check(self.cloud, "CreateEndpoint", request)
        name = request["EndpointName"]
        with updates.refusing(), self._lock:
            updates.check_new(self.cloud, self.alarms, request, self._known)
            config = self._config(request["EndpointConfigName"])
            answer = original(response)
            record = response.sagemaker_backend.endpoints[name]
            endpoint = Endpoint(name, record, request.get("DeploymentConfig", {}))
            endpoint.pending = Pending(config, variants_of(config))
            endpoint.become("Creating")
            self._known[name] = endpoint
            folder = self._folder(name)
            _work(endpoint, partial(begin, self.cloud, endpoint, config, folder))
        return answer

    def _update(self, response: Any) -> Any:
        from moto.core.responses import ActionResult

        request = json.loads(response.body)
        check(self.cloud, "UpdateEndpoint", request)
        with updates.refusing(), self._lock:
            endpoint = updates.updatable(self.cloud, self._known, request["EndpointName"])
            self._config(endpoint.record.endpoint_config_name)  # one may not have been deleted
            config = self._config(request["EndpointConfigName"])
            plan = updates.planned(self.cloud, self.alarms, endpoint, config, request)
            endpoint.deployment = plan.deployment
            endpoint.pending = Pending(plan.config, plan.variants)
            endpoint.become("Updating")
            folder = self._folder(endpoint.name)
            rollout = Rollout(self.cloud, self.alarms, endpoint, plan.config, plan.policy, folder)
            _work(endpoint, rollout.run)
        return ActionResult({"EndpointArn": endpoint.record.arn})

    def _resize(self, original: Any, response: Any) -> Any:
        name = json.loads(response.body)["EndpointName"]
        with updates.refusing(), self._lock:
            updates.updatable(self.cloud, self._known, name)
            return original(response)

    def _config(self, name: str) -> dict[str, Any]:
        """Return a configuration. Raises `RefusedUpdateError` in SageMaker's words."""
        sagemaker = self.cloud.clients.client("sagemaker")
        try:
            found: dict[str, Any] = sagemaker.describe_endpoint_config(EndpointConfigName=name)
        except sagemaker.exceptions.ClientError:
            raise updates.not_found(self.cloud, "endpoint-config", name) from None
        return found

    def _folder(self, name: str) -> Path:
        self._made += 1
        return self.cloud.work / "endpoint" / f"{name}-{self._made}"

    def _describe(self, original: Any, response: Any) -> Any:
        from moto.core.responses import ActionResult

        endpoint = self._known.get(json.loads(response.body)["EndpointName"])
        return ActionResult(endpoint.describe()) if endpoint else original(response)

    def _delete(self, original: Any, response: Any) -> Any:
        name = json.loads(response.body)["EndpointName"]
        with self._lock:
            answer = original(response)
            endpoint = self._known.pop(name, None)
        if endpoint is not None:
            endpoint.end()
        return answer

    def _invoke(self, _: Any, response: Any) -> Answer:
        name = response.path.split("/")[2]
        endpoint = self._known.get(name)
        asked = asked_by(response.headers, response.body)
        wanted = response.headers.get("X-Amzn-SageMaker-Target-Variant")
        if endpoint and wanted and wanted != endpoint.variant:
            message = f"Variant {wanted} was not found for endpoint {name}."
            return refusal(400, "ValidationError", message)
        called = call(self.cloud, endpoint, asked) if endpoint else None
        if endpoint is None or called is None:
            message = f"Endpoint {name} of account {self.cloud.account} not found."
            return refusal(400, "ValidationError", message)
        if called.good:
            endpoint.recent.append(asked)
            capture(self.cloud, endpoint, asked, called)
        return answer_of(self.cloud, endpoint, called)


def _work(endpoint: Endpoint, work: Callable[[], None]) -> None:
    endpoint.worker = Thread(target=work, name=endpoint.name, daemon=True)
    endpoint.worker.start()
