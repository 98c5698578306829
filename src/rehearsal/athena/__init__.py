"""Athena on loopback: queries answered by DuckDB over the objects that the catalogue names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.athena import work_groups
from rehearsal.athena.executions import Executions
from rehearsal.patches import Patch

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes queries answer; those that run are awaited when the cloud closes."""
    for service in ("s3", "glue"):  # made here: making clients is not safe in threads
        cloud.clients.client(service)
    executions = Executions(cloud)
    cloud.closing.callback(executions.close)
    return [*executions.patches(), *work_groups.patches()]
