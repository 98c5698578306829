"""A cloud on loopback whose image is the small door beside this file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.cloud import Cloud, Setup
from rehearsal.images import every_image
from rehearsal.opening import open_cloud

DOOR = Path(__file__).with_name("small_door.py")


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Cloud]:
    """An open cloud with a bucket named acme-bucket and a small image."""
    images = [every_image([sys.executable, str(DOOR)])]
    # Roles of small tests say nothing; what enforcing them does has tests of its own.
    setup = Setup(images=images, hidden=["ACME_"], glue_folders=True, enforce=False)
    with open_cloud(tmp_path / "cloud", setup=setup) as cloud:
        cloud.clients.client("s3").create_bucket(Bucket="acme-bucket")
        yield cloud


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the rehearsal's inside to the whole suite; every day it is used, by the tests of deploying."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
