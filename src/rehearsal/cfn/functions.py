"""Lambda: functions, and who may invoke them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from rehearsal import lambda_cfnresponse
from rehearsal.cfn.function_versions import function_of, version_of
from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, tags, without
from rehearsal.cloud import Cloud
from rehearsal.lambda_runtimes import objection, unrun

SETTINGS = (
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
)
_INERT = {
    "DeadLetterConfig": "is kept, and nothing is sent there",
    "FileSystemConfigs": "are not mounted",
    "KmsKeyArn": "is not heeded",
    "RuntimeManagementConfig": "is not heeded",
    "SnapStart": "is not heeded",
    "VpcConfig": "is kept; they run outside any network",
}
_UNTOLD = ("FileSystemConfigs", "KmsKeyArn", "RuntimeManagementConfig", "SnapStart")
"""What moto does not keep."""
_LAYER = re.compile(r"arn:[a-z0-9-]+:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9-_]+:\d+")


def _code(cloud: Cloud, properties: Properties) -> Properties:
    """Return the code, or where it is; moto would make a function of code that is not there."""
    given = properties["Code"]
    if "ImageUri" in given:
        return {"ImageUri": given["ImageUri"]}
    if "ZipFile" in given:
        return {"ZipFile": _zipped(given["ZipFile"], str(properties.get("Runtime", "")))}
    place = {"Bucket": given["S3Bucket"], "Key": given["S3Key"]}
    try:
        cloud.clients.client("s3").head_object(**place)
    except ClientError as error:
        raise RefusedError(
            f"Error occurred while GetObject: {place['Bucket']}/{place['Key']}: {error}"
        ) from error
    return {key: value for key, value in given.items() if key.startswith("S3")}


def _zipped(text: str, runtime: str) -> bytes:
    """Return a zip of code that stands in the template, with what Lambda puts beside such code."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        answering = Path(lambda_cfnresponse.__file__)
        named, beside = "index.py", "cfnresponse.py"
        if runtime.startswith("nodejs"):
            answering = answering.with_suffix(".js")
            named, beside = "index.js", "node_modules/cfn-response/index.js"
        archive.writestr(zipfile.ZipInfo(named), text)
        archive.writestr(zipfile.ZipInfo(beside), answering.read_text("utf-8"))
    return stream.getvalue()


def _check(cloud: Cloud, properties: Properties) -> None:
    """Refuse code that cannot be run, and say what will not be as it is on AWS."""
    given = properties["Code"]
    if "ImageUri" in given:
        cloud.journal.remark(
            "functions whose code is an image: made, and fail when they are invoked"
        )
    elif "ZipFile" not in given and not {"S3Bucket", "S3Key"} <= set(given):
        raise RefusedError(f"A function's Code is S3Bucket and S3Key, or ZipFile, not {given}.")
    for layer in properties.get("Layers") or []:
        if not unknown(layer) and not _LAYER.fullmatch(str(layer)):
            raise RefusedError(
                f"1 validation error detected: Value '[{layer}]' at 'layers' failed to satisfy "
                "constraint: a layer is named by the ARN of one of its versions."
            )
        if _is_foreign(cloud, layer):
            cloud.journal.remark(
                f"functions: the layer {layer} of another account is not had here; "
                "what they import from it is missing"
            )
    runtime = str(properties.get("Runtime", ""))
    if runtime and not unknown(runtime) and (why := objection(cloud, runtime)):
        raise RefusedError(why)
    if runtime and not unknown(runtime) and unrun(runtime):
        cloud.journal.remark(f"functions of {runtime}: made, and fail when they are invoked")
    for key, words in _INERT.items():
        if key in properties:
            cloud.journal.remark(f"functions: their {key} {words}")


def _is_foreign(cloud: Cloud, layer: str) -> bool:
    return layer.startswith("arn:") and f":{cloud.account}:layer:" not in layer


def _own_layers(cloud: Cloud, properties: Properties) -> Properties:
    """Return the layers that a function can be made with; moto refuses those of other accounts."""
    if "Layers" not in properties:
        return {}
    return {"Layers": [each for each in properties["Layers"] if not _is_foreign(cloud, each)]}


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    client = cloud.clients.client("lambda")
    reserved = properties.get("ReservedConcurrentExecutions")
    made = client.create_function(
        **without(
            properties,
            *("Code", "FunctionName", "Layers", "ReservedConcurrentExecutions", "Tags"),
            *_UNTOLD,
        ),
        **_own_layers(cloud, properties),
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
        settings |= _own_layers(cloud, new)
        client.update_function_configuration(FunctionName=name, **settings)
    reserved = new.get("ReservedConcurrentExecutions")
    if reserved is not None:
        client.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(reserved)
        )


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("lambda").delete_function(FunctionName=name)


def _permitted(properties: Properties) -> Properties:
    """Return the function, and the version or alias of it, that a permission is for."""
    reference = str(properties["FunctionName"])
    qualifier = version_of(reference)
    return {"FunctionName": function_of(reference)} | (
        {"Qualifier": qualifier} if qualifier else {}
    )


def _permit(cloud: Cloud, name: str, properties: Properties) -> Made:
    cloud.clients.client("lambda").add_permission(
        **without(properties, "FunctionName"),
        **_permitted(properties),
        StatementId=name[:100],
    )
    return Made(name[:100])


def _forbid(cloud: Cloud, name: str, properties: Properties) -> None:
    client = cloud.clients.client("lambda")
    try:
        client.remove_permission(**_permitted(properties), StatementId=name)
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
                *_UNTOLD,
                "Architectures",
                "Code",
                "FunctionName",
                "ImageConfig",
                "PackageType",
                "ReservedConcurrentExecutions",
                "Tags",
            }
        ),
        replaced_by=frozenset({"PackageType"}),
        check=_check,
    ),
    ResourceType(
        "AWS::Lambda::Permission",
        _permit,
        _forbid,
        properties=frozenset(
            {
                *("Action", "EventSourceToken", "FunctionName", "FunctionUrlAuthType"),
                *("Principal", "PrincipalOrgID", "SourceAccount", "SourceArn"),
            }
        ),
    ),
]
