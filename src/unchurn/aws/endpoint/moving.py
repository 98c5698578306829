"""The championship and the endpoint moved together: promoted, rolled back, and given back.

The alias moves first, by the registry's own conditions, and the endpoint follows. A version that
the endpoint does not keep gives the championship back to the one that serves. Who finds the champion
moved on when the endpoint is done brings the endpoint to that one: of two at once, the last says
what is served.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.deploying import Served, deploy_version, require_servable
from unchurn.aws.endpoint.live import read_live, require_live
from unchurn.aws.failure import AwsError
from unchurn.aws.registry import DynamoRegistry
from unchurn.errors import ConfigError, UnchurnError
from unchurn.progress import Progress
from unchurn.registry import Change, Check
from unchurn.registry.history import champions


class NotServedError(AwsError):
    """The endpoint did not keep a version; the message says which one serves, and who is champion."""


@dataclass(frozen=True)
class Moved:
    """What came of it. `served` is None where no endpoint stands."""

    change: Change
    served: Served | None

    def document(self) -> dict[str, Any]:
        """The versioned document of the verbs that move a champion."""
        endpoint = None
        if self.served:
            live = self.served.live
            endpoint = {
                "endpoint": live.name,
                "status": live.status,
                "config": live.config,
                "model": live.model,
                "version": self.served.version,
                "action": self.served.action,
            }
        return {"schema_version": 1, **asdict(self.change), "endpoint": endpoint}


@dataclass(frozen=True)
class Mover:
    """Moves champions of one registry, and the endpoint of one deployment with them.

    `by` is whom the audit names; `check` loads a version and scores with it. Without `watched` no
    alarm is asked whether a version may stay.
    """

    clients: Clients
    deployment: Deployment
    registry: DynamoRegistry
    by: str
    check: Check
    progress: Progress
    watched: bool = True

    def promote(self, version: int, reason: str) -> Moved:
        """Make a version the champion, and what the endpoint serves where one stands.

        Raises what `Registry.promote` does, `ConfigError` for a version that the endpoint cannot
        serve, both before anything is moved, and `NotServedError`.
        """
        stands = read_live(self.clients, self.deployment) is not None
        if stands:
            self._require_servable(version, self.watched)
        change = self.registry.promote(version, self.by, reason, self.check)
        return Moved(change, self._follow(change, self.watched) if stands else None)

    def roll_back(self, needed: bool = False) -> Moved:
        """Put the previous champion back, and behind the endpoint at once.

        No alarm is waited for: the version served before, and what is left may be ringing. With
        `needed` an endpoint must stand, else `ConfigError`. Raises as `promote`, and
        `RegistryError` where there is no earlier champion.
        """
        look = require_live if needed else read_live
        stands = look(self.clients, self.deployment) is not None
        before = champions(self.registry.audit())[:-1]
        if stands and before:
            self._require_servable(before[-1], watched=False)
        change = self.registry.rollback(self.by, self.check)
        return Moved(change, self._follow(change, guarded=False) if stands else None)

    def deploy(self, version: int | None = None) -> Moved:
        """Deploy the champion's endpoint, making it where there is none.

        A `version` becomes the champion by it. Raises as `promote`, and `ConfigError` where there
        is no champion.
        """
        champion = self.registry.alias("champion")
        wanted = champion if version is None else version
        if wanted is None:
            raise ConfigError(
                "There is no champion to deploy.", "Train one with: unchurn aws train"
            )
        self._require_servable(wanted, self.watched)
        change = Change(wanted, wanted, False, f"Version {wanted} is the champion.")
        if version is not None:
            reason = "deployed to the endpoint"
            change = self.registry.promote(wanted, self.by, reason, self.check)
        return Moved(change, self._follow(change, self.watched))

    def _require_servable(self, version: int, watched: bool) -> None:
        require_servable(
            self.clients, self.deployment, self.registry, version, self.progress, watched
        )

    def _follow(self, change: Change, guarded: bool) -> Served:
        """Bring the endpoint to the champion, and to the next where it has moved on meanwhile."""
        version = change.version
        while True:
            try:
                served = deploy_version(
                    self.clients, self.deployment, self.registry, version, self.progress, guarded
                )
            except UnchurnError as error:
                raise self._given_back(version, change, error) from error
            champion = self.registry.alias("champion")
            if champion in (None, version):
                return served
            self.progress.note(f"Version {champion} was made champion meanwhile: deploying it.")
            version, guarded = champion, self.watched

    def _given_back(self, version: int, change: Change, error: UnchurnError) -> NotServedError:
        """Put the version that serves back in charge; return what to tell of it all."""
        live = read_live(self.clients, self.deployment)
        serving = self.registry.version_of(live.model) if live else None
        back = serving if live else change.previous
        reason = f"version {version} was not deployed: {error.message}"[:500]
        restored = (
            back is not None
            and back != version
            and self.registry.restore(back, version, self.by, reason)
        )
        champion = self.registry.alias("champion")
        serves = f"the endpoint serves version {serving}" if live else "there is no endpoint"
        again = " again" if restored else ""
        failure = f" {live.failure}" if live and live.failure not in error.message else ""
        return NotServedError(
            f"Version {version} was not deployed; {serves}, and version {champion} is the "
            f"champion{again}. {error.message}{failure}",
            error.hint or "Look with: unchurn aws endpoint status",
        )
