"""``Transform: AWS::Serverless-2016-10-31``, by the translator that AWS itself publishes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rehearsal.cfn.applications import supplied
from rehearsal.cfn.planning import type_of
from rehearsal.cfn.problems import Reasons, RefusedError
from rehearsal.cfn.template import SERVERLESS, Template
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

_TYPES = (
    *("Function", "StateMachine", "SimpleTable", "LayerVersion"),
    *("Api", "HttpApi", "Application", "Connector"),
)
_LOCAL = (
    " Local code is put into a bucket first: by aws cloudformation package, or by python -m rehearsal "
    "deploy, where it lies beside the template."
)
_SECTIONS = ("parameters", "mappings", "conditions", "resources", "outputs")


def translated(cloud: Cloud, template: Template, given: Mapping[str, str]) -> Template:
    """Return a template without the transform; one that has none stays as it is.

    `given` are the values of its parameters, as text. Raises `RefusedError` naming all that the
    translator refuses, or all that is not rehearsed.
    """
    if SERVERLESS not in template.transforms:
        return template
    reasons = Reasons()
    with reasons.noting():
        _check_types(template.resources)
        whole = replace(template, resources=supplied(cloud, template, given))
        content = _translate(cloud, _document(whole), given)
        sections: dict[str, Any] = {name: content.get(name.title()) or {} for name in _SECTIONS}
        return replace(template, **sections)
    _look_at_others(template, reasons)
    reasons.refuse()
    return template


def _check_types(resources: Mapping[str, Any]) -> None:
    """Refuse what of a template's serverless resources is not rehearsed."""
    found = []
    for name, body in resources.items():
        owner, _, kind = body["Type"].rpartition("::")
        if owner == "AWS::Serverless" and kind not in _TYPES:
            found.append(f"the type {body['Type']} of {name}")
    if found:
        raise RefusedError(
            f"The rehearsal does not know {'; '.join(found)}. Of AWS::Serverless it knows "
            f"{listing(_TYPES)}."
        )


def _look_at_others(template: Template, reasons: Reasons) -> None:
    """Note, of a template that cannot be translated, its other types that cannot be made."""
    for name, body in template.resources.items():
        if not body["Type"].startswith("AWS::Serverless::"):
            with reasons.noting():
                type_of(template, name)


def _document(template: Template) -> dict[str, Any]:
    """Return the template as a document of its own, which the translator may change."""
    names = ("globals", *_SECTIONS)
    sections = {name.title(): getattr(template, name) for name in names}
    kept = {name: section for name, section in sections.items() if section}
    document = {"Transform": SERVERLESS, **kept}
    plain: dict[str, Any] = json.loads(json.dumps(document))
    return plain


def _translate(cloud: Cloud, document: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    import boto3
    from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
    from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    policies = get_bundled_managed_policy_map("aws") or {}
    session = boto3.Session(region_name=cloud.region)
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    translator = Translator(policies, Parser(), boto_session=session, metrics=metrics)
    try:
        content = translator.translate(document, dict(given), None, False, lambda: policies)
    except InvalidDocumentException as error:
        causes = " ".join(dict.fromkeys(cause.message for cause in error.causes))
        hint = _LOCAL if "valid S3 Uri" in causes else ""
        raise RefusedError(
            f"Transform {SERVERLESS} failed with: {error.message} {causes}{hint}"
        ) from error
    finally:
        metrics.publish()  # nowhere; it would complain on standard error of what it has kept
    plain: dict[str, Any] = json.loads(json.dumps(content))
    return plain
