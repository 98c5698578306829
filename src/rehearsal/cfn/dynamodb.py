"""DynamoDB: tables."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cloud import Cloud

_DIRECT = (
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
    "StreamSpecification",
    "TableClass",
    "Tags",
)


def _check(_: Cloud, properties: Properties) -> None:
    """Refuse, before anything is made, keys that are not the attributes which are defined."""
    indexes = [
        each
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for each in properties.get(kind, [])
    ]
    keys = [each for of in (properties, *indexes) for each in of.get("KeySchema", [])]
    attributes = properties.get("AttributeDefinitions", [])
    if unknown([keys, attributes]):
        return
    keyed, defined = ({each["AttributeName"] for each in given} for given in (keys, attributes))
    wrong = ""
    if keyed - defined:
        wrong = (
            f"Some index key attributes are not defined in AttributeDefinitions. Keys: "
            f"{sorted(keyed)}, AttributeDefinitions: {sorted(defined)}"
        )
    elif defined - keyed:
        wrong = (
            "Number of attributes in KeySchema does not exactly match number of attributes defined "
            "in AttributeDefinitions"
        )
    if wrong:
        raise RefusedError(f"One or more parameter values were invalid: {wrong}")


def _encryption(properties: Properties) -> dict[str, Any]:
    given = properties.get("SSESpecification")
    if not given:
        return {}
    renamed = {"SSEEnabled": "Enabled"}
    return {"SSESpecification": {renamed.get(key, key): value for key, value in given.items()}}


def _stream(properties: Properties) -> dict[str, Any]:
    """Return a table's stream as the API takes it: that there is one, the template does not say."""
    given = properties.get("StreamSpecification")
    return {"StreamSpecification": {"StreamEnabled": True, **given}} if given else {}


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    tables = cloud.clients.client("dynamodb")
    direct = {key: properties[key] for key in _DIRECT if key in properties}
    direct |= _encryption(properties) | _stream(properties)
    made = tables.create_table(TableName=name, **direct)
    _recover(cloud, name, properties)
    _expire(cloud, name, properties)
    described = made["TableDescription"]
    stream = described.get("LatestStreamArn", "")
    return Made(name, {"Arn": described["TableArn"], "StreamArn": stream})


def _expire(cloud: Cloud, name: str, properties: Properties) -> None:
    given = properties.get("TimeToLiveSpecification")
    if given:
        cloud.journal.remark("tables of DynamoDB: nothing in them expires")
        cloud.clients.client("dynamodb").update_time_to_live(
            TableName=name, TimeToLiveSpecification=given
        )


def _recover(cloud: Cloud, name: str, properties: Properties) -> None:
    given = properties.get("PointInTimeRecoverySpecification")
    if given:
        cloud.clients.client("dynamodb").update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=given
        )


def _update(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    changeable = ("BillingMode", "ProvisionedThroughput", "DeletionProtectionEnabled")
    changed = {key: new[key] for key in changeable if key in new and new[key] != old.get(key)}
    if changed:
        cloud.clients.client("dynamodb").update_table(TableName=name, **changed)
    _recover(cloud, name, new)
    if new.get("TimeToLiveSpecification") != old.get("TimeToLiveSpecification"):
        _expire(cloud, name, new)


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("dynamodb").delete_table(TableName=name)


TYPES = [
    ResourceType(
        "AWS::DynamoDB::Table",
        _create,
        _delete,
        _update,
        named_by="TableName",
        attributes=frozenset({"Arn", "StreamArn"}),
        properties=frozenset(
            {
                *_DIRECT,
                *("PointInTimeRecoverySpecification", "SSESpecification", "TableName"),
                "TimeToLiveSpecification",
            }
        ),
        replaced_by=frozenset({"KeySchema", "LocalSecondaryIndexes"}),
        check=_check,
    )
]
