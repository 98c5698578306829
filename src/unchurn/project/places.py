"""Sections of churn.toml that say where things are kept and run; they never change a result."""

from __future__ import annotations

from dataclasses import dataclass

from unchurn.project.keys import key


@dataclass(frozen=True)
class Artefacts:
    """Where results are kept."""

    root: str = key(".unchurn", "Folder of runs and registry, relative to churn.toml.")


@dataclass(frozen=True)
class Registry:
    """Where registered models are kept."""

    kind: str = key(
        "sqlite",
        "A file below [artefacts] root, or the DynamoDB table of the stack in [aws].",
        choices=("sqlite", "dynamodb"),
    )


@dataclass(frozen=True)
class Aws:
    """The deployment: names, sizes, budgets. Nothing here changes a model."""

    stack: str = key(
        "unchurn", "Name from which every resource's name derives (at most 20 characters)."
    )
    bucket: str = key(
        "", "Bucket to use; empty means one made by the stack. An existing one is used as it is."
    )
    region: str = key("", "AWS region; empty means the one of the environment.")
    registry_table: str = key(
        "", "Existing DynamoDB table for the registry; empty means one made by the stack."
    )
    processing_instance: str = key(
        "ml.m5.large", "SageMaker instance of prepare, evaluate, intake and collect."
    )
    training_instance: str = key("ml.m5.large", "SageMaker instance of tuning and training.")
    transform_instance: str = key("ml.m5.large", "SageMaker instance of batch transform.")
    endpoint_instance: str = key("ml.t2.medium", "SageMaker instance of the endpoint.")
    glue_workers: int = key(2, "G.1X workers of the Glue job.", at_least=2, at_most=100)
    tuning_jobs: int = key(4, "Training jobs of a tuning.", at_least=1, at_most=500)
    parallel_tuning_jobs: int = key(
        2, "Training jobs that a tuning runs at once.", at_least=1, at_most=100
    )
    training_schedule: str = key(
        "", "When to retrain, as rate(7 days) or cron(…); empty means never."
    )
    scoring_schedule: str = key("", "When to score, as rate(1 day) or cron(…); empty means never.")
    score_on_landing: bool = key(
        False, "Whether a table landing under data/infer/ starts the scoring."
    )
    notify: str = key("", "E-mail address told of failures; empty means nobody.")
    max_cost: float = key(
        0.0, "Most US dollars that a run may be estimated to cost; 0 means no limit.", at_least=0
    )
    workflow_execution_role: str = key(
        "", "ARN of an existing role for the state machines; empty means one made by the stack."
    )
    sagemaker_execution_role: str = key("", "ARN of an existing role for SageMaker jobs.")
    glue_role: str = key("", "ARN of an existing role for the Glue crawler and job.")
    lambda_role: str = key("", "ARN of an existing role for the Lambdas.")
    model_registry_lambda_role: str = key(
        "", "ARN of an existing role for the Lambda that writes the registry."
    )
    build_role: str = key("", "ARN of an existing role for the build of the container image.")
    scheduler_role: str = key("", "ARN of an existing role that starts the scheduled runs.")
