"""CodePipeline and CodeBuild: what moto only records is executed, stage by stage.

`buildspec` reads what a build is to do, `building` goes through its `phases` in a `shell`, `builds`
keeps them all; `started` are those of no pipeline, `image_builds` make images. `pipelines` runs executions through their `stage_queue`; one module a kind of action:
`sources`, `commissioning`, `approving`, `formation`, `invoking`, each given its `action_context`. `notices`
tell the rules of EventBridge, `api` answers the calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud
    from rehearsal.patches import Patch


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes pipelines run, and CodeBuild tell of their builds."""
    from rehearsal.delivery import api, projects, started, trust
    from rehearsal.delivery.builds import Builds
    from rehearsal.delivery.pipelines import Pipelines

    pipelines = Pipelines(cloud, Builds(cloud))
    cloud.closing.callback(pipelines.builds.close)
    cloud.closing.callback(pipelines.close)
    return [
        *pipelines.builds.patches(),
        *started.patches(pipelines.builds),
        *api.patches(pipelines),
        *projects.patches(),
        *trust.patches(),
    ]
