"""Sessions of roles: the keys they sign with, and who acts at the moment in a thread.

What a service does for somebody's role runs within `Acting.as_`; every call made there is signed as
that session, and every process started there gets its keys. Threads started within begin anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from rehearsal.access_key import KEY_PREFIX, Key
from rehearsal.permissions.evaluation import Caller
from rehearsal.permissions.policies import Policy


@dataclass(frozen=True)
class Session:
    """One session of a role: who it is, and what it signs with; `policy` narrows it."""

    caller: Caller
    key: Key
    token: str
    policy: Policy | None = None

    def variables(self) -> dict[str, str]:
        """Return the variables by which any SDK signs as it."""
        return {
            "AWS_ACCESS_KEY_ID": self.key.id,
            "AWS_SECRET_ACCESS_KEY": self.key.secret,
            "AWS_SESSION_TOKEN": self.token,
        }


_ACTING: ContextVar[Session | None] = ContextVar("acting", default=None)
_CALLING: ContextVar[Session | None] = ContextVar("calling", default=None)


def acting() -> Session | None:
    """Return the session that this thread's calls are made as; None is the administrator."""
    return _ACTING.get()


def calling() -> Session | None:
    """Return the session whose request this thread answers; None is the administrator."""
    return _CALLING.get()


def signing(administrator: Key) -> tuple[str, str, str | None]:
    """Return what a call of this thread is signed with: key, secret, token."""
    session = _ACTING.get()
    if session is None:
        return administrator.id, administrator.secret, None
    return session.key.id, session.key.secret, session.token


@contextmanager
def as_session(session: Session | None) -> Iterator[None]:
    """Have this thread's calls made as a session for the length of the block."""
    before = _ACTING.set(session)
    try:
        yield
    finally:
        _ACTING.reset(before)


def under(session: Session | None, work: Callable[..., None]) -> Callable[..., None]:
    """Return `work` as a thread of its own is to do it: as a session."""

    def done(*given: Any) -> None:
        with as_session(session):
            work(*given)

    return done


@contextmanager
def answering(session: Session | None) -> Iterator[None]:
    """Note whose request this thread answers for the length of the block."""
    before = _CALLING.set(session)
    try:
        yield
    finally:
        _CALLING.reset(before)


_KEY_CHARACTERS = 20
"""Of a session's key, which moto knows its caller by: it sees none of another length."""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _key_id() -> str:
    drawn = (secrets.choice(_ALPHABET) for _ in range(_KEY_CHARACTERS - len(KEY_PREFIX)))
    return f"{KEY_PREFIX}{''.join(drawn)}"


@dataclass
class Sessions:
    """Every session of one cloud, by its key; a service has one a role and name, and keeps it."""

    account: str
    region: str
    _by_key: dict[str, Session] = field(default_factory=dict)
    _of_services: dict[tuple[str, str], Session] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def by_key(self, key: str) -> Session | None:
        """Return the session that signs with a key."""
        return self._by_key.get(key)

    def of_service(self, role: Any, name: str) -> Session:
        """Return the session of that name in which a service acts for a role, moto's record."""
        with self._lock:
            if (role.arn, name) not in self._of_services:
                self._of_services[role.arn, name] = self.register(self._assumed(role.arn, name))
            return self._of_services[role.arn, name]

    def register(self, assumed: Any, policy: Policy | None = None) -> Session:
        """Take in a session that moto has made, and give it keys that cannot be guessed."""
        key, token = Key(_key_id()), secrets.token_urlsafe(64)
        assumed.access_key_id, assumed.secret_access_key = key.id, key.secret
        assumed.session_token = token
        session = Session(Caller(self.account, assumed.arn, assumed.role_arn), key, token, policy)
        self._by_key[key.id] = session
        return session

    def _assumed(self, role: str, name: str) -> Any:
        from moto.sts.models import STSBackend, sts_backends

        # The method as it is written: what assumes for itself is not registered twice.
        assume = getattr(STSBackend.assume_role, "__wrapped__", STSBackend.assume_role)
        backend = sts_backends[self.account]["aws"]
        return assume(backend, self.region, name, role, None, 3600, None)
