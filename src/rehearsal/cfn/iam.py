"""IAM: roles and policies, stored and checked for form; `permissions` enforces them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, document
from rehearsal.cloud import Cloud

_HOLDERS = ("Role", "User", "Group")


def _create_role(cloud: Cloud, name: str, properties: Properties) -> Made:
    iam = cloud.clients.client("iam")
    name = name[:64]
    optional = {
        key: properties[key]
        for key in ("Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags")
        if key in properties
    }
    role = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document(properties["AssumeRolePolicyDocument"]),
        **optional,
    )["Role"]
    _set_policies(cloud, name, {}, properties)
    return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _update_role(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    iam = cloud.clients.client("iam")
    trust = document(new["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    optional = {key: new[key] for key in ("Description", "MaxSessionDuration") if key in new}
    if optional:
        iam.update_role(RoleName=name, **optional)
    _set_policies(cloud, name, old, new)


def _check_role(_: Cloud, properties: Properties) -> None:
    """Refuse policies of AWS that there are not, and documents that IAM refuses, as far as known."""
    from rehearsal.inline_policies import objection
    from rehearsal.managed_policies import is_missing

    missing = [each for each in properties.get("ManagedPolicyArns", []) if is_missing(str(each))]
    found = [f"Policy {each} does not exist or is not attachable." for each in missing]
    for each in properties.get("Policies", []):
        written = each["PolicyDocument"]
        if not unknown(written) and (why := objection(document(written))):
            found.append(f"Policy {each['PolicyName']}: {why}")
    if found:
        raise RefusedError(" ".join(found))


def _set_policies(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    iam = cloud.clients.client("iam")
    inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in new.get("Policies", [])}
    for policy in old.get("Policies", []):
        if policy["PolicyName"] not in inline:
            iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
    for policy_name, content in inline.items():
        iam.put_role_policy(RoleName=name, PolicyName=policy_name, PolicyDocument=document(content))
    before, after = (set(given.get("ManagedPolicyArns", [])) for given in (old, new))
    for policy_arn in sorted(before - after):
        iam.detach_role_policy(RoleName=name, PolicyArn=policy_arn)
    for policy_arn in sorted(after - before):
        iam.attach_role_policy(RoleName=name, PolicyArn=policy_arn)


def _delete_role(cloud: Cloud, name: str, properties: Properties) -> None:
    _set_policies(cloud, name, properties, {})
    cloud.clients.client("iam").delete_role(RoleName=name)


def _create_managed(cloud: Cloud, name: str, properties: Properties) -> Made:
    iam = cloud.clients.client("iam")
    policy_arn = iam.create_policy(
        PolicyName=name[:128],
        Path=properties.get("Path", "/"),
        Description=properties.get("Description", ""),
        PolicyDocument=document(properties["PolicyDocument"]),
    )["Policy"]["Arn"]
    _attach(cloud, policy_arn, {}, properties)
    return Made(policy_arn, {"PolicyArn": policy_arn})


def _update_managed(cloud: Cloud, policy_arn: str, old: Properties, new: Properties) -> None:
    iam = cloud.clients.client("iam")
    _drop_old_versions(cloud, policy_arn)
    iam.create_policy_version(
        PolicyArn=policy_arn, PolicyDocument=document(new["PolicyDocument"]), SetAsDefault=True
    )
    _attach(cloud, policy_arn, old, new)


def _attach(cloud: Cloud, policy_arn: str, old: Properties, new: Properties) -> None:
    """Have a managed policy attached to whom `new` names, and to nobody else that `old` named."""
    iam = cloud.clients.client("iam")
    for kind in _HOLDERS:
        before, after = set(old.get(f"{kind}s", [])), set(new.get(f"{kind}s", []))
        for verb, names in (("detach", before - after), ("attach", after - before)):
            call = getattr(iam, f"{verb}_{kind.lower()}_policy")
            for name in sorted(names):
                call(**{f"{kind}Name": name}, PolicyArn=policy_arn)


def _drop_old_versions(cloud: Cloud, policy_arn: str) -> None:
    iam = cloud.clients.client("iam")
    for version in iam.list_policy_versions(PolicyArn=policy_arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=policy_arn, VersionId=version["VersionId"])


def _delete_managed(cloud: Cloud, policy_arn: str, properties: Properties) -> None:
    iam = cloud.clients.client("iam")
    _attach(cloud, policy_arn, properties, {})
    _drop_old_versions(cloud, policy_arn)
    iam.delete_policy(PolicyArn=policy_arn)


def _put_inline(cloud: Cloud, properties: Properties) -> None:
    given = {
        "PolicyName": properties["PolicyName"],
        "PolicyDocument": document(properties["PolicyDocument"]),
    }
    for put, holder in _held(cloud, "put", properties):
        put(**holder, **given)


def _held(
    cloud: Cloud, verb: str, properties: Properties
) -> Iterator[tuple[Callable[..., Any], dict[str, str]]]:
    """Yield, for each holder of an inline policy, the call that changes it there, and its name."""
    iam = cloud.clients.client("iam")
    for kind in _HOLDERS:
        named = properties.get(f"{kind}Name")
        for name in properties.get(f"{kind}s") or ([named] if named else []):
            yield getattr(iam, f"{verb}_{kind.lower()}_policy"), {f"{kind}Name": name}


def _create_inline(cloud: Cloud, name: str, properties: Properties) -> Made:
    _put_inline(cloud, properties)
    return Made(name)


def _update_inline(cloud: Cloud, _: str, old: Properties, new: Properties) -> None:
    _delete_inline(cloud, _, old)
    _put_inline(cloud, new)


def _delete_inline(cloud: Cloud, _: str, properties: Properties) -> None:
    for delete, holder in _held(cloud, "delete", properties):
        delete(**holder, PolicyName=properties["PolicyName"])


def _create_profile(cloud: Cloud, name: str, properties: Properties) -> Made:
    iam = cloud.clients.client("iam")
    path = {"Path": properties["Path"]} if "Path" in properties else {}
    made = iam.create_instance_profile(InstanceProfileName=name[:128], **path)["InstanceProfile"]
    for role in properties["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name[:128], RoleName=role)
    return Made(name[:128], {"Arn": made["Arn"]})


def _delete_profile(cloud: Cloud, name: str, properties: Properties) -> None:
    iam = cloud.clients.client("iam")
    for role in properties["Roles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role)
    iam.delete_instance_profile(InstanceProfileName=name)


TYPES = [
    ResourceType(
        "AWS::IAM::Role",
        _create_role,
        _delete_role,
        _update_role,
        named_by="RoleName",
        attributes=frozenset({"Arn", "RoleId"}),
        properties=frozenset(
            {
                "AssumeRolePolicyDocument",
                "Description",
                "ManagedPolicyArns",
                "MaxSessionDuration",
                "Path",
                "PermissionsBoundary",
                "Policies",
                "RoleName",
                "Tags",
            }
        ),
        replaced_by=frozenset({"Path"}),
        check=_check_role,
    ),
    ResourceType(
        "AWS::IAM::ManagedPolicy",
        _create_managed,
        _delete_managed,
        _update_managed,
        named_by="ManagedPolicyName",
        attributes=frozenset({"PolicyArn"}),
        properties=frozenset(
            {
                "Description",
                "Groups",
                "ManagedPolicyName",
                "Path",
                "PolicyDocument",
                "Roles",
                "Users",
            }
        ),
        replaced_by=frozenset({"Path", "Description"}),
    ),
    ResourceType(
        "AWS::IAM::Policy",
        _create_inline,
        _delete_inline,
        _update_inline,
        properties=frozenset({"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"}),
    ),
    *(
        ResourceType(
            f"AWS::IAM::{kind}Policy",
            _create_inline,
            _delete_inline,
            _update_inline,
            properties=frozenset({"PolicyDocument", "PolicyName", f"{kind}Name"}),
            replaced_by=frozenset({"PolicyName", f"{kind}Name"}),
        )
        for kind in _HOLDERS
    ),
    ResourceType(
        "AWS::IAM::InstanceProfile",
        _create_profile,
        _delete_profile,
        named_by="InstanceProfileName",
        attributes=frozenset({"Arn"}),
    ),
]
