"""Lambda: versions, aliases and layers, and how functions are invoked without waiting."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, without
from rehearsal.cloud import Cloud
from rehearsal.function_policies import split


def function_of(reference: str) -> str:
    """Return the name of a function that is named so, or by ARN, each with or without a version."""
    return split(reference)[0]


def version_of(reference: str) -> str:
    """Return the version or alias that a function's name or ARN ends with, "" where it has none."""
    return split(reference)[1]


def _publish(cloud: Cloud, _: str, properties: Properties) -> Made:
    _remark(cloud, properties)
    given = {key: properties[key] for key in ("CodeSha256", "Description") if key in properties}
    made = cloud.clients.client("lambda").publish_version(
        FunctionName=function_of(properties["FunctionName"]), **given
    )
    version = str(made["Version"])
    identity = f"{made['FunctionArn'].removesuffix(f':{version}')}:{version}"
    return Made(identity, {"FunctionArn": identity, "Version": version})


def _unpublish(cloud: Cloud, identity: str, _: Properties) -> None:
    client = cloud.clients.client("lambda")
    version = identity.rpartition(":")[2]
    client.delete_function(FunctionName=function_of(identity), Qualifier=version)


def _remark(cloud: Cloud, properties: Properties) -> None:
    if "ProvisionedConcurrencyConfig" in properties:
        cloud.journal.remark("functions: their ProvisionedConcurrencyConfig is not heeded")


def _alias(properties: Properties) -> dict[str, Any]:
    given = without(properties, "ProvisionedConcurrencyConfig", "RoutingConfig")
    weights = (properties.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    if weights:
        shares = {each["FunctionVersion"]: each["FunctionWeight"] for each in weights}
        given["RoutingConfig"] = {"AdditionalVersionWeights": shares}
    return given | {"FunctionName": function_of(properties["FunctionName"])}


def _create_alias(cloud: Cloud, _: str, properties: Properties) -> Made:
    _remark(cloud, properties)
    if properties.get("RoutingConfig"):
        cloud.journal.remark("aliases of functions: all calls go to their main version")
    made = cloud.clients.client("lambda").create_alias(**_alias(properties))
    return Made(made["AliasArn"], {"AliasArn": made["AliasArn"]})


def _update_alias(cloud: Cloud, _: str, __: Properties, new: Properties) -> None:
    cloud.clients.client("lambda").update_alias(**_alias(new))


def _delete_alias(cloud: Cloud, _: str, properties: Properties) -> None:
    cloud.clients.client("lambda").delete_alias(
        FunctionName=function_of(properties["FunctionName"]), Name=properties["Name"]
    )


def _put_layer(cloud: Cloud, name: str, properties: Properties) -> Made:
    given = properties | {"LayerName": name[:140]}
    made = cloud.clients.client("lambda").publish_layer_version(**given)
    identity = str(made["LayerVersionArn"])
    return Made(identity, {"LayerVersionArn": identity})


def _delete_layer(cloud: Cloud, identity: str, _: Properties) -> None:
    layer, _colon, version = identity.rpartition(":")
    client = cloud.clients.client("lambda")
    client.delete_layer_version(LayerName=layer.rpartition(":")[2], VersionNumber=int(version))


def _put_invoke_config(cloud: Cloud, name: str, properties: Properties) -> Made:
    cloud.journal.remark(
        "functions invoked without waiting: neither retried, nor told on to others"
    )
    given = without(properties, "FunctionName", "Qualifier")
    function = function_of(properties["FunctionName"])
    client = cloud.clients.client("lambda")
    client.put_function_event_invoke_config(FunctionName=function, **given)
    return Made(name)


def _delete_invoke_config(cloud: Cloud, _: str, properties: Properties) -> None:
    client = cloud.clients.client("lambda")
    function = function_of(properties["FunctionName"])
    client.delete_function_event_invoke_config(FunctionName=function)


TYPES = [
    ResourceType(
        "AWS::Lambda::Version",
        _publish,
        _unpublish,
        attributes=frozenset({"FunctionArn", "Version"}),
        properties=frozenset(
            {"CodeSha256", "Description", "FunctionName", "ProvisionedConcurrencyConfig"}
        ),
    ),
    ResourceType(
        "AWS::Lambda::Alias",
        _create_alias,
        _delete_alias,
        _update_alias,
        attributes=frozenset({"AliasArn"}),
        replaced_by=frozenset({"FunctionName", "Name"}),
    ),
    ResourceType(
        "AWS::Lambda::LayerVersion",
        _put_layer,
        _delete_layer,
        attributes=frozenset({"LayerVersionArn"}),
        properties=frozenset(
            {
                *("CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description"),
                *("LayerName", "LicenseInfo"),
            }
        ),
    ),
    ResourceType(
        "AWS::Lambda::EventInvokeConfig",
        _put_invoke_config,
        _delete_invoke_config,
        lambda cloud, name, _, new: _put_invoke_config(cloud, name, new).attributes,
        replaced_by=frozenset({"FunctionName", "Qualifier"}),
    ),
]
