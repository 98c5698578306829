"""The application repository: what comes out of it is made of the template that was given for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal.cfn.language_extensions import resolver
from rehearsal.cfn.packaging import address
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import Template
from rehearsal.cloud import Cloud

_KIND = "AWS::Serverless::Application"


def supplied(cloud: Cloud, template: Template, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the resources of a template whose applications are at the address of a template.

    `given` are the parameters, as text. Raises `RefusedError` naming each application of the repository
    for which nobody has given one.
    """
    content = {"Parameters": template.parameters, "Mappings": template.mappings}
    resolve = resolver(content, given)
    found, lacking = dict(template.resources), []
    for name, body in template.resources.items():
        properties = body.get("Properties") or {}
        place = properties.get("Location")
        if body["Type"] != _KIND or not isinstance(place, dict) or "ApplicationId" not in place:
            continue
        identity = str(resolve(place["ApplicationId"]))
        file = cloud.setup.applications.get(identity)
        if file is None or not file.is_file():
            lacking.append(f"{name} comes out of {identity}")
            continue
        cloud.journal.remark(f"{identity}: made of {file.name}, whichever version is asked for")
        at = properties | {"Location": address(cloud.clients, file)}
        found[name] = body | {"Properties": at}
    if lacking:
        raise RefusedError(
            f"The rehearsal has no application repository: {'; '.join(lacking)}. Give the template of "
            "each: up --application ARN=TEMPLATE, or Setup(applications=...)."
        )
    return found
