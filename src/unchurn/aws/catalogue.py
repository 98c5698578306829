"""Tables that are in Athena before anything is trained: uploaded, crawled, and found there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.aws import layout
from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.queries import queried
from unchurn.aws.uploads import Uploaded, upload_history, upload_table
from unchurn.aws.waiting import pace, wait_until
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import Project

_LONGEST = 1800.0
"""Seconds that a crawl may take; AWS's own take one or two minutes of a small table."""


def upload_tables(clients: Clients, bucket: str, project: Project, progress: Progress) -> Uploaded:
    """Upload [data] train and score, but for what Athena is asked for, or all of [history].

    Raises `ConfigError` where one is not named, or not here.
    """
    if project.asks_history:
        return upload_history(clients, bucket, project, progress)
    done = Uploaded(0, 0)
    for key, prefix in (("train", layout.TRAIN), ("score", layout.INFER)):
        if key in queried(project):
            continue
        location = getattr(project.data, key)
        if not location:
            raise ConfigError(
                f"[data] {key} names no table, and --load puts both into the bucket.",
                "Name it in churn.toml, or deploy without --load.",
            )
        done += upload_table(clients, bucket, prefix, location, project.folder, progress)
    return done


def crawl(clients: Clients, outputs: Mapping[str, str], progress: Progress) -> list[str]:
    """Let the crawler of a deployment look, and return the tables that its database has then.

    `outputs` are those of its stacks. Raises `AwsError` with Glue's words where a crawl fails.
    """
    name, database, glue = outputs["CrawlerName"], outputs["DatabaseName"], clients.client("glue")
    with asking_aws(f"crawl with {name}"), progress.task(f"crawl into {database}"):
        waited = (f"The crawl of {name}", pace(clients), _LONGEST)
        wait_until(lambda: _started(glue, name), *waited)
        last = wait_until(lambda: _ended(glue, name), *waited)
        if last.get("Status") != "SUCCEEDED":
            raise AwsError(
                f"The crawl of {name} ended as {last.get('Status')}: "
                f"{last.get('ErrorMessage') or 'Glue says no more'}.",
                f"Look at its log group {last.get('LogGroup', '/aws-glue/crawlers')}.",
            )
        pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
        return sorted(table["Name"] for page in pages for table in page["TableList"])


def _started(glue: Any, name: str) -> bool | None:
    """Start a crawl; None where one runs that began before all was uploaded."""
    try:
        glue.start_crawler(Name=name)
    except glue.exceptions.CrawlerRunningException:
        return None
    return True


def _ended(glue: Any, name: str) -> dict[str, Any] | None:
    crawler = glue.get_crawler(Name=name)["Crawler"]
    if crawler["State"] != "READY":
        return None
    last: dict[str, Any] = crawler.get("LastCrawl", {})
    return last
