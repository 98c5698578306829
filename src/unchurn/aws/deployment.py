"""What is deployed where: one frozen value, made from churn.toml, flags, .env and given roles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from unchurn.aws.delivery import NONE, artefacts_of, delivery_settings
from unchurn.aws.endpoint.settings import endpoint_settings
from unchurn.aws.failure import AwsError
from unchurn.aws.given_roles import deploy_role, given_roles
from unchurn.aws.job_settings import INSTANCE, SPREAD, check_jobs, instance_of
from unchurn.aws.queries import queried
from unchurn.aws.schedule import hours_between
from unchurn.aws.templates import Template
from unchurn.aws.tuner import jobs_of
from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.env_file import read_env
from unchurn.project.places import Job

_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
_POLICY = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/.+")
_STACK = re.compile(r"(?=.{1,20}$)[a-z](-?[a-z0-9])+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_SCHEDULE = re.compile(r"(rate|cron|at)\(.+\)")


@dataclass(frozen=True)
class Named:
    """What flags say; an empty text means that .env, then churn.toml, decide."""

    stack: str = ""
    bucket: str = ""
    region: str = ""


@dataclass(frozen=True)
class Deployment:
    """A stack in a region, and the values its templates ask for by name.

    `region` may be empty: AWS's own environment then decides. `deploy_role` is the role that
    CloudFormation acts as, in a pipeline's build; empty means the caller's own rights. `trials`
    counts the jobs of a tuning; a run reads its own churn.toml for them. `instances` are the types by
    job, `counts` how many of them each job that can be shared out has. `campaigns`: a scoring ends with
    one. `observes`: the customers are a history's. `spot`: the jobs that run on Spot.
    """

    stack: str
    region: str
    values: Mapping[str, str] = field(default_factory=dict)
    deploy_role: str = ""
    trials: int = 0
    instances: Mapping[str, str] = field(default_factory=dict)
    campaigns: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    observes: bool = False
    spot: tuple[str, ...] = ()

    @property
    def existing_bucket(self) -> str:
        """Name of the user's own bucket; empty where the stack makes one."""
        return self.values["ExistingBucket"]

    @property
    def existing_table(self) -> str:
        """Name of the user's own registry table; empty where the stack makes one."""
        return self.values["ExistingTable"]

    @property
    def registry_table(self) -> str:
        """Name of the registry's table, whoever made it."""
        return self.existing_table or f"{self.stack}-registry"

    @property
    def delivers(self) -> bool:
        """Whether a pipeline is wanted."""
        return self.values["DeliverySource"] != NONE

    def stack_name(self, template: str) -> str:
        """Name of the CloudFormation stack of a template."""
        return f"{self.stack}-{template}"

    def with_values(self, values: Mapping[str, str]) -> Deployment:
        """Return this deployment with more values, such as where its code lies."""
        return replace(self, values={**self.values, **values})


def make_deployment(project: Project, named: Named | None = None) -> Deployment:
    """Bring flags, .env (of the project, else of the current folder) and churn.toml together.

    Roles come from the environment before churn.toml. Raises `ConfigError` for a name or an ARN
    that AWS would refuse.
    """
    named = named or Named()
    env = read_env(project.folder, Path())
    stack = named.stack or env.get("STACK_NAME", "") or project.aws.stack
    region = named.region or env.get("REGION", "") or project.aws.region
    bucket = named.bucket or env.get("S3_BUCKET_NAME", "") or project.aws.bucket
    _check(_STACK, "stack", stack, "2 to 20 of a-z, 0-9 and single -, a letter first")
    if region:
        _check(_REGION, "region", region, "a region such as us-east-1")
    if bucket:
        _check(_BUCKET, "bucket", bucket, "3 to 63 of a-z, 0-9, . and -")
    values = _values(stack, bucket, project) | endpoint_settings(project.endpoint, project.aws)
    values |= delivery_settings(project.delivery) | given_roles(project.aws)
    values["DeliveryArtefacts"] = artefacts_of(stack).rstrip("/")
    check_jobs(project.aws, project.endpoint)
    instances = {job: instance_of(project.aws, job) for job in INSTANCE}
    return Deployment(
        stack,
        region,
        values,
        deploy_role(),
        jobs_of(project),
        instances,
        project.aws.campaign,
        {job: project.aws.jobs.get(job, Job()).count for job in SPREAD},
        project.asks_history,
        tuple(job for job, told in project.aws.jobs.items() if told.spot),
    )


def wire(
    template: Template, values: Mapping[str, str], outputs: Mapping[str, str]
) -> dict[str, str]:
    """Fill a template's parameters by name: from `values`, else from earlier stacks' `outputs`.

    A parameter that neither knows keeps its default. Raises `AwsError` where it has none.
    """
    filled = {}
    for name, rules in template.parameters.items():
        if name in values:
            filled[name] = values[name]
        elif name in outputs:
            filled[name] = outputs[name]
        elif "Default" not in rules:
            raise AwsError(
                f"The template {template.name!r} asks for {name!r}, which no value of the "
                "deployment and no output of an earlier stack is named.",
                "This is a fault of unchurn's templates, not of the account; nothing was changed.",
            )
    return filled


def _values(stack: str, bucket: str, project: Project) -> dict[str, str]:
    aws = project.aws
    for key in ("training_schedule", "scoring_schedule"):
        if getattr(aws, key):
            _check(_SCHEDULE, key, getattr(aws, key), "rate(7 days) or cron(0 3 ? * MON *)")
    if aws.query_policy:
        _check(_POLICY, "query_policy", aws.query_policy, "arn:aws:iam::ACCOUNT:policy/NAME")
    if aws.kms_key:
        _check(_KEY, "kms_key", aws.kms_key, "the ARN of a key: arn:aws:kms:REGION:ACCOUNT:key/ID")
    return {
        "StackName": stack,
        "ExistingBucket": bucket,
        "ExistingTable": aws.registry_table,
        "KmsKey": aws.kms_key,
        "VpcSubnets": ",".join(aws.vpc_subnets),
        "NotifyEmail": aws.notify,
        "ProcessingInstanceType": aws.processing_instance,
        "TrainingInstanceType": aws.training_instance,
        "TransformInstanceType": aws.transform_instance,
        "EndpointInstanceType": aws.endpoint_instance,
        "GlueWorkers": str(aws.glue_workers),
        "TrainingSchedule": aws.training_schedule,
        "ScoringSchedule": aws.scoring_schedule,
        "CaptureSchedule": project.endpoint.capture_schedule,
        "CaptureHours": str(hours_between(project.endpoint.capture_schedule)),
        "ScoreOnLanding": "true" if aws.score_on_landing else "false",
        "LandingMarker": aws.landing_marker,
        "Campaigns": "true" if aws.campaign else "false",
        "Queries": ",".join(queried(project)),
        "QueryPolicy": aws.query_policy,
        "RetrainOnAlarm": "true" if project.cycle.retrain == "alarm" else "false",
    }


def _check(pattern: re.Pattern[str], what: str, value: str, valid: str) -> None:
    if not pattern.fullmatch(value):
        raise ConfigError(
            f"The {what} of the deployment is {value!r}; it must be {valid}.",
            f"Change the flag, .env or [aws] {what} in churn.toml.",
        )
