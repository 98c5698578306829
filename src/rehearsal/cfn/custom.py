"""Custom resources: what a function or whoever hears of a topic makes, and answers by a signed URL."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from rehearsal.cfn.custom_answers import LARGEST, Letterbox, NoAnswerError
from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import HalfMadeError, RefusedError
from rehearsal.cfn.resource_type import WHATEVER, Made, Properties, ResourceType
from rehearsal.cloud import Cloud

GENERAL = "AWS::CloudFormation::CustomResource"
_OWN = re.compile(r"Custom::[A-Za-z0-9_@-]{1,60}")
LONGEST_SECONDS = 3600


def is_custom(name: str) -> bool:
    """Tell whether a type is made by a template's own function."""
    return name == GENERAL or bool(_OWN.fullmatch(name))


def custom_type(name: str, stack: str = "", logical_id: str = "") -> ResourceType:
    """Return a custom type, and with the place of a resource the one that makes just that."""
    place = Place(name, stack, logical_id)
    return ResourceType(
        name,
        place.create,
        place.delete,
        place.update,
        attributes=WHATEVER,
        check=_check,
        within=lambda stack, logical_id: custom_type(name, stack, logical_id),
    )


def _check(_: Cloud, properties: Properties) -> None:
    token = properties.get("ServiceToken")
    if not token:
        raise RefusedError("Missing the required property ServiceToken of a custom resource.")
    if not unknown(token) and str(token).split(":")[2:3] not in (["lambda"], ["sns"]):
        raise RefusedError(
            f"Invalid service token: {token!r} is the ARN of neither a function nor a topic."
        )
    _limit(properties)


@dataclass(frozen=True)
class Place:
    """One custom resource of one stack, and the requests that are made for it."""

    type: str
    stack: str
    logical_id: str

    def create(self, cloud: Cloud, name: str, properties: Properties) -> Made:
        """Have it made. Raises `HalfMadeError`: it is to be deleted even then."""
        try:
            return self._asked(cloud, "Create", properties)
        except NoAnswerError as error:
            raise HalfMadeError(error.message, error.physical_id or name) from error

    def update(self, cloud: Cloud, physical_id: str, old: Properties, new: Properties) -> Made:
        """Have it changed; another physical id tells that the old one is to be deleted."""
        if old["ServiceToken"] != new["ServiceToken"]:
            raise RefusedError("Modifying service token is not allowed.")
        earlier = {"PhysicalResourceId": physical_id, "OldResourceProperties": _texts(old)}
        return self._asked(cloud, "Update", new, **earlier)

    def delete(self, cloud: Cloud, physical_id: str, properties: Properties) -> None:
        """Have it deleted."""
        self._asked(cloud, "Delete", properties, PhysicalResourceId=physical_id)

    def _asked(self, cloud: Cloud, kind: str, properties: Properties, **more: Any) -> Made:
        identity = str(uuid4())
        letterbox = Letterbox(cloud, f"{self.stack}|{self.logical_id}|{identity}")
        request = {
            "RequestType": kind,
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": letterbox.address(),
            "StackId": self.stack,
            "RequestId": identity,
            "LogicalResourceId": self.logical_id,
            "ResourceType": self.type,
            "ResourceProperties": _texts(properties),
            **more,
        }
        answer = letterbox.ask(properties["ServiceToken"], request, _limit(properties))
        return self._made(kind, request, answer)

    def _made(self, kind: str, request: dict[str, Any], answer: bytes) -> Made:
        """Return what an answer says. Raises `NoAnswerError` for a failure, and for what is no answer."""
        given = str(request.get("PhysicalResourceId", ""))
        if len(answer) > LARGEST:
            raise NoAnswerError("Response object is too long.", given)
        try:
            told = json.loads(answer)
            status, physical_id = told["Status"], str(told.get("PhysicalResourceId") or given)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            why = "Invalid response object: it has no Status."
            if not answer:
                # The URL is signed for no type, and what says it is a form arrives without its body.
                why = "Invalid response object: it is empty. Put it with an empty content-type."
            raise NoAnswerError(why, given) from error
        reason = str(told.get("Reason") or "")
        if status == "FAILED":
            detail = f"(RequestId: {request['RequestId']})"
            why = f"Received response status [FAILED] from custom resource. Message returned: {reason}"
            raise NoAnswerError(f"{why} {detail}", physical_id)
        wrong = [
            each
            for each in ("StackId", "RequestId", "LogicalResourceId")
            if told.get(each) != request[each]
        ]
        if status != "SUCCESS" or wrong or (kind == "Create" and not physical_id):
            named = ["Status"] if status != "SUCCESS" else wrong or ["PhysicalResourceId"]
            raise NoAnswerError(f"Invalid {named[0]}", given)
        return Made(physical_id, dict(told.get("Data") or {}))


def _limit(properties: Properties) -> int:
    """Return how many seconds an answer may take. Raises `RefusedError`."""
    given = properties.get("ServiceTimeout", LONGEST_SECONDS)
    if not unknown(given) and not (str(given).isdigit() and 1 <= int(given) <= LONGEST_SECONDS):
        raise RefusedError(
            f"ServiceTimeout is {given!r}; it is a number of 1 to {LONGEST_SECONDS}."
        )
    return LONGEST_SECONDS if unknown(given) else int(given)


def _texts(value: Any) -> Any:
    """Return `value` as CloudFormation hands it to functions: numbers and truths as texts."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
