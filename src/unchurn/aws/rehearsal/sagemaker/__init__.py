"""SageMaker on loopback: every job is a process of the image, over an /opt/ml of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from unchurn.aws.rehearsal.patches import Patch
from unchurn.aws.rehearsal.sagemaker import configs, models
from unchurn.aws.rehearsal.sagemaker.alarms import Alarms
from unchurn.aws.rehearsal.sagemaker.endpoints import Endpoints
from unchurn.aws.rehearsal.sagemaker.jobs import PROCESSING, TRAINING, TRANSFORM, TUNING, Jobs
from unchurn.aws.rehearsal.sagemaker.processing import process
from unchurn.aws.rehearsal.sagemaker.training import train
from unchurn.aws.rehearsal.sagemaker.transform import transform
from unchurn.aws.rehearsal.sagemaker.tuning import tune

if TYPE_CHECKING:
    from unchurn.aws.rehearsal.cloud import Cloud


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes SageMaker run; what it started is stopped when the cloud closes."""
    for service in ("s3", "sagemaker"):  # made here: making clients is not safe in threads
        cloud.clients.client(service)
    jobs, alarms = Jobs(cloud), Alarms(cloud)
    endpoints = Endpoints(cloud, alarms)
    cloud.closing.callback(jobs.close)
    cloud.closing.callback(endpoints.close)
    return [
        *jobs.patches(PROCESSING, partial(process, cloud)),
        *jobs.patches(TRAINING, partial(train, cloud)),
        *jobs.patches(TRANSFORM, partial(transform, cloud)),
        *jobs.patches(TUNING, partial(tune, cloud, jobs)),
        *models.patches(cloud),
        *configs.patches(cloud),
        *alarms.patches(),
        *endpoints.patches(),
    ]
