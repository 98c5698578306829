"""What an action is given when its turn comes: its configuration, its artefacts, the cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from rehearsal.delivery.builds import Builds
from rehearsal.delivery.execution import (
    ActionFailedError,
    ActionRun,
    Artefact,
    Execution,
    StoppedError,
)
from rehearsal.permissions.actions import Need

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

Found = TypeVar("Found")
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class ActionContext:
    """One action about to be done. `configuration` has its variables filled in."""

    cloud: Cloud
    builds: Builds
    execution: Execution
    run: ActionRun
    configuration: Mapping[str, str]

    @property
    def store(self) -> str:
        """The bucket of the pipeline's artefacts."""
        return str(self.execution.declared["artifactStore"]["location"])

    @property
    def inputs(self) -> list[str]:
        """Names of the artefacts it reads."""
        return [each["name"] for each in self.run.declared.get("inputArtifacts") or []]

    @property
    def outputs(self) -> list[str]:
        """Names of the artefacts it makes."""
        return [each["name"] for each in self.run.declared.get("outputArtifacts") or []]

    def read(self, name: str) -> bytes:
        """Return an artefact of an earlier action. Raises `ActionFailedError`."""
        if name not in self.inputs:
            raise ActionFailedError("ConfigurationError", f"{name} is no input of the action.")
        found = self.artefact(name)
        s3 = self.cloud.clients.client("s3")
        content: bytes = s3.get_object(Bucket=found.bucket, Key=found.key)["Body"].read()
        return content

    def artefact(self, name: str) -> Artefact:
        """Return where an artefact lies. Raises `ActionFailedError` where the action that declares it made none."""
        found = self.execution.artefacts.get(name)
        if found is None:
            raise ActionFailedError(
                "JobFailed",
                f"There is no artefact {name}: the build that declares it has no artifacts in its buildspec.",
            )
        return found

    def write(self, name: str, content: bytes, revision: str = "") -> None:
        """Store an artefact for later actions."""
        key = f"{self.execution.pipeline[:20]}/{name[:10]}/{uuid4().hex[:7]}"
        self.cloud.clients.client("s3").put_object(Bucket=self.store, Key=key, Body=content)
        made = Artefact(name, self.store, key, revision)
        self.run.outputs.append(made)
        self.execution.artefacts[name] = made

    def wait(self, probe: Callable[[], Found | None]) -> Found:
        """Ask `probe` until it tells something. Raises `StoppedError` when the execution is."""
        while (found := probe()) is None:
            if self.execution.stopped.wait(POLL_SECONDS):
                raise StoppedError
        return found

    def demand(self, *needs: Need) -> None:
        """Raise `ActionFailedError` where the action's role may not do what AWS does for it."""
        if why := self.cloud.permissions.ask(needs):
            raise ActionFailedError("PermissionError", why)

    def setting(self, name: str) -> str:
        """Return a key that the configuration must have. Raises `ActionFailedError`."""
        if not self.configuration.get(name):
            raise ActionFailedError("ConfigurationError", f"The action has no {name}.")
        return self.configuration[name]


Doing = Callable[[ActionContext], None]
