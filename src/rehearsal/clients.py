"""Clients of the cloud on loopback, for its own services: what one does to another goes by its API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

_MAKING = Lock()
"""boto3 makes clients safely in one thread at a time only."""


@dataclass(frozen=True)
class Clients:
    """Clients of one region, made once each; their calls go to `endpoint` and are tried once."""

    region: str
    endpoint: str
    signing: Callable[[], tuple[str, str, str | None]] | None = None
    """Who each call is signed as: key, secret and token; without it as the environment says."""
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """Return the client of `service` (``"s3"``, ``"stepfunctions"``, …)."""
        with _MAKING:
            if service not in self._made:
                self._made[service] = self._make(service)
                _ = self._made[service].exceptions  # threads that read it first at once get others
        return self._made[service]

    def _make(self, service: str) -> Any:
        import boto3
        from botocore.config import Config

        # A prefix that some operations have for their host (StartSyncExecution) has no place here.
        once = Config(retries={"mode": "standard", "max_attempts": 1}, inject_host_prefix=False)
        maker = self._session if self.signing else boto3
        return maker.client(
            service, region_name=self.region, endpoint_url=self.endpoint, config=once
        )

    @cached_property
    def _session(self) -> Any:
        """The session whose clients these are."""
        import boto3

        assert self.signing is not None  # noqa: S101 - asked before
        return boto3.Session(botocore_session=_signed_as(self.signing))


def _signed_as(signing: Callable[[], tuple[str, str, str | None]]) -> Any:
    """Return a session of botocore that asks at each call who it signs as."""
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from botocore.session import get_session

    class Asked(Credentials):  # type: ignore[misc]
        def get_frozen_credentials(self) -> Any:
            """Return whoever acts now."""
            return ReadOnlyCredentials(*signing())

    session = get_session()
    session._credentials = Asked(*signing())  # where botocore keeps those that refresh themselves
    return session
