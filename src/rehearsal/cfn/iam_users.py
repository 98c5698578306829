"""IAM: users, groups and the keys of users."""

from __future__ import annotations

from functools import partial

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, document
from rehearsal.cloud import Cloud

_SHARED = ("ManagedPolicyArns", "Path", "Policies")


def _create(kind: str, cloud: Cloud, name: str, properties: Properties) -> Made:
    iam = cloud.clients.client("iam")
    optional = {key: properties[key] for key in ("Path", "Tags") if key in properties}
    made = getattr(iam, f"create_{kind.lower()}")(**{f"{kind}Name": name[:64]}, **optional)
    _set(kind, cloud, name[:64], {}, properties)
    return Made(name[:64], {"Arn": made[kind]["Arn"]})


def _set(kind: str, cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    iam, holder = cloud.clients.client("iam"), {f"{kind}Name": name}
    kept = {each["PolicyName"] for each in new.get("Policies", [])}
    for each in old.get("Policies", []):
        if each["PolicyName"] not in kept:
            drop = getattr(iam, f"delete_{kind.lower()}_policy")
            drop(**holder, PolicyName=each["PolicyName"])
    for each in new.get("Policies", []):
        put = getattr(iam, f"put_{kind.lower()}_policy")
        text = document(each["PolicyDocument"])
        put(**holder, PolicyName=each["PolicyName"], PolicyDocument=text)
    before, after = (set(given.get("ManagedPolicyArns", [])) for given in (old, new))
    for verb, arns in (("detach", before - after), ("attach", after - before)):
        for each in sorted(arns):
            getattr(iam, f"{verb}_{kind.lower()}_policy")(**holder, PolicyArn=each)
    before, after = (set(given.get("Groups", [])) for given in (old, new))
    for group in sorted(before - after):
        iam.remove_user_from_group(GroupName=group, UserName=name)
    for group in sorted(after - before):
        iam.add_user_to_group(GroupName=group, UserName=name)


def _delete(kind: str, cloud: Cloud, name: str, properties: Properties) -> None:
    _set(kind, cloud, name, properties, {})
    call = getattr(cloud.clients.client("iam"), f"delete_{kind.lower()}")
    call(**{f"{kind}Name": name})


def _type(kind: str, *more: str) -> ResourceType:
    return ResourceType(
        f"AWS::IAM::{kind}",
        partial(_create, kind),
        partial(_delete, kind),
        partial(_set, kind),
        named_by=f"{kind}Name",
        attributes=frozenset({"Arn"}),
        properties=frozenset({f"{kind}Name", *_SHARED, *more}),
    )


def _create_key(cloud: Cloud, _: str, properties: Properties) -> Made:
    made = cloud.clients.client("iam").create_access_key(UserName=properties["UserName"])
    key = made["AccessKey"]
    if "Status" in properties:
        _set_key(cloud, key["AccessKeyId"], {}, properties)
    return Made(key["AccessKeyId"], {"SecretAccessKey": key["SecretAccessKey"]})


def _set_key(cloud: Cloud, key: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("iam").update_access_key(
        UserName=new["UserName"], AccessKeyId=key, Status=new.get("Status", "Active")
    )


def _check_key(_: Cloud, properties: Properties) -> None:
    """Refuse a status that IAM does not know; moto takes any."""
    given = str(properties.get("Status", "Active"))
    if given not in ("Active", "Inactive") and not unknown(given):
        raise RefusedError(
            f"Value {given!r} at 'status' failed to satisfy constraint: Member must satisfy enum "
            "value set: [Active, Inactive]"
        )


def _delete_key(cloud: Cloud, key: str, properties: Properties) -> None:
    iam = cloud.clients.client("iam")
    iam.delete_access_key(UserName=properties["UserName"], AccessKeyId=key)


TYPES = [
    _type("User", "Groups", "Tags"),
    _type("Group"),
    ResourceType(
        "AWS::IAM::AccessKey",
        _create_key,
        _delete_key,
        _set_key,
        attributes=frozenset({"SecretAccessKey"}),
        properties=frozenset({"Serial", "Status", "UserName"}),
        check=_check_key,
    ),
]
