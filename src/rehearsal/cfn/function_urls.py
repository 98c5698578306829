"""Lambda: addresses of functions, at which nothing answers."""

from __future__ import annotations

from hashlib import sha256

from rehearsal.cfn.function_versions import function_of, version_of
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, without
from rehearsal.cloud import Cloud


def _alias(properties: Properties) -> str:
    """Return the alias that an address is of, "" for the function's own."""
    return str(properties.get("Qualifier") or version_of(str(properties["TargetFunctionArn"])))


def _create(cloud: Cloud, _: str, properties: Properties) -> Made:
    cloud.journal.remark("AWS::Lambda::Url: kept; nothing answers there")
    function, alias = function_of(str(properties["TargetFunctionArn"])), _alias(properties)
    if alias:  # moto has one address a function, and none of an alias
        identity = arn(cloud, "lambda", f"function:{function}:{alias}")
        host = sha256(identity.encode()).hexdigest()[:32]
        address = f"https://{host}.lambda-url.{cloud.region}.on.aws/"
        return Made(identity, {"FunctionArn": identity, "FunctionUrl": address})
    made = cloud.clients.client("lambda").create_function_url_config(
        **without(properties, "TargetFunctionArn"), FunctionName=function
    )
    identity = str(made["FunctionArn"])
    return Made(identity, {"FunctionArn": identity, "FunctionUrl": made["FunctionUrl"]})


def _update(cloud: Cloud, identity: str, _: Properties, new: Properties) -> None:
    if not _alias(new):
        cloud.clients.client("lambda").update_function_url_config(
            **without(new, "TargetFunctionArn"), FunctionName=function_of(identity)
        )


def _delete(cloud: Cloud, identity: str, properties: Properties) -> None:
    if not _alias(properties):
        client = cloud.clients.client("lambda")
        client.delete_function_url_config(FunctionName=function_of(identity))


TYPES = [
    ResourceType(
        "AWS::Lambda::Url",
        _create,
        _delete,
        _update,
        attributes=frozenset({"FunctionArn", "FunctionUrl"}),
        properties=frozenset({"AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn"}),
    )
]
