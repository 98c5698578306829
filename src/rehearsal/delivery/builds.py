"""Every build of one cloud that a pipeline started, and CodeBuild's answers about them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from rehearsal.delivery.build import Build
from rehearsal.delivery.building import run_build
from rehearsal.delivery.execution import Artefact
from rehearsal.patches import Patch, around

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

POLL_SECONDS = 0.02


@dataclass
class Builds:
    """The builds of `cloud`."""

    cloud: Cloud
    every: dict[str, Build] = field(default_factory=dict)
    _threads: list[Thread] = field(default_factory=list)

    def run(
        self,
        project: Mapping[str, Any],
        source: Artefact,
        content: bytes,
        initiator: str,
        variables: Mapping[str, str],
        stopped: Event,
    ) -> Build:
        """Build `project` from an artefact, whose archive is `content`, until it is `stopped`."""
        location = f"arn:aws:s3:::{source.bucket}/{source.key}"
        build, thread = self.begin(
            project, lambda: content, location, source.revision, initiator, variables
        )
        while thread.is_alive():
            if stopped.is_set():
                build.stopped.set()
            time.sleep(POLL_SECONDS)
        return build

    def begin(
        self,
        project: Mapping[str, Any],
        source: Callable[[], bytes],
        location: str,
        version: str,
        initiator: str,
        variables: Mapping[str, str],
        leave: Callable[[Build], None] | None = None,
    ) -> tuple[Build, Thread]:
        """Begin to build `project`; return the build and what it runs in."""
        identity = f"{project['name']}:{uuid4()}"
        build = Build(
            identity,
            f"arn:aws:codebuild:{self.cloud.region}:{self.cloud.account}:build/{identity}",
            1 + sum(each.name == project["name"] for each in self.every.values()),
            project,
            source,
            location,
            version,
            initiator,
            variables,
            self.cloud.work / "delivery" / identity.replace(":", "-"),
            leave,
        )
        self.every[identity] = build
        thread = Thread(target=run_build, args=(self.cloud, build), name=identity, daemon=True)
        self._threads.append(thread)
        thread.start()
        return build, thread

    def close(self) -> None:
        """Stop what still builds, and wait for it."""
        for build in list(self.every.values()):
            build.stopped.set()
        for thread in list(self._threads):
            thread.join()

    def patches(self) -> list[Patch]:
        """Return what lets CodeBuild tell of these builds, and stop them."""
        from moto.codebuild.responses import CodeBuildResponse as Api

        return [
            around(Api, "batch_get_builds", self._batch_get),
            around(Api, "list_builds_for_project", self._list),
            around(Api, "list_builds", self._list),
            around(Api, "stop_build", self._stop),
        ]

    def _batch_get(self, original: Callable[..., Any], response: Any) -> Any:
        from moto.core.responses import ActionResult

        ids = response._get_param("ids")
        ours = [self.every[each].describe() for each in ids if each in self.every]
        if not ours:
            return original(response)
        return ActionResult({"builds": ours})

    def _list(self, original: Callable[..., Any], response: Any) -> Any:
        from moto.core.responses import ActionResult

        name = response._get_param("projectName")
        ours = [each.id for each in self.every.values() if name in (None, each.name)]
        return ActionResult({"ids": ours[::-1]}) if ours else original(response)

    def _stop(self, original: Callable[..., Any], response: Any) -> Any:
        from moto.core.responses import ActionResult

        build = self.every.get(response._get_param("id"))
        if build is None:
            return original(response)
        build.stopped.set()
        return ActionResult({"build": build.describe()})
