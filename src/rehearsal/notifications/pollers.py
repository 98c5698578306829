"""Lambda's event pollers: a thread for each mapping, which looks into its source and invokes its function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from rehearsal.cloud import Cloud

WAIT_SECONDS = 0.2
"""How long a poller waits before it looks again whether there is something new."""
Turn = Callable[[], bool]
"""Looks into a source once, and deals with what is there; False once the source is gone."""


@dataclass
class Pollers:
    """The pollers of one cloud, one a mapping, until it is closed."""

    cloud: Cloud
    closed: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)

    def begin(self, mapped: Mapped, turn: Turn) -> None:
        """Take turns for as long as the mapping and its source are there."""
        work, name = (mapped, turn), mapped.mapping.uuid
        thread = Thread(target=self._poll, args=work, name=name, daemon=True)
        self.threads.append(thread)
        thread.start()

    def close(self) -> None:
        """End them all."""
        self.closed.set()
        for thread in self.threads:
            thread.join()

    def _poll(self, mapped: Mapped, turn: Turn) -> None:
        while not self.closed.is_set() and mapped.stands():
            try:
                if not turn():
                    return
            except RuntimeError:
                return  # the functions have ended with their cloud
            except Exception as error:  # a poller outlives whatever happens to one batch
                mapped.note("Failed", why=f"{type(error).__name__}: {error}")
                self.closed.wait(WAIT_SECONDS)


@dataclass(frozen=True)
class Mapped:
    """A mapping of Lambda's, and what its poller asks of it; `source` is how the journal calls it."""

    pollers: Pollers
    backend: Any
    mapping: Any
    source: str

    def stands(self) -> bool:
        """Tell whether the mapping is there still."""
        return bool(self.backend.get_event_source_mapping(self.mapping.uuid))

    def pause(self, seconds: float = WAIT_SECONDS) -> bool:
        """Wait, but for the end of the cloud; tell whether that has come."""
        return self.pollers.closed.wait(seconds)

    def note(self, status: str, why: str = "") -> None:
        """Write into the journal what became of a batch."""
        self.pollers.cloud.journal.note("notification", self.source, status, why=why)

    def passes(self, seen: dict[str, Any]) -> bool:
        """Tell whether a record, as filters see it, passes those of the mapping."""
        from moto.events.models import EventPattern

        patterns = (self.mapping.filter_criteria or {}).get("Filters") or []
        return not patterns or any(
            EventPattern.load(each["Pattern"]).matches_event(seen) for each in patterns
        )

    def invoke(self, records: list[dict[str, Any]]) -> list[str] | None:
        """Invoke the function; return the items that it reports as failed, None where it failed itself."""
        answered: dict[str, Any] = {}
        body = json.dumps({"Records": records})
        payload = self.backend.invoke(self.mapping.function_arn, None, body, {}, answered)
        failed = "x-amz-function-error" in answered
        self.note("Failed" if failed else "Delivered")
        if failed:
            return None
        if "ReportBatchItemFailures" not in (self.mapping.function_response_types or []):
            return []
        told = json.loads(payload or "null") or {}
        return [str(each["itemIdentifier"]) for each in told.get("batchItemFailures") or []]
