"""A small pipeline in a cloud, shared by the tests of a module."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from small_delivery import BUCKET, SmallDelivery

from rehearsal.cloud import Setup
from rehearsal.opening import open_cloud

SETUP = Setup(commands={"acme": [sys.executable, "-m", "acme"]}, enforce=False)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDelivery]:
    """The pipeline, deployed; the execution that its making began has failed for want of a bundle."""
    with open_cloud(tmp_path_factory.mktemp("delivery") / "cloud", setup=SETUP) as cloud:
        s3 = cloud.clients.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        made = SmallDelivery(cloud)
        assert made.deploy() == "CREATE_COMPLETE"
        made.ended(made.executions()[0]["pipelineExecutionId"])
        yield made
