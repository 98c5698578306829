"""A cloud for stacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_stack import SmallStack

from rehearsal.cloud import Setup
from rehearsal.opening import open_cloud


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[SmallStack]:
    """A cloud with the code uploaded, and nothing deployed."""
    with open_cloud(tmp_path, setup=Setup(enforce=False)) as cloud:
        yield SmallStack(cloud).prepare()
