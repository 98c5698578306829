"""What a machine's role needs, derived from the machine."""

from __future__ import annotations

import pytest
from filled_machines import BUCKET, STACK, VALUES, filled

from unchurn.aws import machines
from unchurn.aws.machines.actions import needed
from unchurn.errors import ConfigError

each = pytest.mark.parametrize("name", machines.NAMES)


@each
def test_no_action_is_a_wildcard(name: machines.Name) -> None:
    assert not [action for action in needed(filled(name)) if "*" in action]


@each
def test_only_jobs_whose_names_are_given_reach_beyond_the_stack(name: machines.Name) -> None:
    """A training job and a model may be named in the input; rules belong to Step Functions."""
    grants = needed(filled(name))
    own = (STACK, BUCKET, VALUES["SageMakerRoleArn"], "StepFunctionsGetEventsForSageMaker")
    free = {r for found in grants.values() for r in found if not any(o in r for o in own)}
    given = {"arn:*:sagemaker:*:*:training-job/*", "arn:*:sagemaker:*:*:model/*"}
    catalogues = {"arn:*:glue:*:*:catalog", "arn:*:athena:*:*:datacatalog/AwsDataCatalog"}
    # "*": metrics take no resource
    assert free - {*catalogues, "*"} <= given
    assert name == "training" or not free & given


def test_waiting_for_a_job_also_describes_stops_and_tags_it() -> None:
    grants = needed(filled("inference"))
    job = f"arn:*:sagemaker:*:*:transform-job/{STACK}-score-*"
    for verb in ("Create", "Describe", "Stop"):
        assert grants[f"sagemaker:{verb}TransformJob"] == {job}
    assert job in grants["sagemaker:AddTags"]
    assert {rule.rpartition("/")[2] for rule in grants["events:PutRule"]} == {
        "StepFunctionsGetEventsForSageMakerProcessingJobsRule",
        "StepFunctionsGetEventsForSageMakerTransformJobsRule",
    }


@each
def test_objects_are_touched_below_the_project_and_the_runs_folders_alone(
    name: machines.Name,
) -> None:
    grants = needed(filled(name))
    own = {
        "training": ("project/own_code.zip", "runs/*/settings/settings.json"),
        "inference": ("project/uplift.tar.gz", "data/watches/*/metrics.json"),
        "effect": (),
        "captured": ("data/watches/captured/*/metrics.json",),
    }
    told = {f"arn:*:s3:::{BUCKET}/{key}" for key in own[name]}
    assert grants["s3:GetObject"] == {f"arn:*:s3:::{BUCKET}/project/churn.toml"} | told
    below = f"arn:*:s3:::{BUCKET}/runs/*/"
    assert all(resource.startswith(below) for resource in grants["s3:PutObject"])


@each
def test_the_one_role_passed_is_the_jobs(name: machines.Name) -> None:
    assert needed(filled(name))["iam:PassRole"] == {VALUES["SageMakerRoleArn"]}


def test_an_integration_nobody_wrote_down_is_refused() -> None:
    machine = filled("inference")
    machine["States"]["Collect"]["Resource"] = "arn:aws:states:::aws-sdk:s3:deleteBucket"
    with pytest.raises(ConfigError, match=r"State Collect calls .*deleteBucket"):
        needed(machine)
