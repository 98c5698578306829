"""The policies that are stored in a cloud: of its roles, and of what they ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rehearsal.function_policies import policy_of
from rehearsal.permissions.known_keys import understood
from rehearsal.permissions.policies import Policy, PolicyError, read_policy

_AWS_OWN = ":iam::aws:policy/"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Stored:
    """The policies of one account and region, as they are at the moment; `say` hears of unreadable ones."""

    account: str
    region: str
    say: Say

    def role(self, name: str) -> Any | None:
        """Return moto's record of a role by its name or ARN, None where the account has none."""
        wanted = name.rpartition("/")[2]
        for role in list(self._iam().roles.values()):
            if role.name == wanted and (not name.startswith("arn:") or role.arn == name):
                return role
        return None

    def of_role(self, role: Any) -> tuple[Policy, ...]:
        """Return what a role is allowed and denied: inline, managed, and AWS's own."""
        inline = [self._read(name, text) for name, text in role.policies.items()]
        attached = [self._managed(arn) for arn in list(role.managed_policies)]
        return tuple(each for each in (*inline, *attached) if each is not None)

    def boundary(self, role: Any) -> Policy | None:
        """Return the boundary of a role; one that cannot be found allows nothing."""
        arn = role.permissions_boundary_arn
        return (self._managed(arn) or Policy(arn)) if arn else None

    def trust(self, role: Any) -> Policy:
        """Return who may assume a role; one that cannot be read lets nobody."""
        name = f"the trust of {role.name}"
        return self._read(name, role.assume_role_policy_document) or Policy(name)

    def tags_of_role(self, role: Any) -> Mapping[str, str]:
        """Return the tags of a role, which moto has as a list, or by key once they were changed."""
        kept = role.tags or []
        return _pairs(list(kept.values()) if isinstance(kept, dict) else kept)

    def tags(self, arn: str) -> Mapping[str, str]:
        """Return the tags of a resource, as far as they are known here."""
        service = arn.split(":")[2] if arn.startswith("arn:") else ""
        try:
            return _TAGS[service](self, arn) if service in _TAGS else {}
        except Exception:  # moto raises its own kinds for what is not there (yet)
            return {}

    def of_resource(self, arn: str) -> Policy | None:
        """Return the policy that a resource has itself, None where it has none."""
        service = arn.split(":")[2] if arn.startswith("arn:") else ""
        try:
            text = _RESOURCES[service](self, arn) if service in _RESOURCES else None
        except Exception:  # moto raises its own kinds for what is not there (yet)
            return None
        return self._read(f"the policy of {arn}", text) if text else None

    def own_arn(self, arn: str) -> str:
        """Return the ARN that a resource has itself, where a request names it otherwise.

        A secret's ends with six letters that its name has not ("Secret ARN" in the guide of Secrets
        Manager), and by an alias it is the key that is used ("AWS KMS condition keys", alias).
        """
        service = arn.split(":")[2] if arn.startswith("arn:") else ""
        try:
            return str(_ARNS[service](self, arn)) if service in _ARNS else arn
        except Exception:  # moto raises its own kinds for what is not there (yet)
            return arn

    def backend(self, service: str) -> Any:
        """Return moto's records of a service."""
        from moto.backends import get_backend

        region = "aws" if service in {"iam", "s3", "sts"} else self.region
        return get_backend(service)[self.account][region]

    def _iam(self) -> Any:
        return self.backend("iam")

    def _managed(self, arn: str) -> Policy | None:
        if _AWS_OWN in arn:
            name = arn.rpartition("/")[2]
            known = aws_managed().get(name)
            return self._read(name, json.dumps(known["Document"])) if known else None
        found = self._iam().managed_policies.get(arn)
        if found is None:
            return None
        current = next(each for each in found.versions if each.is_default)
        return self._read(found.name, current.document)

    def _read(self, name: str, text: str | bytes) -> Policy | None:
        try:
            read = _cached(name, text.decode() if isinstance(text, bytes) else text)
            return understood(read, self.say)
        except PolicyError as error:
            self.say(f"{error.message} It was not enforced.")
            return None


@lru_cache(maxsize=1024)
def _cached(name: str, text: str) -> Policy:
    return read_policy(name, text)


@cache
def aws_managed() -> Mapping[str, Any]:
    """Return the policies that AWS itself manages, as moto has them: by name, each described."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found: Mapping[str, Any] = json.loads(aws_managed_policies_data)
    return found


def _bucket(stored: Stored, arn: str) -> bytes | None:
    bucket = stored.backend("s3").buckets.get(arn.split(":")[5].partition("/")[0])
    return bucket.policy if bucket is not None else None


def _functions(stored: Stored) -> Any:
    """Return moto's records of functions, which are others without Docker."""
    from moto.awslambda.utils import get_backend

    return get_backend(stored.account, stored.region)


def _function(stored: Stored, arn: str) -> str | None:
    statements = policy_of(_functions(stored), arn).statements
    return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None


_RESOURCES: Mapping[str, Callable[[Stored, str], Any]] = {
    "s3": _bucket,
    "lambda": _function,
    "sqs": lambda stored, arn: stored.backend("sqs").queues[arn.split(":")[5]].policy,
    "sns": lambda stored, arn: stored.backend("sns").topics[arn].policy,
    "kms": lambda stored, arn: stored.backend("kms").get_key_policy(arn.rpartition("/")[2]),
    "ecr": lambda stored, arn: (
        stored.backend("ecr").repositories[arn.partition("repository/")[2]].policy
    ),
    "glue": lambda stored, arn: (
        stored.backend("glue").resource_policies.get(None, {}).get("PolicyInJson")
    ),
}


def _secret(stored: Stored, arn: str) -> str:
    """Return the ARN of a secret; one that is not there (yet) has letters that nobody knows."""
    secrets = stored.backend("secretsmanager").secrets
    name = arn.partition(":secret:")[2]
    found = secrets.get(arn) or secrets.get(name)
    return str(found.arn) if found else f"{arn}-??????"


def _key(stored: Stored, arn: str) -> str:
    """Return the ARN of a key that is named by its id, its alias, or either's ARN."""
    kms = stored.backend("kms")
    name = arn.partition(":key/")[2]
    identity = kms.any_id_to_key_id(name or arn)
    return str(kms.keys[identity].arn)


_ARNS: Mapping[str, Callable[[Stored, str], str]] = {"kms": _key, "secretsmanager": _secret}


def _pairs(tags: Sequence[Mapping[str, str]] | None) -> Mapping[str, str]:
    return {
        str(each.get("Key", each.get("key"))): str(each.get("Value", each.get("value")))
        for each in tags or ()
    }


def _of_sagemaker(stored: Stored, arn: str) -> Mapping[str, str]:
    """Return the tags of a resource of SageMaker, whose ARN has its name in small letters."""
    kind, _, name = arn.split(":", 5)[5].partition("/")
    held = "_models" if kind == "model" else f"{kind.replace('-', '_')}s"
    every = getattr(stored.backend("sagemaker"), held, {})
    found = next((each for key, each in every.items() if key.lower() == name), None)
    return _pairs(found.tags) if found is not None else {}


_TAGS: Mapping[str, Callable[[Stored, str], Mapping[str, str]]] = {
    "sagemaker": _of_sagemaker,
    "lambda": lambda stored, arn: _functions(stored).list_tags(":".join(arn.split(":")[:7])),
    "states": lambda stored, arn: _pairs(
        stored.backend("stepfunctions").list_tags_for_resource(arn)["tags"]
    ),
    "sns": lambda stored, arn: stored.backend("sns").list_tags_for_resource(arn),
}
