"""Sections of churn.toml that say where things are kept and run; they never change a result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from unchurn.project.keys import key

_MARKER = re.compile(r"[_.][A-Za-z0-9_.-]{0,63}")


def _no_marker(name: str) -> str:
    if not name or _MARKER.fullmatch(name):
        return ""
    return (
        "Write a name such as _SUCCESS: _ or . first, so that nobody reads the file as customers."
    )


@dataclass(frozen=True)
class Artefacts:
    """Where results are kept, and who may read them."""

    root: str = key(".unchurn", "Folder of runs and registry, relative to churn.toml.")
    readable_by: str = key(
        "owner",
        "Who may read what is written there, and lists: nobody but whoever ran it, the group of "
        "the files, or everyone on the machine.",
        choices=("owner", "group", "everyone"),
    )


@dataclass(frozen=True)
class Registry:
    """Where registered models are kept."""

    kind: str = key(
        "sqlite",
        "A file below [artefacts] root, or the DynamoDB table of the stack in [aws].",
        choices=("sqlite", "dynamodb"),
    )


@dataclass(frozen=True)
class Job:
    """One job of a run, by its name: prepare, tune, train, evaluate, intake, score, collect, monitor, target, measure or captured."""

    instance: str = key("", "SageMaker instance; empty means the one of [aws] for its kind.")
    count: int = key(
        1,
        "Instances; more than one for train and score alone, which are shared out.",
        at_least=1,
        at_most=100,
    )
    volume_gb: int = key(0, "Size of its volume in GB; 0 means 30.", at_least=0, at_most=16_384)
    spot: bool = key(
        False,
        "Run it on Spot capacity, which costs less and may be interrupted: it then goes on from the fits that "
        "it has kept. For train and tune.",
    )


@dataclass(frozen=True)
class Aws:
    """The deployment: names, sizes, budgets. Nothing here changes a model."""

    stack: str = key(
        "unchurn",
        "Name from which every resource's name derives (2 to 20 characters: a-z, 0-9, single -).",
    )
    bucket: str = key(
        "", "Bucket to use; empty means one made by the stack. An existing one is used as it is."
    )
    region: str = key("", "AWS region; empty means the one of the environment.")
    registry_table: str = key(
        "", "Existing DynamoDB table for the registry; empty means one made by the stack."
    )
    kms_key: str = key(
        "",
        "ARN of your own key in KMS, for bucket, registry, logs, queries, jobs and endpoint; empty "
        "leaves each service its own.",
    )
    campaign: bool = key(
        False,
        "Whether each scoring on AWS ends with a campaign by [campaign], named as the run, and its outcomes are taken in as they land.",
    )
    processing_instance: str = key(
        "ml.m5.large",
        "SageMaker instance of prepare, evaluate, intake, collect, monitor, target, measure and captured.",
    )
    training_instance: str = key("ml.m5.large", "SageMaker instance of tuning and training.")
    transform_instance: str = key("ml.m5.large", "SageMaker instance of batch transform.")
    endpoint_instance: str = key("ml.t2.medium", "SageMaker instance of the endpoint.")
    glue_workers: int = key(2, "G.1X workers of the Glue job.", at_least=2, at_most=100)
    tuning_jobs: int = key(
        0,
        "Training jobs of a tuning on AWS; 0 means [tune] trials, and four where those are left to us.",
        at_least=0,
        at_most=500,
    )
    parallel_tuning_jobs: int = key(
        0,
        "Training jobs that a tuning on AWS runs at once; 0 means [tune] parallel.",
        at_least=0,
        at_most=100,
    )
    training_schedule: str = key(
        "", "When to retrain, as rate(7 days) or cron(…); empty means never."
    )
    scoring_schedule: str = key("", "When to score, as rate(1 day) or cron(…); empty means never.")
    score_on_landing: bool = key(
        False, "Whether a table landing under data/infer/ starts the scoring."
    )
    landing_marker: str = key(
        "",
        "Name of the file that ends a delivery, such as _SUCCESS; it alone starts the scoring then. Empty means that each file does.",
        refused=_no_marker,
    )
    notify: str = key("", "E-mail address told of failures; empty means nobody.")
    max_cost: float = key(
        0.0,
        "Most US dollars that a run may be estimated to cost; 0 means no limit.",
        at_least=0,
        at_most=1e9,
    )
    workflow_execution_role: str = key(
        "", "ARN of an existing role for the state machines; empty means one made by the stack."
    )
    sagemaker_execution_role: str = key("", "ARN of an existing role for SageMaker jobs.")
    glue_role: str = key("", "ARN of an existing role for the Glue crawler and job.")
    lambda_role: str = key("", "ARN of an existing role for the Lambdas.")
    model_registry_lambda_role: str = key(
        "",
        "ARN of an existing role for the Lambdas that write the registry and the ledger of campaigns.",
    )
    build_role: str = key("", "ARN of an existing role for the build of the container image.")
    scheduler_role: str = key("", "ARN of an existing role that starts the scheduled runs.")
    query_policy: str = key(
        "",
        "ARN of a policy of yours that lets the state machines read what queries of [data] name outside the stack's own database.",
    )
    vpc_subnets: tuple[str, ...] = key(
        (), "Subnets of a network of yours in which jobs and models run; it has to reach S3."
    )
    vpc_security_groups: tuple[str, ...] = key((), "Security groups of those jobs and models.")
    jobs: dict[str, Job] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """The live endpoint on AWS: its size, and how carefully a new version takes over."""

    instances: int = key(
        1, "Instances of the endpoint; 2 or more let a canary go first.", at_least=1, at_most=1_000
    )
    max_instances: int = key(
        0,
        "Most instances that autoscaling may use; 0 means no autoscaling.",
        at_least=0,
        at_most=1_000,
    )
    serverless: bool = key(
        False, "Pay by request, for little traffic; there is no canary and no autoscaling then."
    )
    memory_mb: int = key(
        2048, "Memory of a serverless endpoint: a multiple of 1024.", at_least=1024, at_most=6144
    )
    concurrency: int = key(
        5, "Requests that a serverless endpoint answers at once.", at_least=1, at_most=200
    )
    canary_percent: int = key(
        10, "Share of the new fleet that takes traffic first.", at_least=5, at_most=50
    )
    bake_seconds: int = key(
        300,
        "How long the alarms are watched before the rest follows, and again before the old "
        "fleet ends.",
        at_least=60,
        at_most=3600,
    )
    latency_ms: int = key(
        500,
        "Latency (99th percentile) above which a new version is rolled back.",
        at_least=1,
        at_most=60_000,
    )
    capture_percent: int = key(
        0,
        "Share of requests and answers kept, encrypted, in the bucket; 0 keeps none.",
        at_least=0,
        at_most=100,
    )
    capture_schedule: str = key(
        "",
        "When to watch the customers of the requests that were kept since the last time, as rate(1 day) or cron(…), once a day to once a month; empty means never.",
    )


@dataclass(frozen=True)
class Delivery:
    """The pipeline that builds, trains, judges and deploys each commit on AWS."""

    source: str = key(
        "none",
        "Where commits come from; with none there is no pipeline.",
        choices=("none", "s3", "github", "codecommit"),
    )
    repository: str = key("", "GitHub's owner/name, or the name of the CodeCommit repository.")
    branch: str = key("main", "Branch that is delivered.")
    connection: str = key("", "ARN of the CodeConnections connection to GitHub.")
    clone: bool = key(
        False,
        "Whether the build gets the whole clone with its history, of GitHub or CodeCommit, instead of a commit's files.",
    )
    folder: str = key(".", "Folder of churn.toml in the repository.")
    approval: bool = key(False, "Whether a person approves before the endpoint changes.")
    score: bool = key(False, "Whether the customers under data/infer/ are scored afterwards.")
