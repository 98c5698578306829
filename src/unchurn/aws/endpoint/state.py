"""How the endpoint stands: what is live, which version that is, who is champion, what rang."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.alarms import alarm_states
from unchurn.aws.endpoint.live import Live, read_live
from unchurn.aws.endpoint.parameters import TEMPLATE
from unchurn.aws.failure import asking_aws
from unchurn.aws.registry import DynamoRegistry
from unchurn.aws.stack_state import past_failures, read_stack


@dataclass(frozen=True)
class EndpointState:
    """The endpoint as AWS and the registry tell of it. `live` is None where none stands."""

    stack: str
    stack_status: str | None
    live: Live | None
    version: int | None
    arriving: int | None
    champion: int | None
    alarms: dict[str, str]
    failures: list[dict[str, str]]

    @property
    def words(self) -> str:
        """Whether the champion serves, in a sentence with the next move."""
        deploy = "Deploy it with: unchurn aws endpoint deploy"
        if self.live is None:
            return f"No endpoint stands. {deploy}"
        if self.arriving is not None:
            return f"Version {self.arriving} is taking over from version {self.version}."
        if self.version is None:
            return f"What serves is no version of the registry: {self.live.model}."
        if self.version == self.champion:
            return f"Version {self.version} serves, and is the champion."
        return (
            f"Version {self.version} serves, but version {self.champion} is the champion. {deploy}"
        )

    def document(self) -> dict[str, Any]:
        """The versioned document of ``unchurn aws endpoint status --json``."""
        live = self.live
        return {
            "schema_version": 1,
            "stack": self.stack,
            "stack_status": self.stack_status,
            "endpoint": live.name if live else None,
            "status": live.status if live else None,
            "config": live.config if live else None,
            "model": live.model if live else None,
            "version": self.version,
            "arriving": self.arriving,
            "champion": self.champion,
            "serves_champion": live is not None and self.version == self.champion is not None,
            "alarms": self.alarms,
            "failure": (live.failure if live else "") or None,
            "failures": self.failures,
            "words": self.words,
        }


def read_state(clients: Clients, deployment: Deployment, registry: DynamoRegistry) -> EndpointState:
    """Ask AWS and the registry how the endpoint stands.

    Raises `ConfigError` without credentials or where there is no registry.
    """
    clients.account()
    stack = deployment.stack_name(TEMPLATE)
    champion = registry.alias("champion")
    live = read_live(clients, deployment)
    with asking_aws("read the endpoint's stack"):
        found = read_stack(clients, stack)
        failures = past_failures(clients, stack)
    return EndpointState(
        stack,
        str(found["StackStatus"]) if found else None,
        live,
        registry.version_of(live.model) if live else None,
        registry.version_of(live.arriving) if live and live.arriving else None,
        champion,
        alarm_states(clients, deployment) if live else {},
        failures,
    )
