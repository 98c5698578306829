"""How services say that a call is not allowed: the sentence, and the answer in their protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from rehearsal.errors import RehearsalError
from rehearsal.permissions.evaluation import ANY_RESOURCE, Asked, Decision

Answer = tuple[str, dict[str, str], bytes]
"""Status line, headers and body."""

_CODES = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}
"""What services of XML call it, where it is not AccessDenied."""
_S3 = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
_EC2 = (
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>rehearsed</RequestID></Response>"
)
_QUERY = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
    "</Error><RequestId>rehearsed</RequestId></ErrorResponse>"
)


class DeniedError(RehearsalError):
    """A role may not do what a service would do for it; the message is the service's sentence."""


def sentence(asked: Asked, decision: Decision) -> str:
    """Return why a call is refused, as AWS words it."""
    who = asked.caller.arn or asked.caller.service
    quote = '"' if asked.action.startswith("s3:") else ""
    on = f" on resource: {quote}{asked.resource}{quote}"
    return (
        f"User: {who} is not authorized to perform: {asked.action}"
        f"{'' if asked.resource == ANY_RESOURCE else on} {decision.because}"
    )


def denied(environ: Mapping[str, Any], service: str, message: str) -> Answer:
    """Return the answer to a call that is not allowed."""
    return refused(environ, service, "", message)


def refused(environ: Mapping[str, Any], service: str, code: str, message: str) -> Answer:
    """Return an error of a service in the protocol of the request; without `code` that of denials."""
    xml = escape(message)
    if service == "s3":
        body = "" if environ.get("REQUEST_METHOD") == "HEAD" else _S3
        return _answer(
            403, "application/xml", body.format(code=code or "AccessDenied", message=xml)
        )
    kind = str(environ.get("CONTENT_TYPE", ""))
    if "x-www-form-urlencoded" in kind or "Action=" in str(environ.get("QUERY_STRING", "")):
        form = _EC2 if service == "ec2" else _QUERY
        name = code or _CODES.get(service, "AccessDenied")
        return _answer(403, "text/xml", form.format(code=name, message=xml))
    name = code or "AccessDeniedException"
    body = json.dumps({"__type": name, "message": message, "Message": message})
    by_target = "HTTP_X_AMZ_TARGET" in environ
    status, headers, content = _answer(400 if by_target else 403, "application/json", body)
    headers["x-amzn-ErrorType"] = name
    if service in {"sqs", "cloudwatch"}:  # which were of XML once, and keep their old codes
        headers["x-amzn-query-error"] = f"{code or 'AccessDenied'};Sender"
    return status, headers, content


def _answer(status: int, kind: str, text: str) -> Answer:
    body = text.encode()
    words = {400: "Bad Request", 403: "Forbidden"}[status]
    return f"{status} {words}", {"Content-Type": kind, "Content-Length": str(len(body))}, body
