"""One cloud for the tests of a module; each begins without an endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from endpoint_stage import EndpointStage, endpoint_stage


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EndpointStage]:
    with endpoint_stage(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture
def stage(opened: EndpointStage) -> Iterator[EndpointStage]:
    opened.set()
    yield opened
    opened.clear()
