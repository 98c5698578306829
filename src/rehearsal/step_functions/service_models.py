"""What botocore knows of a service: operations by the machine's spelling, and their members."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from rehearsal.step_functions.absent_services import sdk_name
from rehearsal.step_functions.services import SERVICES

_TRUTHS = {"true": True, "false": False}


@cache
def service_model(service: str) -> Any:
    """Return botocore's model of a service that machines can call."""
    import botocore.session

    name = SERVICES.get(service) or sdk_name(service)
    return botocore.session.get_session().get_service_model(name)


@cache
def operation(service: str, action: str) -> Any | None:
    """Return the model of ``createTrainingJob``, or None where botocore knows no such service or operation."""
    from botocore.exceptions import UnknownServiceError

    try:
        model = service_model(service)
    except UnknownServiceError:
        return None
    by_name = {name[:1].lower() + name[1:]: name for name in model.operation_names}
    return model.operation_model(by_name[action]) if action in by_name else None


def method(action: str) -> str:
    """Return the client's method for an operation: ``create_training_job``."""
    from botocore import xform_name

    return str(xform_name(action[:1].upper() + action[1:]))


def pascal(name: str) -> str:
    """Return a member's name as machines spell it, always with a capital."""
    return name[:1].upper() + name[1:]


def java(name: str) -> str:
    """Return a name as the SDK for Java spells it, which ``aws-sdk`` follows: ``DbInstances``."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+", name)
    return "".join(map(str.capitalize, words))


def members(shape: Any, integration: str) -> dict[str, str]:
    """Return the members of a structure: as a machine may spell each, and as the client does."""
    spelled = {pascal(name): name for name in shape.members}
    if integration == "aws-sdk":
        spelled |= {java(name): name for name in shape.members}
    return spelled


def _from_text(value: str, shape: Any, integration: str) -> Any:
    """Return a text as what is asked: Step Functions' own integrations make more of one."""
    own = integration != "aws-sdk"
    if own and shape.name == "AttributeValue":
        return {"S": value}
    if own and shape.type_name == "boolean":
        return _TRUTHS.get(value.lower(), value)
    return value.encode() if shape.type_name == "blob" else value


def to_request(value: Any, shape: Any, integration: str = "") -> Any:
    """Return parameters as the client spells them, blobs as bytes, other things as texts if asked."""
    from json import dumps

    kind = shape.type_name
    if isinstance(value, str):
        return _from_text(value, shape, integration)
    if kind == "structure" and isinstance(value, dict):
        names = members(shape, integration)
        return {
            names.get(k, k): to_request(v, shape.members[names[k]], integration)
            if k in names
            else v
            for k, v in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [to_request(item, shape.member, integration) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {k: to_request(v, shape.value, integration) for k, v in value.items()}
    if kind == "blob" and not isinstance(value, bytes):
        return dumps(value).encode()
    written = kind == "string" and isinstance(value, dict | list)
    return dumps(value, separators=(",", ":")) if written else value


def to_result(value: Any, shape: Any, integration: str = "") -> Any:
    """Return an answer as machines get it: members with a capital, streams read.

    Times are texts for ``aws-sdk``, as ``Instant`` of Java writes them, and milliseconds since 1970 for
    Step Functions' own integrations.
    """
    kind = shape.type_name if shape is not None else ""
    spell = java if integration == "aws-sdk" else pascal
    if hasattr(value, "read"):
        return value.read().decode()
    if kind == "structure" and isinstance(value, dict):
        return {
            spell(k): to_result(v, shape.members.get(k), integration)
            for k, v in value.items()
            if k != "ResponseMetadata"
        }
    if isinstance(value, dict):
        inner = shape.value if kind == "map" else None
        return {k: to_result(v, inner, integration) for k, v in value.items()}
    if isinstance(value, list):
        inner = shape.member if kind == "list" else None
        return [to_result(item, inner, integration) for item in value]
    if isinstance(value, datetime):
        return _instant(value) if integration == "aws-sdk" else int(value.timestamp() * 1000)
    return value.decode() if isinstance(value, bytes) else value


def _instant(moment: datetime) -> str:
    """Return a moment as ``2026-01-31T09:30:00.250Z``, without the fraction where it is none."""
    moment = moment.astimezone(UTC).replace(tzinfo=None)
    whole = moment.microsecond < 1000
    return moment.isoformat(timespec="seconds" if whole else "milliseconds") + "Z"


def about_answer(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what Step Functions' own integrations add of an answer of boto3: its headers, status and ID."""
    told = answer.get("ResponseMetadata", {})
    headers = told.get("HTTPHeaders", {})
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": told.get("HTTPStatusCode", 200),
        },
        "SdkResponseMetadata": {"RequestId": told.get("RequestId", "rehearsed")},
    }
