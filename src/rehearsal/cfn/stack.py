"""A stack, its change sets and its events, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event as ThreadEvent
from threading import RLock
from typing import Any
from uuid import uuid4

from rehearsal.cfn.resource_type import Live, Made
from rehearsal.cfn.template import Template


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def _set() -> ThreadEvent:
    event = ThreadEvent()
    event.set()
    return event


@dataclass(frozen=True)
class Change:
    """One resource that a change set adds, modifies or removes."""

    action: str
    """Add, Modify, Remove or Import."""
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: bool = False
    changed: tuple[str, ...] = ()
    """Names of the properties that differ."""
    scope: tuple[str, ...] = ("Properties",)
    """What of the resource differs: its properties, or policies alone."""


@dataclass
class ChangeSet:
    """What deploying `template` with `parameters` would change."""

    id: str
    name: str
    type: str
    """CREATE, UPDATE or IMPORT."""
    template: Template
    given: dict[str, str]
    parameters: dict[str, Any]
    tags: dict[str, str]
    changes: list[Change] = field(default_factory=list)
    status: str = "CREATE_COMPLETE"
    execution: str = "AVAILABLE"
    reason: str = ""
    on_failure: str = "ROLLBACK"
    """Or DELETE, or DO_NOTHING."""
    imports: set[str] = field(default_factory=set)
    adopted: dict[str, Made] = field(default_factory=dict)
    """What an import takes in as it is, by logical id."""
    created: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Event:
    """One line of a stack's history."""

    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
    time: datetime = field(default_factory=now)


@dataclass
class Stack:
    """One stack, in whichever state."""

    id: str
    name: str
    template: Template
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    given: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    live: dict[str, Live] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    """Names of the exports of others that it uses."""
    making: dict[str, Any] = field(default_factory=dict)
    """The bodies of its resources, those of a change under way included: what each needs."""
    change_sets: list[ChangeSet] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    protected: bool = False
    """Whether it may not be deleted."""
    cancelled: ThreadEvent = field(default_factory=ThreadEvent)
    """Set when what is made is to be made no further: it is to be deleted."""
    idle: ThreadEvent = field(default_factory=_set)
    """Not set while a change is made."""
    turn: RLock = field(default_factory=RLock)

    @property
    def changing(self) -> bool:
        """Whether a change set is executed, from the moment that it was asked for."""
        return any(each.execution == "EXECUTE_IN_PROGRESS" for each in self.change_sets)

    @property
    def updating(self) -> bool:
        """Whether that is an update: what is created can be deleted meanwhile."""
        return self.changing and any(each.type == "UPDATE" for each in self.change_sets)

    def become(self, status: str, reason: str = "") -> None:
        """Change the status of the stack itself, and write it down."""
        self.status, self.reason = status, reason
        kind = "AWS::CloudFormation::Stack"
        self.events.append(Event(self.name, self.id, kind, status, reason))

    def note(
        self, logical_id: str, physical_id: str, kind: str, status: str, why: str = ""
    ) -> None:
        """Write down what happened to one resource."""
        self.events.append(Event(logical_id, physical_id, kind, status, why))
        there = self.live.get(logical_id)
        if there is not None and there.physical_id == physical_id:
            there.status = status
