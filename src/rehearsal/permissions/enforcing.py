"""The permissions of one cloud: what a session may do is looked up, decided, recorded and said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rehearsal.journal import Journal
from rehearsal.permissions.actions import Need
from rehearsal.permissions.evaluation import (
    Asked,
    Caller,
    Decision,
    Policies,
    decide,
)
from rehearsal.permissions.record import Record, Use
from rehearsal.permissions.refusals import DeniedError, sentence
from rehearsal.permissions.sessions import Session, Sessions, acting, as_session
from rehearsal.permissions.stored import Stored

ASSUME = "sts:AssumeRole"
_BY_RESOURCE = {"kms"}
"""Services whose resources' own policies must allow."""
_TRUST = "role trust policy"


@dataclass
class Permissions:
    """Who may do what in one cloud. Where it does not `enforce`, everything is done by the administrator."""

    account: str
    region: str
    journal: Journal
    enforce: bool = True
    record: Record = field(default_factory=Record)
    sessions: Sessions = field(init=False)
    stored: Stored = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.account, self.region)
        self.stored = Stored(self.account, self.region, self.journal.remark)

    @contextmanager
    def as_role(self, role: str, service: str, name: str = "", source: str = "") -> Iterator[None]:
        """Do what is in the block as `service`, such as ``lambda``, does it: as a session of `role`.

        `name` is the session's; `source` the ARN of what it is done for. Raises `DeniedError` where the
        role does not trust the service.
        """
        with as_session(self.session(role, service, name, source)):
            yield

    def session(self, role: str, service: str, name: str = "", source: str = "") -> Session | None:
        """Return the session that a service acts in for a role; None where nothing is enforced."""
        if not self.enforce or not role:
            return None
        found = self.stored.role(role)
        if found is None:
            self.journal.remark(
                f"The role {role} is not in this cloud: what was done as it was allowed."
            )
            return None
        decision = self.trusts(found.arn, f"{service}.amazonaws.com", source)
        if not decision.allowed:
            raise DeniedError(
                f"{service}.amazonaws.com is not authorized to perform: {ASSUME} on resource: "
                f"{found.arn} {decision.because}"
            )
        return self.sessions.of_service(found, name or service)

    def trusts(self, role: str, principal: str, source: str = "") -> Decision:
        """Tell whether a role lets a service assume it, on behalf of the resource `source`."""
        found = self.stored.role(role)
        if found is None or not self.enforce:
            return Decision(True)
        context = {"aws:sourceaccount": [self.account], "aws:requestedregion": [self.region]}
        if source:
            context["aws:sourcearn"] = [source]
        asked = Asked(Caller(self.account, service=principal), ASSUME, found.arn, context)
        trust = self.stored.trust(found)
        return decide(asked, Policies(resource=trust, resource_decides=True, resource_word=_TRUST))

    def service_may(self, service: str, need: Need, source: str = "") -> bool:
        """Tell whether a service may do something in its own name, by the resource's own policy."""
        if not self.enforce:
            return True
        context = {**_now(), **need.context, "aws:sourceaccount": [self.account]}
        context |= {"aws:sourceowner": [self.account]} | (
            {"aws:sourcearn": [source]} if source else {}
        )
        caller = Caller(self.account, service=f"{service}.amazonaws.com")
        asked = Asked(caller, need.action, need.resource, context)
        return self._decided(
            asked, Policies(resource=self.stored.of_resource(need.resource))
        ).allowed

    def ask(self, needs: Iterable[Need], session: Session | None = None) -> str:
        """Return why one of `needs` is refused to a session, else to who acts; nothing where all are allowed."""
        found = session or acting()
        if found is None:
            return ""
        for need in needs:
            asked, policies = self.question(found, need)
            decision = self._decided(asked, policies)
            if not decision.allowed:
                return sentence(asked, decision)
        return ""

    def demand(self, *needs: Need) -> None:
        """Raise `DeniedError` where who acts may not do one of `needs`, which no call here is made for."""
        if why := self.ask(needs):
            raise DeniedError(why)

    def question(self, session: Session, need: Need) -> tuple[Asked, Policies]:
        """Return what is asked, and the policies that decide it as they are at this moment."""
        caller = session.caller
        role = self.stored.role(caller.role)
        context = {**_now(), **self._of_caller(caller), **_lowered(need.context)}
        for name, value in self.stored.tags(need.resource).items():
            context[f"aws:resourcetag/{name.lower()}"] = [value]
        service = need.action.partition(":")[0]
        assumes = need.action == ASSUME
        target = self.stored.role(need.resource) if assumes else None
        resource = self.stored.trust(target) if target else self.stored.of_resource(need.resource)
        policies = Policies(
            self.stored.of_role(role) if role is not None else (),
            resource,
            self.stored.boundary(role) if role is not None else None,
            session.policy,
            resource_decides=assumes or (service in _BY_RESOURCE and resource is not None),
            resource_word=_TRUST if assumes else "resource-based policy",
        )
        return Asked(caller, need.action, need.resource, context), policies

    def about_request(self, need: Need) -> dict[str, Sequence[str]]:
        """Return the context of a request whoever makes it."""
        return {**_now(), **_lowered(need.context), "aws:requestedregion": [self.region]}

    def _decided(self, asked: Asked, policies: Policies) -> Decision:
        decision = decide(asked, policies)
        first = self.record.add(Use(asked, policies, decision))
        if not decision.allowed and first:
            by = f" ({decision.statement})" if decision.statement else ""
            self.journal.note(
                "permission", asked.action, "Denied", why=sentence(asked, decision) + by
            )
        return decision

    def _of_caller(self, caller: Caller) -> dict[str, Sequence[str]]:
        role = self.stored.role(caller.role)
        tags = self.stored.tags_of_role(role) if role is not None else {}
        # "Unique identifiers" of principals in the guide of IAM: the role's own, and the session's name.
        who = [f"{role.id}:{caller.arn.rpartition('/')[2]}"] if role is not None else []
        return {
            "aws:userid": who,
            "aws:principalarn": [caller.role],
            "aws:principalaccount": [caller.account],
            "aws:principaltype": ["AssumedRole"],
            "aws:resourceaccount": [self.account],
            "aws:requestedregion": [self.region],
            **{f"aws:principaltag/{name.lower()}": [value] for name, value in tags.items()},
        }


def _now() -> dict[str, Sequence[str]]:
    """Return what is the same of every request: the loopback stands for TLS."""
    now = datetime.now(UTC)
    return {
        "aws:currenttime": [f"{now:%Y-%m-%dT%H:%M:%SZ}"],
        "aws:epochtime": [str(int(now.timestamp()))],
        "aws:securetransport": ["true"],
        "aws:sourceip": ["127.0.0.1"],
    }


def _lowered(context: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {name.lower(): values for name, values in context.items()}
