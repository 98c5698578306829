"""Glue: databases, tables, crawlers and jobs."""

from __future__ import annotations

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import (
    Made,
    Properties,
    ResourceType,
    tags,
    without,
)
from rehearsal.cloud import Cloud
from rehearsal.glue.crawler_settings import objection
from rehearsal.glue.definitions import contradiction


def _create_database(cloud: Cloud, name: str, properties: Properties) -> Made:
    given = {"Name": name} | properties["DatabaseInput"]
    cloud.clients.client("glue").create_database(DatabaseInput=given)
    return Made(given["Name"])


def _update_database(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    given = {"Name": name} | new["DatabaseInput"]
    cloud.clients.client("glue").update_database(Name=name, DatabaseInput=given)


def _delete_database(cloud: Cloud, name: str, _: Properties) -> None:
    glue = cloud.clients.client("glue")
    # AWS deletes the tables with the database; moto keeps them.
    for table in glue.get_tables(DatabaseName=name)["TableList"]:
        glue.delete_table(DatabaseName=name, Name=table["Name"])
    glue.delete_database(Name=name)


def _create_table(cloud: Cloud, _: str, properties: Properties) -> Made:
    cloud.clients.client("glue").create_table(**without(properties, "CatalogId"))
    return Made(properties["TableInput"]["Name"])


def _update_table(cloud: Cloud, _: str, __: Properties, new: Properties) -> None:
    cloud.clients.client("glue").update_table(**without(new, "CatalogId"))


def _delete_table(cloud: Cloud, name: str, properties: Properties) -> None:
    database = properties["DatabaseName"]
    cloud.clients.client("glue").delete_table(DatabaseName=database, Name=name)


def _create_partition(cloud: Cloud, _: str, properties: Properties) -> Made:
    cloud.clients.client("glue").create_partition(**without(properties, "CatalogId"))
    values = properties["PartitionInput"]["Values"]
    return Made("|".join([properties["DatabaseName"], properties["TableName"], *values]))


def _update_partition(cloud: Cloud, _: str, old: Properties, new: Properties) -> None:
    cloud.clients.client("glue").update_partition(
        **without(new, "CatalogId"), PartitionValueList=old["PartitionInput"]["Values"]
    )


def _delete_partition(cloud: Cloud, _: str, properties: Properties) -> None:
    cloud.clients.client("glue").delete_partition(
        **without(properties, "CatalogId", "PartitionInput"),
        PartitionValues=properties["PartitionInput"]["Values"],
    )


def _crawler(name: str, properties: Properties) -> Properties:
    given = without(properties, "Schedule", "Tags") | {"Name": name}
    schedule = (properties.get("Schedule") or {}).get("ScheduleExpression")
    return given | ({"Schedule": schedule} if schedule else {})


def _check_crawler(_: Cloud, properties: Properties) -> None:
    """Refuse a crawler of targets that are not crawled here, before anything is made."""
    if why := objection(properties["Targets"]):
        raise RefusedError(why)


def _create_crawler(cloud: Cloud, name: str, properties: Properties) -> Made:
    cloud.clients.client("glue").create_crawler(**_crawler(name, properties), Tags=tags(properties))
    return Made(name)


def _update_crawler(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("glue").update_crawler(**_crawler(name, new))


def _delete_crawler(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("glue").delete_crawler(Name=name)


def _check_job(_: Cloud, properties: Properties) -> None:
    """Refuse a job whose capacity is told twice, before anything is made."""
    if why := contradiction(properties):
        raise RefusedError(why)


def _create_job(cloud: Cloud, name: str, properties: Properties) -> Made:
    given = without(properties, "Tags") | {"Name": name}
    cloud.clients.client("glue").create_job(**given, Tags=tags(properties))
    return Made(name)


def _update_job(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("glue").update_job(JobName=name, JobUpdate=without(new, "Tags", "Name"))


def _delete_job(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("glue").delete_job(JobName=name)


TYPES = [
    ResourceType(
        "AWS::Glue::Database",
        _create_database,
        _delete_database,
        _update_database,
        properties=frozenset({"CatalogId", "DatabaseInput"}),
        replaced_by=frozenset({"DatabaseInput/Name"}),
    ),
    ResourceType(
        "AWS::Glue::Table",
        _create_table,
        _delete_table,
        _update_table,
        properties=frozenset({"CatalogId", "DatabaseName", "TableInput"}),
        replaced_by=frozenset({"CatalogId", "DatabaseName", "TableInput/Name"}),
    ),
    ResourceType(
        "AWS::Glue::Partition",
        _create_partition,
        _delete_partition,
        _update_partition,
        properties=frozenset({"CatalogId", "DatabaseName", "PartitionInput", "TableName"}),
    ),
    ResourceType(
        "AWS::Glue::Crawler",
        _create_crawler,
        _delete_crawler,
        _update_crawler,
        named_by="Name",
        check=_check_crawler,
    ),
    ResourceType(
        "AWS::Glue::Job", _create_job, _delete_job, _update_job, named_by="Name", check=_check_job
    ),
]
