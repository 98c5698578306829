"""A ledger of each kind, with a clock and a user of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from loopback_aws import loopback_aws, make_table
from unchurn.aws.clients import Clients
from unchurn.aws.journal import DynamoJournal
from unchurn.campaigns import CampaignLedger, Ledger
from unchurn.campaigns.journal import JournalLedger

BUCKET = "a-bucket"
KINDS = ("sqlite", "dynamodb")
Make = Callable[[str], Ledger]


def clock() -> datetime:
    """Return the time of every test."""
    return datetime(2027, 2, 27, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    """An account with a bucket, on loopback."""
    with loopback_aws(BUCKET) as clients:
        yield clients


@pytest.fixture
def make_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Give an empty ledger of a kind."""

    def make(kind: str) -> Ledger:
        if kind == "sqlite":
            return CampaignLedger(tmp_path / str(uuid4()), clock, lambda: "kim")
        clients = request.getfixturevalue("aws")
        table = make_table(clients, f"t-{uuid4()}")
        return JournalLedger(DynamoJournal(clients, table, lambda: BUCKET), clock, lambda: "kim")

    return make


@pytest.fixture(params=KINDS)
def ledger(request: pytest.FixtureRequest, make_ledger: Make) -> Ledger:
    """Every ledger: what is promised of one is promised of all."""
    return make_ledger(request.param)
