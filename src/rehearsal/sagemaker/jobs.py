"""Jobs of SageMaker: born in progress, run by a thread, described as SageMaker describes them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from rehearsal.errors import RehearsalError
from rehearsal.patches import Patch, around
from rehearsal.permissions.refusals import DeniedError
from rehearsal.sagemaker.notices import tell_job
from rehearsal.sagemaker.referred import check_referred
from rehearsal.sagemaker.requests import check, check_spot

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

REASON_CHARACTERS = 1024
MADE = "A fault made on purpose"


class JobFailedError(RehearsalError):
    """The job ends Failed; the message is its FailureReason."""


class JobStoppedError(RehearsalError):
    """The job ends Stopped: it was asked to, or outlived its MaxRuntimeInSeconds."""


@dataclass(frozen=True)
class JobKind:
    """A kind of job by the names it has in the API (`prefix`) and in moto (`snake`)."""

    word: str
    prefix: str
    snake: str


PROCESSING = JobKind("processing", "ProcessingJob", "processing_job")
TRAINING = JobKind("training", "TrainingJob", "training_job")
TRANSFORM = JobKind("transform", "TransformJob", "transform_job")
TUNING = JobKind("tuning", "HyperParameterTuningJob", "hyper_parameter_tuning_job")


@dataclass
class Job:
    """One job. `request` is the call that made it, `details` what is known since.

    `folder` is its own; `record` moto's object, which listings and tags read; `stopped` is set
    to make it stop, `ended` once it has.
    """

    kind: JobKind
    request: dict[str, Any]
    arn: str
    folder: Path
    record: Any
    status: str = "InProgress"
    details: dict[str, Any] = field(default_factory=dict)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    stopped: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)

    @property
    def name(self) -> str:
        """The name it was given."""
        return str(self.request[f"{self.kind.prefix}Name"])

    @property
    def seconds(self) -> float:
        """How long it may run: MaxRuntimeInSeconds, a day where nothing is said."""
        return float(self.request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 86_400))

    @property
    def isolated(self) -> bool:
        """Tell whether it asked for EnableNetworkIsolation."""
        settings = self.request.get("NetworkConfig", self.request)
        return bool(settings.get("EnableNetworkIsolation", False))

    def describe(self) -> dict[str, Any]:
        """Return what the Describe call answers."""
        return {
            **self.request,
            **self.details,
            f"{self.kind.prefix}Arn": self.arn,
            f"{self.kind.prefix}Status": self.status,
            "CreationTime": self.created,
        }

    def end(self, status: str, reason: str = "") -> None:
        """Give it its last status."""
        self.details["LastModifiedTime"] = datetime.now(UTC)
        if reason:
            self.details["FailureReason"] = reason[:REASON_CHARACTERS]
        setattr(self.record, f"{self.kind.snake}_status", status)
        self.status = status
        self.ended.set()


Work = Callable[[Job], None]


class Jobs:
    """Every job of one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._jobs: dict[tuple[str, str], Job] = {}
        self._threads: list[Thread] = []
        self._lock = Lock()

    def find(self, kind: JobKind, name: str) -> Job | None:
        """Return the job of that name, if there is one."""
        return self._jobs.get((kind.word, name))

    def patches(self, kind: JobKind, work: Work) -> list[Patch]:
        """Make jobs of `kind` run `work`, and be described as they are."""
        from moto.sagemaker.responses import SageMakerResponse as Api

        patches = [
            around(Api, f"create_{kind.snake}", partial(self._create, kind, work)),
            around(Api, f"describe_{kind.snake}", partial(self._describe, kind)),
        ]
        if hasattr(Api, f"stop_{kind.snake}"):  # moto can stop processing jobs alone
            patches.append(around(Api, f"stop_{kind.snake}", partial(self._stop, kind)))
        return patches

    def close(self) -> None:
        """Stop what still runs, and wait for it."""
        for job in list(self._jobs.values()):
            job.stopped.set()
        for thread in list(self._threads):
            thread.join()

    def _create(self, kind: JobKind, work: Work, original: Any, response: Any) -> Any:
        request = json.loads(response.body)
        check(self.cloud, f"Create{kind.prefix}", request)
        check_spot(request)
        check_referred(response.sagemaker_backend, request)
        name = request[f"{kind.prefix}Name"]
        with self._lock:
            self._refuse_second(kind, name)
            answer = original(response)
            record = getattr(response.sagemaker_backend, f"{kind.snake}s")[name]
            folder = self.cloud.work / kind.word / name
            folder.mkdir(parents=True, exist_ok=True)
            job = Job(kind, request, record.arn, folder, record)
            setattr(record, f"{kind.snake}_status", job.status)
            self._jobs[kind.word, name] = job
            thread = Thread(target=self._run, args=(job, work), name=name, daemon=True)
            self._threads.append(thread)
        thread.start()
        return answer

    def _refuse_second(self, kind: JobKind, name: str) -> None:
        from moto.sagemaker.exceptions import ResourceInUseException

        if job := self.find(kind, name):
            raise ResourceInUseException(
                f"{kind.word.capitalize()} job names must be unique within an AWS account and "
                f"region, and a {kind.word} job with this name already exists ({job.arn})"
            )

    def _describe(self, kind: JobKind, original: Any, response: Any) -> Any:
        from moto.core.responses import ActionResult

        job = self.find(kind, json.loads(response.body)[f"{kind.prefix}Name"])
        return ActionResult(job.describe()) if job else original(response)

    def _stop(self, kind: JobKind, original: Any, response: Any) -> Any:
        if job := self.find(kind, json.loads(response.body)[f"{kind.prefix}Name"]):
            job.stopped.set()
        return original(response)

    def _run(self, job: Job, work: Work) -> None:
        from botocore.exceptions import ClientError

        started, status, reason = time.monotonic(), "Completed", ""
        try:
            tell_job(self.cloud, job)
            self._suffer(job)
            with self.cloud.permissions.as_role(_role(job), "sagemaker", "SageMaker", job.arn):
                work(job)
        except JobStoppedError as error:
            status, reason = "Stopped", error.message
        except JobFailedError as error:
            status, reason = "Failed", error.message
        except DeniedError as error:
            status, reason = "Failed", f"ClientError: {error.message}"
        except ClientError as error:
            status, reason = (
                "Failed",
                f"ClientError: {error.response['Error'].get('Message', error)}",
            )
        except Exception as error:  # a job must end whatever happens, or its machine never does
            status, reason = "Failed", f"InternalServerError: {type(error).__name__}: {error}"
        seconds = time.monotonic() - started
        try:
            self.cloud.journal.note(job.kind.word, job.name, status, seconds, reason)
        finally:
            job.end(status, reason)
            self.cloud.bell.ring()
            tell_job(self.cloud, job)

    def _suffer(self, job: Job) -> None:
        """Make the fault that is aimed at this job, without running it."""
        if self.cloud.faults.take(job.name, "fails"):
            raise JobFailedError(f"AlgorithmError: {MADE}, exit code: 1")
        if self.cloud.faults.take(job.name, "stopped"):
            job.details["SecondaryStatus"] = "MaxRuntimeExceeded"
            raise JobStoppedError("MaxRuntimeExceeded")
        if self.cloud.faults.take(job.name, "data-missing"):
            raise JobFailedError(f"ClientError: Data download failed: No S3 objects found ({MADE})")


def _role(job: Job) -> str:
    """Return the role that a job acts as; the trials of a tuning, and a transform's model, have their own."""
    return str(job.request.get("RoleArn", ""))
