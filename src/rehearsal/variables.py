"""Environment variables around a rehearsal: those that keep an SDK on loopback, and those that go."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")
_OF_ONE_SERVICE = "AWS_ENDPOINT_URL_"
_HERE = ("127.0.0.1", "localhost")
_OF_PROGRAMS = frozenset(
    {
        *("HOME", "LANG", "PATH", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV"),
        *("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"),
    }
)
_BEGIN_PROGRAMS = ("DYLD_", "LC_", "LD_", "NODE_", "PIP_", "PYENV_", "PYTHON")


def astray(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables that a rehearsal cannot have: profiles, and endpoints of one service."""
    services = (name for name in environment if name.startswith(_OF_ONE_SERVICE))
    return (*_PROFILES, *sorted(services))


def unproxied(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which no proxy stands between this machine and itself."""
    given = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    spared = ",".join([each for each in given.split(",") if each and each not in _HERE] + [*_HERE])
    return {"NO_PROXY": spared, "no_proxy": spared}


def of_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which programs are found, loaded and connected on this machine, and no other."""
    return {
        name: value
        for name, value in environment.items()
        if name in _OF_PROGRAMS
        or name.startswith(_BEGIN_PROGRAMS)
        or name.upper().endswith("_PROXY")
    }


@contextmanager
def set_aside() -> Iterator[None]:
    """Take what would lead astray out of this process's environment; put it back afterwards."""
    found = {name: os.environ.pop(name) for name in astray(os.environ) if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(found)
