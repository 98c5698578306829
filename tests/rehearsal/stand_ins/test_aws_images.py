"""AWS's own images are known by their repositories, in whatever region."""

from __future__ import annotations

import pytest
from supplied_jobs import LEGACY, XGBOOST

from rehearsal.stand_ins.aws_images import aws_image


@pytest.mark.parametrize(
    "image",
    [
        LEGACY,
        XGBOOST,
        "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.2-2",
        "451049120500.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.5-1",
    ],
)
def test_an_image_is_known_whatever_account_its_region_has(image: str) -> None:
    found = aws_image(image)
    assert found is not None
    assert found.remark


@pytest.mark.parametrize(
    "image",
    [
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost:1",
        "683313688378.dkr.ecr.us-east-1.amazonaws.com/acme:1",
        "example.org/sagemaker-xgboost:1",
        "",
    ],
)
def test_images_of_this_account_and_of_others_are_nobodys(image: str) -> None:
    assert aws_image(image) is None


def test_only_the_oldest_versions_answer_in_one_line() -> None:
    legacy, today = aws_image(LEGACY), aws_image(XGBOOST)
    assert legacy is not None
    assert today is not None
    assert legacy.environment
    assert not today.environment
