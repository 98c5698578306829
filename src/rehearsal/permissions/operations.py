"""Which operation a request asks for, and with which parameters: read from it as it comes in."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

_SCOPE = re.compile(r"Credential=(\w+)/\d+/([\w-]+)/([\w.-]+)/aws4_request")
_MODELS = {"sagemaker": ("sagemaker-runtime",), "bedrock": ("bedrock-runtime", "bedrock")}
"""Services whose REST operations are in models of other names than what they sign with."""
_PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "email": "ses"}
"""IAM's word for a service, where it is not what requests are signed for."""
_TAG = re.compile(r"Tags\.member\.(\d+)\.(Key|Value)")


@dataclass(frozen=True)
class Operation:
    """One operation of `service`, by IAM's word for that; `parameters` as far as they are read.

    Of S3, `headers` are those of the request, in lower case.
    """

    service: str
    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def signed_for(environ: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return access key, region and service that a request is signed for; three empty texts else."""
    found = _SCOPE.search(str(environ.get("HTTP_AUTHORIZATION", "")))
    if found:
        return found[1], found[2], found[3]
    query = parse_qs(str(environ.get("QUERY_STRING", "")), max_num_fields=1_000)
    scope = query.get("X-Amz-Credential", ["////"])[0].split("/")
    if len(scope) == 5 and scope[0]:
        return scope[0], scope[2], scope[3]
    key = query.get("AWSAccessKeyId", [""])[0]
    return (key, "us-east-1", "s3") if key else ("", "", "")


def read_operation(environ: MutableMapping[str, Any], signed: str) -> Operation | None:
    """Read what is asked for; None where it cannot be told. The request stays as readable as it was."""
    service = _PREFIXES.get(signed, signed)
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return Operation(service, target.rpartition(".")[2], _json(_body(environ)))
    if signed == "s3":
        return _of_s3(environ)
    if "x-www-form-urlencoded" in str(environ.get("CONTENT_TYPE", "")):
        return _of_form(service, _body(environ).decode(errors="replace"))
    if "Action=" in str(environ.get("QUERY_STRING", "")):
        return _of_form(service, str(environ["QUERY_STRING"]))
    for model in _MODELS.get(signed, (signed,)):
        found = _routed(environ, model)
        if found:
            name, labels = found
            if service == "lambda":
                labels |= _qualifier(environ)
            return Operation(service, name, {**_json(_body(environ)), **labels})
    return None


def _qualifier(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return which version or alias of a function a request says behind its path."""
    found = parse_qs(str(environ.get("QUERY_STRING", ""))).get("Qualifier")
    return {"Qualifier": found[0]} if found else {}


def _of_form(service: str, text: str) -> Operation | None:
    given = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
    tags: dict[str, dict[str, str]] = {}
    for name, value in given.items():
        if found := _TAG.fullmatch(name):
            tags.setdefault(found[1], {})[found[2]] = value
    more = {"Tags": list(tags.values())} if tags else {}
    action = given.get("Action", "")
    return Operation(service, action, {**given, **more}) if action else None


def _of_s3(environ: MutableMapping[str, Any]) -> Operation | None:
    found = _routed(environ, "s3")
    if found is None:
        return None
    name, labels = found
    query = parse_qs(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    given: dict[str, Any] = {key: values[0] for key, values in query.items()} | labels
    if name == "DeleteObjects":
        given["Keys"] = re.findall(r"<Key>(.*?)</Key>", _body(environ).decode(errors="replace"))
    headers = {
        key.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_X_AMZ")
    }
    return Operation("s3", name, given, headers)


def _routed(environ: Mapping[str, Any], model: str) -> tuple[str, dict[str, Any]] | None:
    """Return the operation that method and path stand for, and what the path says of it."""
    from botocore.exceptions import UnknownServiceError
    from moto.core.request import Request
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import NotFound

    request = Request({**environ, "wsgi.input": io.BytesIO()})
    try:
        operation, labels = get_service_router(model).match(request)
    except (NotFound, NotImplementedError, UnknownServiceError):
        return None
    return operation.name, dict(labels)


def _body(environ: MutableMapping[str, Any]) -> bytes:
    """Return the body, and leave it to be read once more."""
    size = str(environ.get("CONTENT_LENGTH") or "0")
    body: bytes = environ["wsgi.input"].read(int(size)) if size.isdigit() else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
