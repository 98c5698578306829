"""``Transform: AWS::Serverless-2016-10-31``, by the translator that AWS itself publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import SERVERLESS, Template
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

_EVENTS = (
    *("S3", "SNS", "SQS", "Schedule", "ScheduleV2"),
    *("EventBridgeRule", "CloudWatchEvent"),
)
"""What sets off functions and machines here."""
_TYPES = ("Function", "StateMachine", "SimpleTable", "LayerVersion")
_SECTIONS = ("parameters", "mappings", "conditions", "resources", "outputs")


def translated(cloud: Cloud, template: Template, given: Mapping[str, str]) -> Template:
    """Return a template without the transform; one that has none stays as it is.

    `given` are the values of its parameters, as text. Raises `RefusedError` naming all that the
    translator refuses, or all that is not rehearsed.
    """
    if SERVERLESS not in template.transforms:
        return template
    strangers = list(_strangers(template.resources))
    if strangers:
        raise RefusedError(
            f"The rehearsal does not know {'; '.join(strangers)}. Of AWS::Serverless it knows "
            f"{listing(_TYPES)}, with the events {listing(_EVENTS)}."
        )
    content = _translate(cloud, _document(template), given)
    sections: dict[str, Any] = {name: content.get(name.title()) or {} for name in _SECTIONS}
    return replace(template, **sections)


def _strangers(resources: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of a template's serverless resources is not rehearsed, in words."""
    for name, body in resources.items():
        owner, _, kind = body["Type"].rpartition("::")
        if owner != "AWS::Serverless":
            continue
        if kind not in _TYPES:
            yield f"the type {body['Type']} of {name}"
        for event, each in ((body.get("Properties") or {}).get("Events") or {}).items():
            if isinstance(each, dict) and each.get("Type") not in _EVENTS:
                yield f"the event {event} of {name}, of type {each.get('Type')}"


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
        local = "valid S3 Uri" in causes
        hint = " Put local code into a bucket first: aws cloudformation package." if local else ""
        raise RefusedError(
            f"Transform {SERVERLESS} failed with: {error.message} {causes}{hint}"
        ) from error
    finally:
        metrics.publish()  # nowhere; it would complain on standard error of what it has kept
    plain: dict[str, Any] = json.loads(json.dumps(content))
    return plain
