"""The one place that makes clients of AWS, and says in a sentence when there are no credentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from unchurn.errors import ConfigError

EXTRA = "Install the extra: pip install 'unchurn[aws]'"

_MAKING = Lock()
"""boto3 makes clients safely in one thread at a time only."""


@dataclass(frozen=True)
class Clients:
    """Clients of one region, made once each.

    `endpoint` is set within a rehearsal alone; otherwise the environment decides, by
    AWS_ENDPOINT_URL and its like.
    """

    region: str
    endpoint: str | None = None
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, region: str = "") -> Clients:
        """Use `region`, or the one of the environment.

        Raises `ConfigError` when there is none, for an unknown AWS_PROFILE, and without boto3.
        """
        boto3 = _boto3()
        from botocore.exceptions import ProfileNotFound

        try:
            found = region or boto3.session.Session().region_name
        except ProfileNotFound as error:
            raise ConfigError(f"{error}.", "Correct AWS_PROFILE, or unset it.") from error
        if not found:
            raise ConfigError(
                "No AWS region is named.",
                "Give --region, or set [aws] region in churn.toml, REGION in .env or AWS_REGION.",
            )
        return cls(found)

    def client(self, service: str) -> Any:
        """Return the client of `service` (``"s3"``, ``"stepfunctions"``, …)."""
        with _MAKING:
            if service not in self._made:
                self._made[service] = self._make(service)
                _ = self._made[service].exceptions  # threads that read it first at once get others
        return self._made[service]

    @property
    def on_loopback(self) -> bool:
        """Whether they lead to this machine, as a rehearsal's do, whoever named the address."""
        host = urlsplit(self.client("sts").meta.endpoint_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def _make(self, service: str) -> Any:
        from botocore.config import Config

        retries = {"mode": "standard", "max_attempts": 1 if self.endpoint else 5}
        return _boto3().client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            config=Config(retries=retries, user_agent_extra="unchurn"),
        )

    def account(self) -> str:
        """Return the account number. Raises `ConfigError` without working credentials."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return str(self.client("sts").get_caller_identity()["Account"])
        except (BotoCoreError, ClientError) as error:
            raise ConfigError(
                f"AWS does not know who is asking: {error}.".replace("..", "."),
                "Set credentials (aws configure, or AWS_PROFILE), or try it all offline with: "
                "unchurn aws rehearse",
            ) from error


def _boto3() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise ConfigError("The AWS commands need boto3, which is not installed.", EXTRA) from error
    return boto3
