"""A deployment is one value, made from flags, .env and churn.toml, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.aws.deployment import Named, make_deployment, wire
from unchurn.aws.failure import AwsError
from unchurn.aws.templates import Template
from unchurn.errors import ConfigError
from unchurn.project import Project


def project(folder: Path, keys: str = "") -> Project:
    (folder / "churn.toml").write_text(f"[aws]\n{keys}\n")
    return Project.load(folder)


def test_a_flag_wins_over_env_and_env_over_churn_toml(tmp_path: Path) -> None:
    made = project(tmp_path, 'stack = "cc"\nbucket = "bucket-c"\nregion = "eu-west-3"')
    plain = make_deployment(made)
    assert (plain.stack, plain.existing_bucket, plain.region) == ("cc", "bucket-c", "eu-west-3")
    (tmp_path / ".env").write_text("STACK_NAME=bb\nS3_BUCKET_NAME=bucket-b\nREGION=eu-west-2\n")
    env = make_deployment(made)
    assert (env.stack, env.existing_bucket, env.region) == ("bb", "bucket-b", "eu-west-2")
    flags = make_deployment(made, Named("aa", "bucket-a", "eu-west-1"))
    assert (flags.stack, flags.existing_bucket, flags.region) == ("aa", "bucket-a", "eu-west-1")
    assert flags.values["StackName"] == "aa"


def test_everything_is_text_as_cloudformation_wants_it(tmp_path: Path) -> None:
    made = make_deployment(project(tmp_path, "score_on_landing = true\ntuning_jobs = 1"))
    assert all(isinstance(value, str) for value in made.values.values())
    assert made.values["ScoreOnLanding"] == "true"


@pytest.mark.parametrize("stack", ["c", "Churn", "1st", "a--b", "end-", "x" * 21, "under_score"])
def test_a_stack_name_that_aws_would_refuse_is_refused_here(tmp_path: Path, stack: str) -> None:
    with pytest.raises(ConfigError, match="stack"):
        make_deployment(project(tmp_path), Named(stack=stack))


@pytest.mark.parametrize(
    "key",
    [
        'region = "Ireland"',
        'bucket = "My_Bucket"',
        'training_schedule = "every monday"',
        'sagemaker_execution_role = "my-role"',
    ],
)
def test_a_value_that_aws_would_refuse_names_its_key(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match=key.split(" ", maxsplit=1)[0]):
        make_deployment(project(tmp_path, key))


def template(**parameters: dict[str, str]) -> Template:
    return Template("t", "", {"Parameters": parameters})


def test_a_parameter_is_filled_by_name_from_values_then_from_outputs() -> None:
    asked = template(A={}, B={}, C={"Default": "c"})
    assert wire(asked, {"A": "1"}, {"A": "other", "B": "2", "Z": "9"}) == {"A": "1", "B": "2"}


def test_a_parameter_nobody_knows_is_a_fault_of_the_templates() -> None:
    with pytest.raises(AwsError, match="'t' asks for 'B'"):
        wire(template(B={}), {}, {})
