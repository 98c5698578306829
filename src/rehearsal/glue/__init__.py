"""Glue on loopback: crawlers that read what lies in the bucket, jobs that run under PySpark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.glue import definitions
from rehearsal.glue.crawlers import Crawlers
from rehearsal.glue.job_runs import JobRuns
from rehearsal.patches import Patch

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes Glue run; what it started is stopped when the cloud closes."""
    for service in ("s3", "glue"):  # made here: making clients is not safe in threads
        cloud.clients.client(service)
    crawlers, runs = Crawlers(cloud), JobRuns(cloud)
    cloud.closing.callback(crawlers.close)
    cloud.closing.callback(runs.close)
    return [*crawlers.patches(), *runs.patches(), *definitions.patches()]
