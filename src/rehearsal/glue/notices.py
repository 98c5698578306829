"""What Glue tells EventBridge: how a job's run ended, that a crawler began, and how it ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rehearsal.events import announce

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_SEVERITIES = {"FAILED": "ERROR", "TIMEOUT": "WARN"}


def tell_run(cloud: Cloud, job: str, run: str, status: str, why: str) -> None:
    """Tell how a run of a job ended; `why` it failed, nothing where it did not."""
    told = {
        "jobName": job,
        "severity": _SEVERITIES.get(status, "INFO"),
        "state": status,
        "jobRunId": run,
        "message": why or f"Job run {status.lower()}",
    }
    announce(cloud, "aws.glue", "Glue Job State Change", [], told)


def tell_crawl(cloud: Cloud, crawler: str, state: str, why: str = "", seconds: float = 0.0) -> None:
    """Tell that a crawler has ``Started``, ``Succeeded`` or ``Failed``, and after how long."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    told: dict[str, Any] = {
        "accountId": cloud.account,
        "crawlerName": crawler,
        "state": state,
        "message": why or f"Crawler {state}",
    }
    if state == "Started":
        told["startTime"] = now
    else:
        told |= {"completionDate": now, "runningTime (sec)": str(round(seconds))}
    announce(cloud, "aws.glue", "Glue Crawler State Change", [], told)
