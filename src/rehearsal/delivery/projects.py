"""UpdateProject, which moto lacks: what is given is changed, the project's builds stay."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.patches import Patch, added


def patches() -> list[Patch]:
    """Return what updates projects in place."""
    from moto.codebuild.responses import CodeBuildResponse

    return [added(CodeBuildResponse, "update_project", _update)]


def _update(response: Any) -> Any:
    from moto.codebuild.exceptions import ResourceNotFoundException
    from moto.core.responses import ActionResult
    from moto.core.utils import unix_time

    given = json.loads(response.body)
    project = response.codebuild_backend.codebuild_projects.get(given["name"])
    if project is None:
        raise ResourceNotFoundException(f"Project cannot be found: {given['name']}")
    project.project_metadata.update(given | {"lastModifiedDate": unix_time()})
    project.service_role = given.get("serviceRole", project.service_role)
    return ActionResult({"project": project.project_metadata})
