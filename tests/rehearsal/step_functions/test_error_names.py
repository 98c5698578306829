"""Errors have the names that Retry and Catch see on AWS."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from rehearsal.step_functions.errors import made_up, name_and_cause


def refusal(code: str, status: int = 400) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": "No"},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r"},
    }
    return ClientError(answer, "Call")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("integration", "service", "code", "name"),
    [
        ("sagemaker", "sagemaker", "ResourceLimitExceeded", "SageMaker.ResourceLimitExceededException"),
        ("sagemaker", "sagemaker", "ThrottlingException", "SageMaker.AmazonSageMakerException"),
        ("sagemaker", "sagemaker", "ValidationException", "SageMaker.AmazonSageMakerException"),
        ("glue", "glue", "ConcurrentRunsExceededException", "Glue.ConcurrentRunsExceededException"),
        ("glue", "glue", "Unheard", "Glue.AWSGlueException"),
        ("lambda", "lambda", "TooManyRequestsException", "Lambda.TooManyRequestsException"),
        ("lambda", "lambda", "Unheard", "Lambda.AWSLambdaException"),
        ("sns", "sns", "Throttled", "SNS.ThrottledException"),
        ("dynamodb", "dynamodb", "ConditionalCheckFailedException", "DynamoDB.ConditionalCheckFailedException"),
        ("aws-sdk", "s3", "NoSuchKey", "S3.NoSuchKeyException"),
        ("aws-sdk", "s3", "SlowDown", "S3.S3Exception"),
        ("aws-sdk", "glue", "CrawlerRunningException", "Glue.CrawlerRunningException"),
        ("aws-sdk", "glue", "EntityNotFoundException", "Glue.EntityNotFoundException"),
        ("aws-sdk", "sagemaker", "ValidationException", "SageMaker.SageMakerException"),
    ],
)  # fmt: skip
def test_an_error_has_its_name(integration: str, service: str, code: str, name: str) -> None:
    assert name_and_cause(integration, service, refusal(code))[0] == name


def test_the_cause_says_who_refused() -> None:
    _, cause = name_and_cause("sagemaker", "sagemaker", refusal("ThrottlingException"))
    assert cause.startswith(
        "No (Service: AmazonSageMaker; Status Code: 400; Error Code: Throttling"
    )
    assert name_and_cause("aws-sdk", "s3", refusal("NoSuchKey", 404))[1] == (
        "No (Service: S3, Status Code: 404, Request ID: r)"
    )


@pytest.mark.parametrize(
    ("integration", "service", "action", "name"),
    [
        ("sagemaker", "sagemaker", "createTrainingJob", "SageMaker.AmazonSageMakerException"),
        ("lambda", "lambda", "invoke", "Lambda.TooManyRequestsException"),
        ("sns", "sns", "publish", "SNS.ThrottledException"),
        ("aws-sdk", "s3", "copyObject", "S3.S3Exception"),
        ("aws-sdk", "glue", "startCrawler", "Glue.ThrottlingException"),
    ],
)
def test_a_throttle_made_on_purpose_has_the_name_of_a_real_one(
    integration: str, service: str, action: str, name: str
) -> None:
    refused = made_up(service, action, "throttled")
    assert name_and_cause(integration, service, refused)[0] == name
