"""Jobs and crawlers as they are defined: versions that Glue has, updates that keep the history."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.glue.crawler_settings import objection
from rehearsal.patches import Patch, added, around

VERSIONS = ("0.9", "1.0", "2.0", "3.0", "4.0", "5.0", "5.1")
"""What a GlueVersion may be."""
_JOB = {
    **{"Role": "role", "Command": "command", "Description": "description", "LogUri": "log_uri"},
    **{"ExecutionProperty": "execution_property", "DefaultArguments": "default_arguments"},
    **{"NonOverridableArguments": "non_overridable_arguments", "Connections": "connections"},
    **{"MaxRetries": "max_retries", "AllocatedCapacity": "allocated_capacity"},
    **{"Timeout": "timeout", "MaxCapacity": "max_capacity", "GlueVersion": "glue_version"},
    **{"SecurityConfiguration": "security_configuration", "WorkerType": "worker_type"},
    **{"NotificationProperty": "notification_property", "ExecutionClass": "execution_class"},
    **{"NumberOfWorkers": "number_of_workers", "SourceControlDetails": "source_control_details"},
    "CodeGenConfigurationNodes": "code_gen_configuration_nodes",
}
_CRAWLER = {
    **{"Role": "role", "DatabaseName": "database_name", "Description": "description"},
    **{"Targets": "targets", "Schedule": "schedule", "Classifiers": "classifiers"},
    **{"TablePrefix": "table_prefix", "SchemaChangePolicy": "schema_change_policy"},
    **{"RecrawlPolicy": "recrawl_policy", "LineageConfiguration": "lineage_configuration"},
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}
"""Members of a request, by what moto's records call them."""


def patches() -> list[Patch]:
    """Return what checks definitions, and updates them in place; moto has no updates."""
    from moto.glue.responses import GlueResponse

    return [
        around(GlueResponse, "create_job", _create_job),
        around(GlueResponse, "start_job_run", _start_job_run),
        around(GlueResponse, "create_crawler", _create_crawler),
        added(GlueResponse, "update_job", _update_job),
        added(GlueResponse, "update_crawler", _update_crawler),
    ]


def _create_job(original: Callable[[Any], Any], response: Any) -> Any:
    _check_job(json.loads(response.body))
    return original(response)


def _start_job_run(original: Callable[[Any], Any], response: Any) -> Any:
    _refuse(contradiction(json.loads(response.body)))
    return original(response)


def contradiction(given: Mapping[str, Any]) -> str:
    """Return what of a job's capacity is told twice, nothing where it is not.

    See "MaxCapacity" of CreateJob and of StartJobRun in the API of Glue: not with workers.
    """
    if given.get("MaxCapacity") is None:
        return ""
    if given.get("WorkerType") or given.get("NumberOfWorkers"):
        return "Please do not set Max Capacity if using Worker Type and Number of Workers."
    return (
        "Please set only Allocated Capacity or Max Capacity"
        if given.get("AllocatedCapacity")
        else ""
    )


def _refuse(why: str) -> None:
    from moto.glue.exceptions import GlueClientError

    if why:
        raise GlueClientError("InvalidInputException", why)


def _check_job(given: dict[str, Any]) -> None:
    version = given.get("GlueVersion")
    if version is not None and version not in VERSIONS:
        _refuse(f"Given GlueVersion [{version}] is not valid.")
    _refuse(contradiction(given))


def _update_job(response: Any) -> Any:
    """Overwrite a job's definition whole, as Glue does; its runs and its birth stay."""
    from moto.core.responses import ActionResult
    from moto.glue.models import FakeJob

    request = json.loads(response.body)
    given, backend = request["JobUpdate"], response.glue_backend
    _check_job(given)
    job = backend.get_job(request["JobName"])
    members = {ours: given.get(name) for name, ours in _JOB.items()}
    made = FakeJob(name=job.name, **members, tags={}, backend=backend)
    kept = {"job_runs": job.job_runs, "created_on": job.created_on}
    vars(job).update(vars(made) | kept)
    return ActionResult({"JobName": job.name})


def _create_crawler(original: Callable[[Any], Any], response: Any) -> Any:
    _refuse(objection(json.loads(response.body).get("Targets") or {}))
    return original(response)


def _update_crawler(response: Any) -> Any:
    """Change what is given of a crawler; its crawls stay. One that crawls is not changed."""
    from moto.core.responses import EmptyResult
    from moto.core.utils import utcnow
    from moto.glue.exceptions import CrawlerRunningException

    request = json.loads(response.body)
    _refuse(objection(request.get("Targets") or {}))
    crawler = response.glue_backend.get_crawler(request["Name"])
    if crawler.status != "READY":
        raise CrawlerRunningException(f"Crawler with name {crawler.name} is running")
    for name, ours in _CRAWLER.items():
        if name in request:
            setattr(crawler, ours, request[name])
    crawler.version, crawler.last_updated = crawler.version + 1, utcnow()
    return EmptyResult()
