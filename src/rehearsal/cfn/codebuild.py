"""CodeBuild: projects."""

from __future__ import annotations

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, lowered
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

_NOWHERE = ("CODEPIPELINE", "NO_SOURCE")
_NOT_REHEARSED = ("badgeEnabled", "triggers", "visibility")


_LISTED = {
    ("Artifacts", "Type"): "ArtifactsType",
    ("Environment", "ComputeType"): "ComputeType",
    ("Environment", "Type"): "EnvironmentType",
    ("Source", "Type"): "SourceType",
}
"""The parts whose values CodeBuild lists, and what it calls the list."""


def _check(cloud: Cloud, properties: Properties) -> None:
    """Refuse, before anything is made, values that CodeBuild does not list, all of them."""
    model = cloud.clients.client("codebuild").meta.service_model
    wrong = []
    for (part, name), listed in _LISTED.items():
        value, known = properties[part].get(name), model.shape_for(listed).enum
        if value is not None and not unknown(value) and value not in known:
            wrong.append(f"{part}.{name} is {value!r}; it is one of {listing(known, 12)}")
    if wrong:
        raise RefusedError(f"Invalid project: {'; '.join(wrong)}.")


def _project(cloud: Cloud, name: str, properties: Properties) -> Properties:
    given: Properties = lowered(properties) | {"name": name}
    role = str(given.get("serviceRole", ""))
    if role and not role.startswith("arn:"):  # CodeBuild takes a role's name too; moto does not
        given["serviceRole"] = f"arn:aws:iam::{cloud.account}:role/{role}"
    source = given["source"]
    if "buildSpec" in source:
        source["buildspec"] = source.pop("buildSpec")
    for part in (source, given["artifacts"]):
        if part["type"] in _NOWHERE:
            part.setdefault("location", part["type"].lower())  # moto asks for one
    return {key: value for key, value in given.items() if key not in _NOT_REHEARSED}


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    if "Triggers" in properties:
        cloud.journal.remark("projects of CodeBuild: their Triggers start no build")
    cloud.clients.client("codebuild").create_project(**_project(cloud, name, properties))
    return Made(name, {"Arn": arn(cloud, "codebuild", f"project/{name}")})


def _update(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("codebuild").update_project(**_project(cloud, name, new))


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("codebuild").delete_project(name=name)


TYPES = [
    ResourceType(
        "AWS::CodeBuild::Project",
        _create,
        _delete,
        _update,
        named_by="Name",
        attributes=frozenset({"Arn"}),
        check=_check,
    )
]
