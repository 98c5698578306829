"""Which faults can occur in which state, how each is made, and the error that the state sees."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from rehearsal.faults import Kind
from unchurn.aws.machines import Name

SERVED = "is refused, then served"
REFUSED = "is throttled without end"
LATE = "outlives the state's time"
FAILS = "runs and fails"
STOPPED = "outlives its own time"
MISSING = "finds no data"


@dataclass(frozen=True)
class Row:
    """One fault of one state. `errors` are what its tries came to, but for one that succeeded.

    The run ends with the last of them as its cause, or with `blames`; `says` is a part of it. A row
    that is not `fatal` is retried until it succeeds. The fault is made by the rehearsal's own `faults` (state, "" for the row's, kind and times), by `words` to
    the jobs of a state, by what the bucket is `without` or has `beside`, or by a table that is
    `uncatalogued`.
    """

    name: str
    errors: tuple[str, ...]
    says: str = ""
    blames: str = ""
    fatal: bool = True
    faults: tuple[tuple[str, Kind, int | None], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    beside: str = ""
    uncatalogued: str = ""

    @property
    def alone(self) -> bool:
        """Whether it changes what other runs see."""
        return bool(self.without or self.beside or self.uncatalogued)


Rows = tuple[Row, ...]


def calls(throttled: str, unavailable: str, limited: str = "") -> Rows:
    """What can happen to any call of a service, by the names that the service gives it."""
    faults: list[tuple[str, Kind, int]] = [("", "throttled", 2), ("", "unavailable", 1)]
    errors = [throttled, throttled, unavailable]
    if limited:
        faults.append(("", "limited", 1))
        errors.append(limited)
    return (
        Row(SERVED, tuple(errors), fatal=False, faults=tuple(faults)),
        Row(REFUSED, (throttled,) * 5, "Rate exceeded", faults=(("", "throttled", None),)),
        Row(LATE, ("States.Timeout",), faults=(("", "times-out", 1),)),
    )


S3 = calls("S3.S3Exception", "S3.S3Exception")
CATALOGUE = calls("Glue.ThrottlingException", "Glue.InternalServiceException")
METRICS = calls("CloudWatch.CloudWatchException", "CloudWatch.InternalServiceException")
TOPIC = calls("SNS.ThrottledException", "SNS.InternalErrorException")
LAMBDA = calls("Lambda.TooManyRequestsException", "Lambda.ServiceException")
GLUE = calls(
    "Glue.ThrottlingException",
    "Glue.InternalServiceException",
    "Glue.ConcurrentRunsExceededException",
)
ATHENA = calls(
    "Athena.AmazonAthenaException",
    "Athena.InternalServerException",
    "Athena.TooManyRequestsException",
)
SAGEMAKER = calls(
    "SageMaker.AmazonSageMakerException",
    "SageMaker.AmazonSageMakerException",
    "SageMaker.ResourceLimitExceededException",
)
JOB = "States.TaskFailed"
OUT_OF_TIME = (("", "stopped", 1),)
GONE = (("", "data-missing", 1),)
NOTHING = "No S3 objects found"
PUBLISHING = (
    *METRICS,
    Row(MISSING, ("CloudWatch.InvalidParameterValueException",), "not found", faults=GONE),
)


def job(state: str, missing: Row, says: str = "") -> Rows:
    """A SageMaker job: its process really exits 1."""
    return (
        *SAGEMAKER,
        Row(FAILS, (JOB,), says or f"{state} could not go on", words=((state, "exit"),)),
        Row(STOPPED, (JOB,), "MaxRuntimeExceeded", faults=OUT_OF_TIME),
        missing,
    )


def function(missing: Row) -> Rows:
    """A Lambda function: its process really raises."""
    return (
        *LAMBDA,
        Row(FAILS, ("RuntimeError",), "Made to fail", faults=(("", "fails", 1),)),
        Row(STOPPED, ("Sandbox.Timedout",), "timed out after", faults=OUT_OF_TIME),
        missing,
    )


def query(table: str) -> Rows:
    """A query of Athena, which reads a table that the crawl found."""
    return (
        *ATHENA,
        Row(FAILS, (JOB,), "made to fail on purpose", faults=(("", "fails", 1),)),
        Row(STOPPED, (JOB,), "Query timeout", faults=OUT_OF_TIME),
        Row(
            MISSING,
            (JOB,),
            "TABLE_NOT_FOUND",
            without=(f"data/{table}/",),
            uncatalogued=table,
        ),
    )


def unread(says: str) -> Row:
    """A function for which what it reads is not there; it says so by an error of its own."""
    return Row(MISSING, ("NotThere",), says, faults=GONE)


def told(before: Row) -> Rows:
    """A state that tells of what went wrong before it, and cannot make it worse."""
    rows = (*TOPIC, Row(MISSING, ("SNS.NotFoundException",), faults=GONE))
    return tuple(
        replace(row, faults=(*before.faults, *row.faults), words=before.words,
                says=before.says, blames=before.blames)
        for row in rows
    )  # fmt: skip


FAILED_BEFORE = Row(
    "",
    (),
    says="not found",
    blames="S3.NoSuchKeyException",
    faults=(("PinProject", "data-missing", 1),),
)
VERDICT = {"verdict": "refused", "promote": False, "words": "Its ROC-AUC is 0.61.", "rules": []}
REFUSED_BEFORE = Row("", (), says="Its ROC-AUC is 0.61.", words=(("Gate", json.dumps(VERDICT)),))


def first(table: str) -> dict[str, Rows]:
    """The states with which both machines of a model begin."""
    absent = Row(MISSING, ("Glue.EntityNotFoundException",), "not found", faults=GONE)
    return {
        "PinProject": (
            *S3,
            Row(MISSING, ("S3.NoSuchKeyException",), "key", without=("project/churn.toml",)),
        ),
        "StartCrawl": (*CATALOGUE, absent),
        "ReadCrawl": (*CATALOGUE, absent),
        "FindTable": (
            *CATALOGUE,
            Row(
                MISSING,
                ("Glue.EntityNotFoundException",),
                f"Table {table} not found",
                without=(f"data/{table}/",),
                uncatalogued=table,
            ),
        ),
        "Champion": function(
            Row(MISSING, ("NotThere",), "could not be copied", without=("runs/seed/model/",))
        ),
        "Notify": told(FAILED_BEFORE),
    }


TABLE: dict[Name, dict[str, Rows]] = {
    "training": first("train")
    | {
        "Query": query("train"),
        "Etl": (
            *GLUE,
            Row(FAILS, (JOB,), "Etl could not go on", beside="data/train/z-exit.csv"),
            Row(STOPPED, (JOB,), "exceeded its timeout", faults=OUT_OF_TIME),
            Row(MISSING, (JOB,), "There is nothing to read", without=("data/train/",)),
        ),
        "Prepare": job("Prepare", Row(MISSING, (JOB,), NOTHING, beside="data/train/z-nothing.csv")),
        "PinOwnCode": (
            *S3,
            Row(MISSING, ("S3.NoSuchKeyException",), "key", without=("project/own_code.zip",)),
        ),
        "ReadSettings": (
            *S3,
            # S3 does not tell that an object is missing to who may not list the bucket.
            Row(MISSING, ("S3.AccessDeniedException",), "s3:", words=(("Prepare", "no-settings"),)),
        ),
        "Tune": job("Tune", Row(MISSING, (JOB,), NOTHING, words=(("Prepare", "nothing"),))),
        "BestHyperparameters": function(unread("There is no tuning")),
        "Train": job("Train", Row(MISSING, (JOB,), NOTHING, faults=GONE)),
        "SaveModel": (
            *SAGEMAKER,
            Row(MISSING, ("SageMaker.AmazonSageMakerException",) * 5, "not found",
                faults=(("", "data-missing", None),)),
        ),
        "ModelUrl": function(unread("There is no training")),
        "Evaluate": job("Evaluate", Row(MISSING, (JOB,), NOTHING, faults=GONE)),
        "ReadVerdict": function(
            Row(MISSING, ("NotThere",), "verdict.json", words=(("Evaluate", "nothing"),))
        ),
        "WriteParameters": (
            *S3, Row(MISSING, ("S3.NoSuchBucketException",), "not found", faults=GONE)
        ),
        "UpdateRegistry": function(
            Row(MISSING, ("NotThere",), "record.json", words=(("Evaluate", "no-record"),))
        ),
        "NotifyRefused": told(REFUSED_BEFORE),
    },
    "inference": first("infer")
    | {
        "PinUplift": (
            *S3,
            Row(MISSING, ("S3.NoSuchKeyException",), "key", without=("project/uplift.tar.gz",)),
        ),
        "Query": query("history"),
        "Observe": (
            *GLUE,
            Row(FAILS, (JOB,), "Etl could not go on", beside="data/history/z-exit.csv"),
            Row(STOPPED, (JOB,), "exceeded its timeout", faults=OUT_OF_TIME),
            Row(MISSING, (JOB,), "There is nothing to read", without=("data/history/",)),
        ),
        "Intake": job("Intake", Row(MISSING, (JOB,), NOTHING, without=("data/infer/",))),
        "Score": job(
            "Score",
            Row(MISSING, (JOB,), NOTHING, words=(("Intake", "nothing"),)),
            says="did not pass the ping health check",
        ),
        "Collect": job("Collect", Row(MISSING, (JOB,), NOTHING, words=(("Intake", "no-batch"),))),
        "Monitor": job("Monitor", Row(MISSING, (JOB,), NOTHING, words=(("Collect", "no-scores"),))),
        "ReadWatch": (
            *S3,
            Row(MISSING, ("S3.AccessDeniedException",), "s3:", words=(("Monitor", "no-metrics"),)),
        ),
        "PublishWatch": PUBLISHING,
        "OpenLedger": function(unread("There is no s3://")),
        "Target": job("Target", Row(MISSING, (JOB,), NOTHING, faults=GONE)),
        "EnterLedger": function(
            Row(MISSING, ("NotThere",), "entry.json", words=(("Target", "no-entry"),))
        ),
    },
    "effect": {
        "PinProject": first("")["PinProject"],
        "OpenLedger": function(
            Row(MISSING, ("NotThere",), "There is no s3://", without=("data/campaigns/seed/",))
        ),
        "Measure": job("Measure", Row(MISSING, (JOB,), NOTHING, faults=GONE)),
        "EnterLedger": function(
            Row(MISSING, ("NotThere",), "entry.json", words=(("Measure", "no-entry"),))
        ),
        "Notify": first("")["Notify"],
    },
    "captured": {
        "PinProject": first("")["PinProject"],
        "Champion": first("")["Champion"],
        "Captured": job("Captured", Row(MISSING, (JOB,), NOTHING, faults=GONE)),
        "ReadWatch": (
            *S3,
            Row(MISSING, ("S3.AccessDeniedException",), "s3:", words=(("Captured", "no-metrics"),)),
        ),
        "PublishWatch": PUBLISHING,
        "Notify": first("")["Notify"],
    },
}  # fmt: skip


ALTERNATIVES: dict[Name, tuple[frozenset[str], ...]] = {
    "training": (frozenset({"FindTable"}),),
    "inference": (frozenset({"FindTable", "Query"}), frozenset({"FindTable", "Observe"})),
    "effect": (frozenset(),),
    "captured": (frozenset(),),
}
"""States that a run does not come to: one of a history, one of a query. Of a table is every other run here."""


def possible(body: dict[str, Any]) -> set[str]:
    """Return what can happen in a Task state, by what it calls."""
    found = {SERVED, REFUSED, LATE, MISSING}
    called = body["Resource"].partition(":states:::")[2]
    return found | ({FAILS, STOPPED} if called.endswith(".sync") or "lambda" in called else set())
