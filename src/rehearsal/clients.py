"""Clients of the cloud on loopback, for its own services: what one does to another goes by its API."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_MAKING = Lock()
"""boto3 makes clients safely in one thread at a time only."""


@dataclass(frozen=True)
class Clients:
    """Clients of one region, made once each; their calls go to `endpoint` and are tried once."""

    region: str
    endpoint: str
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """Return the client of `service` (``"s3"``, ``"stepfunctions"``, …)."""
        with _MAKING:
            if service not in self._made:
                self._made[service] = self._make(service)
        return self._made[service]

    def _make(self, service: str) -> Any:
        import boto3
        from botocore.config import Config

        # A prefix that some operations have for their host (StartSyncExecution) has no place here.
        once = Config(retries={"mode": "standard", "max_attempts": 1}, inject_host_prefix=False)
        return boto3.client(
            service, region_name=self.region, endpoint_url=self.endpoint, config=once
        )
