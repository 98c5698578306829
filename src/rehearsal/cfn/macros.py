"""Macros: functions of a stack that make another template of one, and are asked before it is looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cfn.stacks import Stacks
from rehearsal.cfn.template import content_of, transforms_of
from rehearsal.cloud import Cloud

KIND = "AWS::CloudFormation::Macro"


def is_macro(transform: str) -> bool:
    """Tell whether a transform is somebody's macro, and none of AWS's own."""
    return not transform.startswith("AWS::")


@dataclass(frozen=True)
class Macros:
    """The macros of a cloud: those that its stacks have; `given` are the parameters of a template."""

    cloud: Cloud
    stacks: Stacks
    given: Mapping[str, str]

    def expanded(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return what the macros that a template names make of it, and their names.

        Without any it is the text as it was. Raises `RefusedError` for a macro that there is not, one
        that fails, and one that comes after a transform of AWS's own.
        """
        if "Transform" not in text:
            return text, ()
        content = content_of(text)
        named = transforms_of(content)
        own = list(filter(is_macro, named))
        if not own:
            return text, ()
        if named[: len(own)] != own:
            raise RefusedError(
                f"Transform {own[-1]} comes after one of AWS's own; the rehearsal asks macros first."
            )
        fragment = {key: value for key, value in content.items() if key != "Transform"}
        for name in own:
            fragment = self.applied(name, fragment, {}, content.get("Parameters") or {})
            if not isinstance(fragment, dict):
                raise self._malformed(name)
        kept = {"Transform": named[len(own) :]} if named[len(own) :] else {}
        return json.dumps(fragment | kept), tuple(own)

    def applied(self, name: str, fragment: Any, params: Any, parameters: Mapping[str, Any]) -> Any:
        """Return what a macro makes of a part of a template. Raises `RefusedError` where it fails."""
        request = {
            "region": self.cloud.region,
            "accountId": self.cloud.account,
            "fragment": fragment,
            "transformId": self._id(name),
            "params": params,
            "requestId": str(uuid4()),
            "templateParameterValues": {
                key: self.given.get(key, rules.get("Default")) for key, rules in parameters.items()
            },
        }
        function, client = self._function(name), self.cloud.clients.client("lambda")
        try:
            answer = client.invoke(FunctionName=function, Payload=json.dumps(request))
        except ClientError as error:
            raise RefusedError(f"Transform {self._id(name)} failed with: {error}") from error
        told = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise RefusedError(f"Transform {self._id(name)} failed with: {_why(told)}")
        if not isinstance(told, dict) or told.get("requestId") != request["requestId"]:
            raise self._malformed(name)
        if str(told.get("status")).lower() != "success":
            why = (
                f"with: {told['errorMessage']}" if told.get("errorMessage") else "without an error"
            )
            raise RefusedError(f"Transform {self._id(name)} failed {why}.")
        return told.get("fragment")

    def _id(self, name: str) -> str:
        return f"{self.cloud.account}::{name}"

    def _malformed(self, name: str) -> RefusedError:
        return RefusedError(f"Received malformed response from transform {self._id(name)}")

    def _function(self, name: str) -> str:
        for stack in self.stacks.there():
            for live in stack.live.values():
                if live.type == KIND and live.properties["Name"] == name:
                    return str(live.properties["FunctionName"])
        raise RefusedError(f"No transform named {self._id(name)} found.")


def _why(told: Any) -> str:
    return f"{told.get('errorType')}: {told.get('errorMessage')}" if isinstance(told, dict) else ""


def _create(_: Cloud, name: str, __: Properties) -> Made:
    return Made(name, {"Id": name})


TYPES = [
    ResourceType(
        KIND,
        _create,
        lambda *_: None,
        lambda *_: None,
        named_by="Name",
        attributes=frozenset({"Id"}),
        properties=frozenset({"Description", "FunctionName", "LogGroupName", "LogRoleARN", "Name"}),
    )
]
