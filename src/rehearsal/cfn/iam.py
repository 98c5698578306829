"""IAM: roles and policies, stored and checked for form; `permissions` enforces them."""

from __future__ import annotations

import json

from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cloud import Cloud


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
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
        **optional,
    )["Role"]
    _set_policies(cloud, name, {}, properties)
    return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _update_role(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    iam = cloud.clients.client("iam")
    trust = json.dumps(new["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    optional = {key: new[key] for key in ("Description", "MaxSessionDuration") if key in new}
    if optional:
        iam.update_role(RoleName=name, **optional)
    _set_policies(cloud, name, old, new)


def _set_policies(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    iam = cloud.clients.client("iam")
    inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in new.get("Policies", [])}
    for policy in old.get("Policies", []):
        if policy["PolicyName"] not in inline:
            iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
    for policy_name, document in inline.items():
        iam.put_role_policy(
            RoleName=name, PolicyName=policy_name, PolicyDocument=json.dumps(document)
        )
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
        PolicyDocument=json.dumps(properties["PolicyDocument"]),
    )["Policy"]["Arn"]
    for role in properties.get("Roles", []):
        iam.attach_role_policy(RoleName=role, PolicyArn=policy_arn)
    return Made(policy_arn, {"PolicyArn": policy_arn})


def _update_managed(cloud: Cloud, policy_arn: str, old: Properties, new: Properties) -> None:
    iam = cloud.clients.client("iam")
    _drop_old_versions(cloud, policy_arn)
    document = json.dumps(new["PolicyDocument"])
    iam.create_policy_version(PolicyArn=policy_arn, PolicyDocument=document, SetAsDefault=True)
    before, after = set(old.get("Roles", [])), set(new.get("Roles", []))
    for role in sorted(before - after):
        iam.detach_role_policy(RoleName=role, PolicyArn=policy_arn)
    for role in sorted(after - before):
        iam.attach_role_policy(RoleName=role, PolicyArn=policy_arn)


def _drop_old_versions(cloud: Cloud, policy_arn: str) -> None:
    iam = cloud.clients.client("iam")
    for version in iam.list_policy_versions(PolicyArn=policy_arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=policy_arn, VersionId=version["VersionId"])


def _delete_managed(cloud: Cloud, policy_arn: str, properties: Properties) -> None:
    iam = cloud.clients.client("iam")
    for role in properties.get("Roles", []):
        iam.detach_role_policy(RoleName=role, PolicyArn=policy_arn)
    _drop_old_versions(cloud, policy_arn)
    iam.delete_policy(PolicyArn=policy_arn)


def _put_inline(cloud: Cloud, properties: Properties) -> None:
    for role in properties.get("Roles", []):
        cloud.clients.client("iam").put_role_policy(
            RoleName=role,
            PolicyName=properties["PolicyName"],
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
        )


def _create_inline(cloud: Cloud, name: str, properties: Properties) -> Made:
    _put_inline(cloud, properties)
    return Made(name)


def _update_inline(cloud: Cloud, _: str, old: Properties, new: Properties) -> None:
    _delete_inline(cloud, _, old)
    _put_inline(cloud, new)


def _delete_inline(cloud: Cloud, _: str, properties: Properties) -> None:
    for role in properties.get("Roles", []):
        cloud.clients.client("iam").delete_role_policy(
            RoleName=role, PolicyName=properties["PolicyName"]
        )


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
    ),
    ResourceType(
        "AWS::IAM::ManagedPolicy",
        _create_managed,
        _delete_managed,
        _update_managed,
        named_by="ManagedPolicyName",
        attributes=frozenset({"PolicyArn"}),
        properties=frozenset(
            {"Description", "ManagedPolicyName", "Path", "PolicyDocument", "Roles"}
        ),
        replaced_by=frozenset({"Path", "Description"}),
    ),
    ResourceType(
        "AWS::IAM::Policy",
        _create_inline,
        _delete_inline,
        _update_inline,
        properties=frozenset({"PolicyDocument", "PolicyName", "Roles"}),
    ),
]
