"""Parameters of SSM, secrets, and keys of KMS with their aliases."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, document, tags
from rehearsal.cloud import Cloud


def _pairs(properties: Properties, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in tags(properties).items()]


_OF_PARAMETERS = ("AllowedPattern", "DataType", "Description", "Policies", "Tier", "Type", "Value")


def _put_parameter(cloud: Cloud, name: str, properties: Properties, again: bool = False) -> Made:
    client = cloud.clients.client("ssm")
    given = {key: properties[key] for key in _OF_PARAMETERS if key in properties}
    pairs = {} if again else {"Tags": _pairs(properties)}
    client.put_parameter(Name=name, Overwrite=again, **given, **pairs)
    attributes = {"Type": properties["Type"], "Value": properties["Value"]}
    identity = arn(cloud, "ssm", f"parameter/{name.lstrip('/')}")
    return Made(name, {"Arn": identity, **attributes})


def _check_parameter(_: Cloud, properties: Properties) -> None:
    if properties.get("Value") == "":
        raise RefusedError(
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member "
            "must have length greater than or equal to 1."
        )


def _update_parameter(cloud: Cloud, name: str, _: Properties, new: Properties) -> Any:
    return _put_parameter(cloud, name, new, again=True).attributes


def _delete_parameter(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("ssm").delete_parameter(Name=name)


def _secret_text(cloud: Cloud, properties: Properties) -> str:
    """Return the secret: as given, or generated as the template wants it."""
    rules = properties.get("GenerateSecretString")
    if rules is None:
        return str(properties.get("SecretString", ""))
    client = cloud.clients.client("secretsmanager")
    framing = ("GenerateStringKey", "SecretStringTemplate")
    given = {key: value for key, value in rules.items() if key not in framing}
    word = str(client.get_random_password(**given)["RandomPassword"])
    if "GenerateStringKey" not in rules:
        return word
    frame = json.loads(rules.get("SecretStringTemplate", "{}"))
    return json.dumps(frame | {rules["GenerateStringKey"]: word})


def _create_secret(cloud: Cloud, name: str, properties: Properties) -> Made:
    optional = {key: properties[key] for key in ("Description", "KmsKeyId") if key in properties}
    made = cloud.clients.client("secretsmanager").create_secret(
        Name=name, SecretString=_secret_text(cloud, properties), Tags=_pairs(properties), **optional
    )
    return Made(made["ARN"], {"Id": made["ARN"]})


def _update_secret(cloud: Cloud, identity: str, old: Properties, new: Properties) -> None:
    of_value = ("SecretString", "GenerateSecretString")
    if any(old.get(key) != new.get(key) for key in of_value):
        text = _secret_text(cloud, new)
        client = cloud.clients.client("secretsmanager")
        client.put_secret_value(SecretId=identity, SecretString=text)


def _delete_secret(cloud: Cloud, identity: str, _: Properties) -> None:
    client = cloud.clients.client("secretsmanager")
    client.delete_secret(SecretId=identity, ForceDeleteWithoutRecovery=True)


_FIXED = ("KeySpec", "KeyUsage", "MultiRegion", "Origin")
"""What an update of a key fails by, so that no key is lost by a slip."""
_OF_KEYS = ("Description", *_FIXED)


def _create_key(cloud: Cloud, _: str, properties: Properties) -> Made:
    cloud.journal.remark("keys of KMS: they answer, and nothing that names them is encrypted")
    given = {key: properties[key] for key in _OF_KEYS if key in properties}
    if "KeyPolicy" in properties:
        given["Policy"] = document(properties["KeyPolicy"])
    pairs = _pairs(properties, "TagKey", "TagValue")
    made = cloud.clients.client("kms").create_key(**given, Tags=pairs)["KeyMetadata"]
    _set_key(cloud, made["KeyId"], {}, properties)
    return Made(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})


def _set_key(cloud: Cloud, key: str, old: Properties, new: Properties) -> None:
    kms = cloud.clients.client("kms")
    for name in _FIXED:
        if old and old.get(name) != new.get(name):
            raise RefusedError(f"You cannot change the {name} of an existing KMS key.")
    if old and "KeyPolicy" in new and new["KeyPolicy"] != old.get("KeyPolicy"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document(new["KeyPolicy"]))
    if _is_true(new, "EnableKeyRotation", False):
        kms.enable_key_rotation(KeyId=key)
    elif _is_true(old, "EnableKeyRotation", False):
        kms.disable_key_rotation(KeyId=key)
    if not _is_true(new, "Enabled", True):
        kms.disable_key(KeyId=key)
    elif not _is_true(old, "Enabled", True):
        kms.enable_key(KeyId=key)


def _is_true(properties: Properties, name: str, default: bool) -> bool:
    return str(properties.get(name, default)).lower() == "true"


def _delete_key(cloud: Cloud, key: str, properties: Properties) -> None:
    days = int(properties.get("PendingWindowInDays", 30))
    cloud.clients.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=days)


def _create_alias(cloud: Cloud, name: str, properties: Properties) -> Made:
    kms = cloud.clients.client("kms")
    kms.create_alias(AliasName=name, TargetKeyId=properties["TargetKeyId"])
    return Made(name)


def _update_alias(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    kms = cloud.clients.client("kms")
    kms.update_alias(AliasName=name, TargetKeyId=new["TargetKeyId"])


def _delete_alias(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("kms").delete_alias(AliasName=name)


TYPES = [
    ResourceType(
        "AWS::SSM::Parameter",
        _put_parameter,
        _delete_parameter,
        _update_parameter,
        named_by="Name",
        attributes=frozenset({"Arn", "Type", "Value"}),
        properties=frozenset({"Name", "Tags", *_OF_PARAMETERS}),
        check=_check_parameter,
    ),
    ResourceType(
        "AWS::SecretsManager::Secret",
        _create_secret,
        _delete_secret,
        _update_secret,
        named_by="Name",
        attributes=frozenset({"Id"}),
        properties=frozenset(
            {"Description", "GenerateSecretString", "KmsKeyId", "Name", "SecretString", "Tags"}
        ),
    ),
    ResourceType(
        "AWS::KMS::Key",
        _create_key,
        _delete_key,
        _set_key,
        attributes=frozenset({"Arn", "KeyId"}),
        properties=frozenset(
            {"EnableKeyRotation", "Enabled", "KeyPolicy", "PendingWindowInDays", "Tags", *_OF_KEYS}
        ),
    ),
    ResourceType(
        "AWS::KMS::Alias", _create_alias, _delete_alias, _update_alias, named_by="AliasName"
    ),
]
