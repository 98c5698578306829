"""Things of moto that change their state by being looked at, kept in the state that is true."""

from __future__ import annotations

from typing import Any


def settle(thing: Any, status: str) -> None:
    """Give a thing of moto a status that stays, whatever transitions moto had in mind for it."""
    thing._transitions = [(status, status)]
    thing._status = status
