"""An empty cloud for a test: name this module in ``pytest_plugins`` of your conftest.

    pytest_plugins = ["rehearsal.pytest_fixture"]

    def test_my_stack(rehearsed):
        made = deploy(rehearsed.clients, "mine", Path("template.yaml").read_text())
        assert start(rehearsed.clients, made.outputs["Machine"]).succeeded

Not loaded by itself: who has the package installed for another purpose shall not find a fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.cloud import Cloud, Setup
from rehearsal.opening import open_cloud


@pytest.fixture(scope="session")
def rehearsal_setup() -> Setup:
    """What the tests know and the cloud does not; define your own to say how your images run."""
    return Setup()


@pytest.fixture
def rehearsed(tmp_path: Path, rehearsal_setup: Setup) -> Iterator[Cloud]:
    """An empty cloud, to which every AWS library leads while the test runs."""
    with open_cloud(tmp_path / "rehearsal", setup=rehearsal_setup) as cloud:
        yield cloud
