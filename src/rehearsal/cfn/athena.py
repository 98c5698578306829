"""Athena: work groups."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cloud import Cloud


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    pairs = properties.get("Tags") or []
    cloud.clients.client("athena").create_work_group(
        Name=name,
        Configuration=properties.get("WorkGroupConfiguration", {}),
        Description=properties.get("Description", ""),
        Tags=pairs,
    )
    return Made(name)


def _update(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    given = {key: new[key] for key in ("Description", "State") if key in new}
    cloud.clients.client("athena").update_work_group(
        WorkGroup=name,
        ConfigurationUpdates=_updates(new.get("WorkGroupConfiguration", {}))
        or new.get("WorkGroupConfigurationUpdates", {}),
        **given,
    )


def _updates(configuration: Properties) -> Properties:
    """Return a configuration as UpdateWorkGroup takes it."""
    given = dict(configuration)
    if "ResultConfiguration" in given:
        given["ResultConfigurationUpdates"] = given.pop("ResultConfiguration")
    return given


def _delete(cloud: Cloud, name: str, properties: Properties) -> None:
    everything = properties.get("RecursiveDeleteOption", False)
    cloud.clients.client("athena").delete_work_group(
        WorkGroup=name, RecursiveDeleteOption=everything
    )


TYPES = [
    ResourceType(
        "AWS::Athena::WorkGroup",
        _create,
        _delete,
        _update,
        named_by="Name",
        properties=frozenset(
            {
                "Name",
                "Description",
                "RecursiveDeleteOption",
                "State",
                "Tags",
                "WorkGroupConfiguration",
                "WorkGroupConfigurationUpdates",
            }
        ),
    )
]
