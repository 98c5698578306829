"""What the ledger keeps of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple


class Member(NamedTuple):
    """One customer of a campaign; `arm` is ``contact`` or ``control``."""

    customer: str
    arm: str
    stratum: int
    offer: str
    probability: float
    expected_value: float


@dataclass(frozen=True)
class Asked:
    """When a campaign begins, for how many days its controls are left alone, and the cool-off."""

    starts: date
    days: int
    cool_off_days: int

    @property
    def ends(self) -> date:
        """The first day on which its controls may be contacted again."""
        return self.starts + timedelta(days=self.days)


@dataclass(frozen=True)
class Entry:
    """A campaign as it was written. `cancelled`: when, by whom and why; None where it stands.

    `request_sha256` is of what was asked for, `campaign_sha256` of the artefact that came of it.
    """

    number: int
    name: str
    request_sha256: str
    campaign_sha256: str
    members_sha256: str
    starts: date
    ends: date
    summary: Mapping[str, Any] = field(repr=False)
    created_at: str = ""
    created_by: str = ""
    cancelled: Mapping[str, str] | None = None

    def keeps_from(self, asked: Asked) -> bool:
        """Tell whether its controls are to be left alone by another campaign: while both run."""
        return self.cancelled is None and self.starts < asked.ends and asked.starts < self.ends

    def calls_within(self, asked: Asked) -> bool:
        """Tell whether it begins to contact while another campaign's controls are to be left alone."""
        return self.cancelled is None and asked.starts <= self.starts < asked.ends

    def cools_off(self, asked: Asked) -> bool:
        """Tell whether whom it contacts is not to be contacted again yet."""
        apart = abs((asked.starts - self.starts).days)
        return self.cancelled is None and apart < asked.cool_off_days


@dataclass(frozen=True)
class Written:
    """What `Ledger.write` did: `entry` is the campaign; None where another one came in between."""

    entry: Entry | None
    changed: bool = False
