"""What AWS's schemas say of a type's parts: which are required, and which values there are."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.cfn.intrinsics import UNKNOWN
from rehearsal.cfn.schemas import misnamed, parts_lacking, property_names
from rehearsal.cfn.types import resource_types
from rehearsal.cfn.unheeded import UNHEEDED

DOMAIN = "AWS::SageMaker::Domain"
RULES = "AWS::S3::Bucket"


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        (DOMAIN, {"DefaultUserSettings": {}}, ["DefaultUserSettings.ExecutionRole"]),
        (DOMAIN, {"DefaultUserSettings": {"ExecutionRole": "arn"}}, []),
        (
            RULES,
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled"}, {"Id": "a"}]}},
            ["LifecycleConfiguration.Rules.Status"],
        ),
        ("AWS::Nobody::Knows", {"Part": {}}, []),
    ],
)
def test_a_part_that_is_required_is_missed(
    kind: str, properties: dict[str, Any], expected: list[str]
) -> None:
    assert parts_lacking(kind, properties) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"AuthMode": "IAM"}, []),
        ({"AuthMode": "iam"}, ["AuthMode is 'iam'; it is one of 'SSO', 'IAM'"]),
        ({"AuthMode": UNKNOWN % "Which.Mode"}, []),
        ({"AuthMode": "{{resolve:ssm:/acme/mode}}"}, []),
    ],
)
def test_a_value_that_there_is_not_is_told_with_those_that_there_are(
    properties: dict[str, Any], expected: list[str]
) -> None:
    assert misnamed(DOMAIN, properties) == expected


def test_numbers_and_truths_may_be_text() -> None:
    days = {"RetentionInDays": "7"}
    assert misnamed("AWS::Logs::LogGroup", days) == []
    assert misnamed("AWS::Logs::LogGroup", {"RetentionInDays": 8})


def test_what_is_not_heeded_is_known_of_its_type_on_aws_and_not_to_it_here() -> None:
    for kind, names in UNHEEDED.items():
        assert names <= property_names(kind), kind
        assert not names & (resource_types()[kind].properties or set()), kind
