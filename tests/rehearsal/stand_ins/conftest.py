"""A cloud on loopback in which nobody said how an image runs: AWS's own are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud


@pytest.fixture
def supplied(tmp_path: Path) -> Iterator[Cloud]:
    """An open cloud with a bucket named acme-bucket and AWS's own images."""
    with open_cloud(tmp_path / "cloud") as cloud:
        cloud.clients.client("s3").create_bucket(Bucket="acme-bucket")
        yield cloud
