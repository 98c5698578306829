"""How a type is made that an API takes as the template has it: by one call, and deleted by others.

What such a resource does not do here, `inert` says; the journal then tells it, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, tags, without
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

RECORD = "a record of its service; nothing runs behind it"
"""What the journal says of a record."""


@dataclass(frozen=True)
class Calls:
    """How one type is made and deleted.

    `named` is the member of the request that names it, `named_by` the property, where they differ;
    `ref` is the member of the answer that Ref gives, the name where it is ""; `gives` are GetAtt's
    names and the members of the answer behind them, with dots, or what of an ARN stands before the
    name, or what makes the value of the answer. Tags are `pairs` of Key and Value,
    a `mapping`, or "" where the API takes none. `delete` may be several calls, one after the other;
    it is told `deleted_by` and, whatever the resource, `told`. `adapt` makes of the properties what the
    API takes, where that differs; those that are `renamed` are members of another name.

    Of a `record` the API takes what it knows, whatever its capitals, and the rest is left out: nothing
    would act by it. A change in place leaves it as it was made, and is said.
    """

    kind: str
    service: str
    create: str
    delete: str
    named: str = ""
    named_by: str = ""
    ref: str = ""
    gives: Mapping[str, str | Callable[[Any], Any]] = field(default_factory=dict)
    tagged: str = "pairs"
    deleted_by: tuple[str, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    inert: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    adapt: Callable[[Properties], Properties] = dict
    record: bool = False

    def type(self) -> ResourceType:
        """Return the type that these calls make."""
        return ResourceType(
            self.kind,
            self._create,
            self._delete,
            self._stay if self.record else None,
            named_by=self.named_by or self.named,
            attributes=frozenset(self.gives),
            check=None if self.record else self._check,
        )

    def _check(self, cloud: Cloud, properties: Properties) -> None:
        """Refuse what CloudFormation takes of the type, and this API does not."""
        taken = self._input(cloud).members
        taken = {*taken, *(f"{each[:1].upper()}{each[1:]}" for each in taken)}
        unknown = sorted(
            set(self._members(properties)) - taken - {"Tags", self.named_by or self.named}
        )
        if unknown:
            raise RefusedError(
                f"Properties validation failed: the rehearsal does not know {listing(unknown)} of "
                f"{self.kind}."
            )

    def _input(self, cloud: Cloud) -> Any:
        """Return the shape of what the call takes that makes one."""
        client = cloud.clients.client(self.service)
        operation = client.meta.method_to_api_mapping[self.create]
        return client.meta.service_model.operation_model(operation).input_shape

    def _members(self, properties: Properties) -> Properties:
        return {self.renamed.get(key, key): value for key, value in properties.items()}

    def _create(self, cloud: Cloud, name: str, properties: Properties) -> Made:
        if words := self.inert or (RECORD if self.record else ""):
            cloud.journal.remark(f"{self.kind}: {words}")
        given = self._request(cloud, properties)
        if self.named:
            given[self.named] = name
        answer = getattr(cloud.clients.client(self.service), self.create)(**given)
        ref = str(_member(answer, self.ref)) if self.ref else name
        told = {
            key: self._value(cloud, name, answer, path, ref) for key, path in self.gives.items()
        }
        return Made(ref, told)

    def _request(self, cloud: Cloud, properties: Properties) -> Properties:
        """Return what the call takes, but for the name."""
        if self.record:
            fitting: Properties = fitted(self.adapt(self._members(properties)), self._input(cloud))
            return fitting
        given = without(properties, "Tags", self.named_by)
        given = self.adapt(self._members(given))
        if "Tags" in properties and self.tagged:
            given["Tags"] = tags(properties) if self.tagged == "mapping" else properties["Tags"]
        return given

    def _value(
        self, cloud: Cloud, name: str, answer: Any, path: str | Callable[[Any], Any], ref: str
    ) -> Any:
        if not isinstance(path, str):
            return path(answer)
        if path.startswith("arn:"):
            return arn(cloud, self.service, path.removeprefix("arn:") + name)
        return _member(answer, path, ref)

    def _stay(self, cloud: Cloud, *_: Any) -> None:
        cloud.journal.remark(f"{self.kind}: a change in place is not carried out")

    def _delete(self, cloud: Cloud, identity: str, properties: Properties) -> None:
        if not self.delete:
            cloud.journal.remark(f"{self.kind}: stays when its stack is deleted")
        properties = self._members(properties)
        of = self.deleted_by or (self.named,)
        given = {key: _naming(key, identity, properties) for key in of}
        for call in self.delete.split():
            getattr(cloud.clients.client(self.service), call)(**given, **self.told)


def fitted(value: Any, shape: Any) -> Any:
    """Return `value` with the members that a shape of an API has, spelled as there; no others.

    One that is of another form than there, such as a truth for an object, is left out too.
    """
    if isinstance(value, list):
        return [fitted(item, shape.member) for item in value]
    if not isinstance(value, dict):
        return value
    if shape.type_name == "map":
        return {key: fitted(item, shape.value) for key, item in value.items()}
    spelled = {name.lower(): name for name in shape.members}
    known = {spelled[key.lower()]: v for key, v in value.items() if key.lower() in spelled}
    return {
        name: fitted(item, shape.members[name])
        for name, item in known.items()
        if _form(item) == _FORMS.get(shape.members[name].type_name, "")
    }


_FORMS = {"structure": "object", "map": "object", "list": "list"}


def _form(value: Any) -> str:
    return "object" if isinstance(value, dict) else "list" if isinstance(value, list) else ""


def _naming(key: str, identity: str, properties: Properties) -> Any:
    """Return what a call that deletes is to be told as `key`."""
    if key.endswith("Ids"):
        return [identity]
    if key.endswith("Arn"):
        return identity
    last = identity.rpartition("/")[2] if identity.startswith("arn:") else identity
    return properties.get(f"{key[:1].upper()}{key[1:]}", last)


def _member(answer: Any, path: str, ref: str = "") -> Any:
    """Return the member of an answer that `path` leads to, or `ref` where that is "".

    What an answer leaves out, such as an address of a network that gives none, is "".
    """
    if not path:
        return ref
    return reduce(_part, path.split("."), answer)


def _part(answer: Any, name: str) -> Any:
    if isinstance(answer, list):
        return answer[int(name)] if int(name) < len(answer) else ""
    return answer.get(name, "") if isinstance(answer, dict) else ""
