"""Job runs: the shipped script under spark-submit, its addresses in S3 turned into folders."""

from __future__ import annotations

import copy
import sys
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.containers import Container, sealed
from rehearsal.errors import InputError, RehearsalError
from rehearsal.glue import arguments, submitting
from rehearsal.glue.notices import tell_run
from rehearsal.glue.states import settle
from rehearsal.patches import Patch, around
from rehearsal.permissions.actions import Place
from rehearsal.permissions.unseen import logging
from rehearsal.stand_ins import in_scripts

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

MESSAGE_CHARACTERS = 500
_DAY_MINUTES = 480


class JobRuns:
    """Every job run of one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._threads: list[Thread] = []
        self._closing = Event()

    def patches(self) -> list[Patch]:
        """Return what makes job runs run."""
        from moto.glue.models import FakeJob, FakeJobRun

        return [
            around(FakeJob, "start_job_run", self._start),
            around(FakeJobRun, "as_dict", self._describe),
        ]

    def close(self) -> None:
        """Stop what still runs, and wait for it."""
        self._closing.set()
        for thread in list(self._threads):
            thread.join()

    def _start(self, original: Any, job: Any, **wanted: Any) -> str:
        number: str = original(job, **wanted)
        run = next(run for run in job.job_runs if run.job_run_id == number)
        run.attempt = 0
        self._begin(job, run)
        return number

    def _begin(self, job: Any, run: Any) -> None:
        settle(run, "RUNNING")
        # A fault is taken by the run that it was handed to, before another run is started.
        work = (job, run, self._fault(job.name))
        thread = Thread(target=self._run, args=work, name=run.job_run_id[:16], daemon=True)
        self._threads.append(thread)
        thread.start()

    def _retry(self, job: Any, run: Any) -> None:
        """Start a failed run anew, as often as MaxRetries lets: a run of its own beside the failed.

        See "MaxRetries" of Job and "Attempt", "PreviousRunId" of JobRun in the API of Glue; the runs
        of one start are told apart as ``jr_…``, ``jr_…_attempt_1``, and so on.
        """
        if run.attempt >= int(job.max_retries or 0) or self._closing.is_set():
            return
        again = copy.copy(run)
        again.attempt, again.previous_run_id = run.attempt + 1, run.job_run_id
        first = run.job_run_id.partition("_attempt_")[0]
        again.job_run_id = f"{first}_attempt_{again.attempt}"
        again.started_on = again.modified_on = datetime.now(UTC)
        again.error_message, again.seconds = "", 0
        job.job_runs.append(again)
        self._begin(job, again)

    def _describe(self, original: Any, run: Any) -> dict[str, Any]:
        described: dict[str, Any] = original(run)
        described["ExecutionTime"] = getattr(run, "seconds", 0)
        described["Attempt"] = getattr(run, "attempt", 0)  # it may have been listed this moment
        if message := getattr(run, "error_message", ""):
            described["ErrorMessage"] = message
        if described["JobRunState"] == "RUNNING":
            described.pop("CompletedOn", None)
        return described

    def _run(self, job: Any, run: Any, fault: RehearsalError | TimeoutError | None) -> None:
        started, status, why = time.monotonic(), "SUCCEEDED", ""
        try:
            arn = f"arn:aws:glue:{self.cloud.region}:{self.cloud.account}:job/{job.name}"
            with self.cloud.permissions.as_role(job.role, "glue", "GlueJobRunnerSession", arn):
                self._submit(job, run, fault)
                group = run.arguments.get("--continuous-log-logGroup") or "/aws-glue/jobs/output"
                logs = logging(Place(self.cloud.region, self.cloud.account), group, run.job_run_id)
                self.cloud.permissions.ask(logs)  # without a log it runs, too
        except TimeoutError as error:
            status, why = "TIMEOUT", str(error)
        except RehearsalError as error:
            status, why = "FAILED", error.message
        except Exception as error:  # a run must end whatever happens
            status, why = "FAILED", f"{type(error).__name__}: {error}"
        run.error_message = why
        run.seconds = round(time.monotonic() - started)
        run.completed_on = run.modified_on = datetime.now(UTC)
        self.cloud.journal.note("glue", job.name, status, time.monotonic() - started, why)
        if status == "FAILED":
            self._retry(job, run)
        settle(run, status)
        self.cloud.bell.ring()
        tell_run(self.cloud, job.name, run.job_run_id, status, why)

    def _fault(self, name: str) -> RehearsalError | TimeoutError | None:
        """Return the fault that is aimed at this job; the run then ends so, without running."""
        if self.cloud.faults.take(name, "fails"):
            return RehearsalError("SystemExit: 1 (a fault made on purpose)")
        if self.cloud.faults.take(name, "stopped"):
            return TimeoutError("Job run exceeded its timeout (a fault made on purpose)")
        if self.cloud.faults.take(name, "data-missing"):
            return InputError("There is nothing to read (a fault made on purpose).")
        return None

    def _submit(self, job: Any, run: Any, fault: RehearsalError | TimeoutError | None) -> None:
        """Run the script, or make the fault; bring back what it wrote only when it succeeded."""
        if fault:
            raise fault
        folder = self.cloud.work / "glue" / f"{run.job_run_id[:16]}-{run.attempt}"
        folder.mkdir(parents=True)
        script = _fetch_one(self.cloud, job.command["ScriptLocation"], folder)
        modules = _modules(self.cloud, run.arguments, folder)
        given = {"--JOB_NAME": job.name, "--JOB_RUN_ID": run.job_run_id} | run.arguments
        mirror = arguments.Mirror(self.cloud, folder / "s3")
        folders = self.cloud.setup.glue_folders
        words = arguments.local(given, mirror) if folders else arguments.words(given)
        container = Container.start(
            [*self._command(job, folder), str(script), *words],
            folder / "work",
            folder / "log.txt",
            sealed(self.cloud, submitting.environment(folder, modules)),
            mounted=False,
        )
        if "awsglue" in script.read_text(encoding="utf-8", errors="replace"):
            self.cloud.journal.remark(in_scripts.REMARK)
        minutes = run.timeout or _DAY_MINUTES
        code = container.wait(minutes * 60.0, self._closing)
        self._pass_on(folder / submitting.REMARKS)
        if code is None:
            raise TimeoutError(f"Job run exceeded its timeout of {minutes} minutes.")
        if code:
            raise RehearsalError(f"{container.output.strip()[-MESSAGE_CHARACTERS:]} (exit {code})")
        mirror.store()

    def _command(self, job: Any, folder: Path) -> list[str]:
        """Return what runs the script: Python for a Python shell job, spark-submit for others."""
        if job.command.get("Name") == "pythonshell":
            return [sys.executable]
        return self.cloud.glue_command or submitting.spark_submit(folder)

    def _pass_on(self, remarks: Path) -> None:
        """Write down what a stand-in said in the script's process."""
        if remarks.is_file():
            for sentence in remarks.read_text(encoding="utf-8").splitlines():
                self.cloud.journal.remark(sentence)


def _fetch_one(cloud: Cloud, uri: str, folder: Path) -> Path:
    """Fetch the object of that very key. Raises `InputError` when there is none."""
    target = folder / Path(objects.split(uri)[1]).name
    if not objects.fetch_exact(cloud, uri, target):
        raise InputError(f"There is no object {uri}.")
    return target


def _modules(cloud: Cloud, given: Mapping[str, str], folder: Path) -> list[Path]:
    """Install the wheels and files that the run names; return what goes on PYTHONPATH."""
    found = []
    for uri in filter(None, given.get("--extra-py-files", "").split(",")):
        found.append(_fetch_one(cloud, uri, folder))
    for module in filter(None, given.get("--additional-python-modules", "").split(",")):
        if module.startswith("s3://"):
            wheel, place = _fetch_one(cloud, module, folder), folder / "modules"
            with zipfile.ZipFile(wheel) as packed:
                packed.extractall(place)
            found.append(place)
        else:
            cloud.journal.remark(f"Glue's installing of {module}: this interpreter's own is used.")
    return found
