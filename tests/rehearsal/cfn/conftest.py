"""A cloud for stacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_stack import SmallStack

from rehearsal.cloud import Cloud, Setup
from rehearsal.opening import open_cloud


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[SmallStack]:
    """A cloud with the code uploaded, and nothing deployed."""
    with open_cloud(tmp_path, setup=Setup(enforce=False)) as cloud:
        yield SmallStack(cloud).prepare()


@pytest.fixture(scope="module")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud with a bucket named acme-bucket, for all tests of a module."""
    work = tmp_path_factory.mktemp("cloud")
    with open_cloud(work, setup=Setup(enforce=False)) as cloud:
        cloud.clients.client("s3").create_bucket(Bucket="acme-bucket")
        yield cloud
