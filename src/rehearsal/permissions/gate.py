"""Where requests come in: those of sessions are decided before a service sees them.

The administrator, who has the cloud's own key, may do everything that no bucket's policy denies; but
the roles that anybody hands to a service must trust it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rehearsal.access_key import Wsgi
from rehearsal.permissions.actions import Need, Place, known, resources
from rehearsal.permissions.enforcing import Permissions
from rehearsal.permissions.evaluation import Asked, Caller, Policies, decide
from rehearsal.permissions.needs import needs
from rehearsal.permissions.operations import Operation, read_operation, signed_for
from rehearsal.permissions.passing import may_pass, not_trusted, passed
from rehearsal.permissions.policies import read_policy
from rehearsal.permissions.refusals import Answer, denied, refused, sentence
from rehearsal.permissions.s3_actions import bucket_arn, s3_needs
from rehearsal.permissions.sessions import Session, answering

Environ = dict[str, Any]
_EVERYTHING = read_policy(
    "the administrator's", {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
_LOOKING = {"GetObject", "HeadObject"}
_MISSING = (
    "That S3 compares s3:prefix with the key of an object that is missing, to tell whether it may "
    "say so, is taken for granted."
)


@dataclass(frozen=True)
class Gate:
    """A WSGI app before another one: answers what is not allowed itself."""

    app: Wsgi
    permissions: Permissions

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Refuse the request as its service would, or hand it on."""
        key, _, signed = signed_for(environ)
        session = self.permissions.sessions.by_key(key) if self.permissions.enforce else None
        answer = self._refusal(environ, signed, session)
        if answer is None:
            with answering(session):
                return self.app(environ, start_response)
        status, headers, body = answer
        start_response(status, list(headers.items()))
        return [body]

    def _refusal(self, environ: Environ, signed: str, session: Session | None) -> Answer | None:
        if session is None and signed != "s3" and not may_pass(signed):
            return None
        operation = read_operation(environ, signed)
        if operation is None:
            if session is not None:
                self.permissions.journal.remark(
                    f"A call of {signed} could not be read; it was allowed."
                )
            return None
        why = self._of_session(operation, session) if session else self._of_administrator(operation)
        if why:
            return denied(environ, operation.service, why)
        return self._untrusted(environ, operation)

    def _of_session(self, operation: Operation, session: Session) -> str:
        permissions = self.permissions
        if not known(operation):
            permissions.journal.remark(
                f"The resources of {operation.service}:{operation.name} are not known here: whatever "
                "resource a policy allows it on was taken for the right one."
            )
        found = needs(operation, permissions.stored)
        return permissions.ask(found, session) or self._hidden(operation, session)

    def _hidden(self, operation: Operation, session: Session) -> str:
        """Return why S3 does not say that an object is missing: who may not list may not know."""
        given = operation.parameters
        if operation.service != "s3" or operation.name not in _LOOKING:
            return ""
        bucket = self.permissions.stored.backend("s3").buckets.get(given.get("Bucket"))
        found = bucket.keys.get(given.get("Key")) if bucket is not None else None
        if bucket is None or hasattr(found, "etag"):  # a marker of what was deleted has none
            return ""
        self.permissions.journal.remark(_MISSING)
        need = Need("s3:ListBucket", bucket_arn(bucket.name), {"s3:prefix": [str(given["Key"])]})
        return self.permissions.ask([need], session)

    def _of_administrator(self, operation: Operation) -> str:
        """Return why a bucket's policy denies it even to the administrator."""
        if operation.service != "s3" or operation.name.endswith("BucketPolicy"):
            return ""
        stored = self.permissions.stored
        caller = Caller(stored.account, f"arn:aws:iam::{stored.account}:user/administrator")
        for need in s3_needs(operation):
            policy = stored.of_resource(need.resource)
            if policy is None:
                continue
            context = self.permissions.about_request(need)
            asked = Asked(caller, need.action, need.resource, context)
            decision = decide(asked, Policies((_EVERYTHING,), policy))
            if not decision.allowed:
                return sentence(asked, decision)
        return ""

    def _untrusted(self, environ: Environ, operation: Operation) -> Answer | None:
        """Refuse a role that the service could not assume, as the service does."""
        for each in passed(operation):
            source = self._source(operation)
            if self.permissions.trusts(each.role, each.principal, source).allowed:
                continue
            found = not_trusted(operation.service, each.role)
            if found is not None:
                return refused(environ, operation.service, *found)
        return None

    def _source(self, operation: Operation) -> str:
        """Return what a service that assumes a role says it does so for."""
        stored = self.permissions.stored
        place = Place(stored.region, stored.account)
        if operation.service == "scheduler":
            group = operation.parameters.get("GroupName") or "default"
            return place.arn("scheduler", f"schedule-group/{group}")
        return resources(operation, place)[0]
