"""SageMaker on loopback: every job is a process of the image, over an /opt/ml of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rehearsal.cloudwatch.alarms import Alarms
from rehearsal.patches import Patch
from rehearsal.sagemaker import configs, models, notices, portfolio, referred
from rehearsal.sagemaker.endpoints import Endpoints
from rehearsal.sagemaker.jobs import PROCESSING, TRAINING, TRANSFORM, TUNING, Jobs
from rehearsal.sagemaker.processing import process
from rehearsal.sagemaker.training import train
from rehearsal.sagemaker.transform import transform
from rehearsal.sagemaker.tuning import tune

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


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
        *notices.patches(cloud),
        *portfolio.patches(cloud),
        *referred.patches(),
        *configs.patches(cloud),
        *alarms.patches(),
        *endpoints.patches(),
    ]
