"""Lambda: functions, and who may invoke them."""

from __future__ import annotations

from botocore.exceptions import ClientError

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, tags, without
from rehearsal.cloud import Cloud

SETTINGS = (
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "KMSKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
)


def _code(cloud: Cloud, properties: Properties) -> Properties:
    """Return where the code is; moto would make a function of code that is not there."""
    given = properties["Code"]
    if set(given) - {"S3Bucket", "S3Key", "S3ObjectVersion"}:
        raise RefusedError("The rehearsal takes a function's code from a bucket alone.")
    place = {"Bucket": given["S3Bucket"], "Key": given["S3Key"]}
    try:
        cloud.clients.client("s3").head_object(**place)
    except ClientError as error:
        raise RefusedError(
            f"Error occurred while GetObject: {place['Bucket']}/{place['Key']}: {error}"
        ) from error
    return dict(given)


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    client = cloud.clients.client("lambda")
    reserved = properties.get("ReservedConcurrentExecutions")
    made = client.create_function(
        **without(properties, "Code", "Tags", "FunctionName", "ReservedConcurrentExecutions"),
        FunctionName=name[:64],
        Code=_code(cloud, properties),
        Tags=tags(properties),
    )
    if reserved is not None:
        client.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(reserved)
        )
    return Made(made["FunctionName"], {"Arn": made["FunctionArn"]})


def _update(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    client = cloud.clients.client("lambda")
    if old["Code"] != new["Code"]:
        client.update_function_code(FunctionName=name, **_code(cloud, new))
    settings = {key: new[key] for key in SETTINGS if key in new}
    if settings != {key: old[key] for key in SETTINGS if key in old}:
        client.update_function_configuration(FunctionName=name, **settings)
    reserved = new.get("ReservedConcurrentExecutions")
    if reserved is not None:
        client.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(reserved)
        )


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("lambda").delete_function(FunctionName=name)


def _permit(cloud: Cloud, name: str, properties: Properties) -> Made:
    cloud.clients.client("lambda").add_permission(
        **without(properties, "FunctionName"),
        FunctionName=properties["FunctionName"].rpartition(":")[2],
        StatementId=name[:100],
    )
    return Made(name[:100])


def _forbid(cloud: Cloud, name: str, properties: Properties) -> None:
    client = cloud.clients.client("lambda")
    function = properties["FunctionName"].rpartition(":")[2]
    try:
        client.remove_permission(FunctionName=function, StatementId=name)
    except client.exceptions.ResourceNotFoundException:
        return


TYPES = [
    ResourceType(
        "AWS::Lambda::Function",
        _create,
        _delete,
        _update,
        named_by="FunctionName",
        attributes=frozenset({"Arn"}),
        properties=frozenset(
            {
                *SETTINGS,
                "Architectures",
                "Code",
                "FunctionName",
                "PackageType",
                "ReservedConcurrentExecutions",
                "Tags",
            }
        ),
        replaced_by=frozenset({"PackageType"}),
    ),
    ResourceType("AWS::Lambda::Permission", _permit, _forbid),
]
