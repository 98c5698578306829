"""What was captured and could not be read: counted by reason, with an example of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from unchurn.artefacts import Finding
from unchurn.errors import counted
from unchurn.serve.refusals import Faults

_ROW = ("captured row is no customer", "captured rows are no customers")


@dataclass
class Unread:
    """What could not be read: how often for each reason, in grammar, and an example of it."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, reason: tuple[str, str], words: str) -> None:
        """Count one line, request or row; `reason` reads after a number, one and several."""
        self.counts[reason] += 1
        self.examples.setdefault(reason, words)

    def faults(self, faults: Faults, columns: Collection[str]) -> None:
        """Count rows that the server would not score, by field where it is one of `columns`: callers name others."""
        for fault in faults.found.values():
            about = f"of which {fault.field!r} cannot be read"
            named = (f"captured customer {about}", f"captured customers {about}")
            self.add(named if fault.field in columns else _ROW, fault.words)

    def words(self) -> str:
        """Tell each reason with its count, the commonest first, and nothing that a caller sent."""
        return "; ".join(counted(count, *reason) for reason, count in self.counts.most_common())

    def findings(self) -> list[Finding]:
        """Say each reason with its count and an example, the commonest first."""
        return [
            Finding(
                "captured-unread",
                "warning",
                f"Not read: {counted(count, *reason)}; for example: {self.examples[reason]}",
                count=count,
            )
            for reason, count in self.counts.most_common()
        ]
