"""What requests need: the action by IAM's name for it, on the resource by its ARN."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.permissions.actions import Place, resources
from rehearsal.permissions.evaluation import ANY_RESOURCE
from rehearsal.permissions.operations import Operation, signed_for
from rehearsal.permissions.passing import passed
from rehearsal.permissions.s3_actions import s3_needs

PLACE = Place("eu-west-1", "123456789012")
HERE = "eu-west-1:123456789012"


@pytest.mark.parametrize(
    ("service", "name", "parameters", "arns"),
    [
        ("lambda", "Invoke", {"FunctionName": "f"}, [f"arn:aws:lambda:{HERE}:function:f"]),
        ("lambda", "Invoke", {"FunctionName": f"arn:aws:lambda:{HERE}:function:f:live"}, [f"arn:aws:lambda:{HERE}:function:f:live"]),
        ("lambda", "Invoke", {"FunctionName": "my-function", "Qualifier": "2"}, [f"arn:aws:lambda:{HERE}:function:my-function:2"]),
        ("lambda", "GetFunction", {"FunctionName": "my-function:live"}, [f"arn:aws:lambda:{HERE}:function:my-function"]),
        ("lambda", "ListFunctions", {}, ["*"]),
        ("sagemaker", "CreateTrainingJob", {"TrainingJobName": "j"}, [f"arn:aws:sagemaker:{HERE}:training-job/j"]),
        ("sagemaker", "DescribeHyperParameterTuningJob", {"HyperParameterTuningJobName": "t"}, [f"arn:aws:sagemaker:{HERE}:hyper-parameter-tuning-job/t"]),
        ("sagemaker", "InvokeEndpoint", {"EndpointName": "e"}, [f"arn:aws:sagemaker:{HERE}:endpoint/e"]),
        ("sagemaker", "UpdateEndpointWeightsAndCapacities", {"EndpointName": "e"}, [f"arn:aws:sagemaker:{HERE}:endpoint/e"]),
        ("sagemaker", "AddTags", {"ResourceArn": "arn:x"}, ["arn:x"]),
        ("sagemaker", "ListModels", {}, ["*"]),
        ("states", "StartExecution", {"stateMachineArn": f"arn:aws:states:{HERE}:stateMachine:m"}, [f"arn:aws:states:{HERE}:stateMachine:m"]),
        ("states", "CreateStateMachine", {"name": "m"}, [f"arn:aws:states:{HERE}:stateMachine:m"]),
        ("glue", "StartJobRun", {"JobName": "j"}, [f"arn:aws:glue:{HERE}:job/j"]),
        ("glue", "StartCrawler", {"Name": "c"}, [f"arn:aws:glue:{HERE}:crawler/c"]),
        ("glue", "GetTable", {"DatabaseName": "d", "Name": "t"}, [f"arn:aws:glue:{HERE}:catalog", f"arn:aws:glue:{HERE}:database/d", f"arn:aws:glue:{HERE}:table/d/t"]),
        ("dynamodb", "Query", {"TableName": "t", "IndexName": "i"}, [f"arn:aws:dynamodb:{HERE}:table/t/index/i"]),
        ("dynamodb", "GetItem", {"TableName": "t"}, [f"arn:aws:dynamodb:{HERE}:table/t"]),
        ("sqs", "SendMessage", {"QueueUrl": "http://x/123456789012/q"}, [f"arn:aws:sqs:{HERE}:q"]),
        ("sns", "Publish", {"TopicArn": f"arn:aws:sns:{HERE}:t"}, [f"arn:aws:sns:{HERE}:t"]),
        ("sns", "Unsubscribe", {"SubscriptionArn": f"arn:aws:sns:{HERE}:t:id"}, [f"arn:aws:sns:{HERE}:t"]),
        ("events", "PutTargets", {"Rule": "r"}, [f"arn:aws:events:{HERE}:rule/r"]),
        ("logs", "PutLogEvents", {"logGroupName": "g", "logStreamName": "s"}, [f"arn:aws:logs:{HERE}:log-group:g:log-stream:s"]),
        ("logs", "CreateLogStream", {"logGroupName": "g", "logStreamName": "s"}, [f"arn:aws:logs:{HERE}:log-group:g:log-stream:s"]),
        ("codebuild", "BatchGetBuilds", {"ids": ["p:1", "p:2"]}, [f"arn:aws:codebuild:{HERE}:project/p"]),
        ("cloudformation", "CreateStack", {"StackName": "s"}, [f"arn:aws:cloudformation:{HERE}:stack/s/*"]),
        ("iam", "GetRole", {"RoleName": "r"}, ["arn:aws:iam::123456789012:role/r"]),
        ("ecr", "GetAuthorizationToken", {}, ["*"]),
        ("cloudwatch", "PutMetricData", {"Namespace": "n"}, ["*"]),
        ("ssm", "GetParameter", {"Name": "/a/b"}, [f"arn:aws:ssm:{HERE}:parameter/a/b"]),
        ("workspaces", "DescribeWorkspaces", {}, [ANY_RESOURCE]),
    ],
)  # fmt: skip
def test_a_call_is_on_what_it_names(
    service: str, name: str, parameters: dict[str, Any], arns: list[str]
) -> None:
    """A name becomes an ARN, an ARN stays one; what takes no resource is on everything."""
    found = resources(Operation(service, name, parameters), PLACE)
    assert list(dict.fromkeys(found)) == arns


@pytest.mark.parametrize(
    ("name", "given", "headers", "needed"),
    [
        ("GetObject", {"Key": "k"}, {}, ["s3:GetObject b/k"]),
        ("GetObject", {"Key": "k", "versionId": "1"}, {}, ["s3:GetObjectVersion b/k"]),
        ("HeadObject", {"Key": "k"}, {}, ["s3:GetObject b/k"]),
        ("ListObjectsV2", {"prefix": "p"}, {}, ["s3:ListBucket b"]),
        ("HeadBucket", {}, {}, ["s3:ListBucket b"]),
        ("PutObject", {"Key": "k"}, {}, ["s3:PutObject b/k"]),
        ("PutObject", {"Key": "k"}, {"x-amz-tagging": "a=b"}, ["s3:PutObject b/k", "s3:PutObjectTagging b/k"]),
        ("UploadPart", {"Key": "k"}, {}, ["s3:PutObject b/k"]),
        ("CopyObject", {"Key": "k"}, {"x-amz-copy-source": "/other/a%20b"}, ["s3:GetObject other/a b", "s3:PutObject b/k"]),
        ("DeleteObjects", {"Keys": ["x", "y"]}, {}, ["s3:DeleteObject b/x", "s3:DeleteObject b/y"]),
        ("GetBucketNotificationConfiguration", {}, {}, ["s3:GetBucketNotification b"]),
        ("PutBucketLifecycleConfiguration", {}, {}, ["s3:PutLifecycleConfiguration b"]),
        ("DeleteBucketTagging", {}, {}, ["s3:PutBucketTagging b"]),
        ("DeleteBucketPolicy", {}, {}, ["s3:DeleteBucketPolicy b"]),
        ("DeleteBucket", {}, {}, ["s3:DeleteBucket b"]),
        ("GetPublicAccessBlock", {}, {}, ["s3:GetBucketPublicAccessBlock b"]),
        ("GetObjectTagging", {"Key": "k"}, {}, ["s3:GetObjectTagging b/k"]),
    ],
)  # fmt: skip
def test_s3_has_names_of_its_own(
    name: str, given: dict[str, Any], headers: dict[str, str], needed: list[str]
) -> None:
    """Several for one request, and the version, the tags or the source of a copy count."""
    found = s3_needs(Operation("s3", name, {"Bucket": "b", **given}, headers))
    assert [
        f"{each.action} {each.resource.removeprefix('arn:aws:s3:::')}" for each in found
    ] == needed


@pytest.mark.parametrize(
    ("service", "name", "parameters", "roles"),
    [
        ("lambda", "CreateFunction", {"Role": "r"}, ["r"]),
        ("sagemaker", "CreateHyperParameterTuningJob", {"TrainingJobDefinition": {"RoleArn": "r"}}, ["r"]),
        ("sagemaker", "CreateModel", {"ExecutionRoleArn": "r"}, ["r"]),
        ("events", "PutTargets", {"Targets": [{"RoleArn": "r"}, {"Arn": "x"}, {"RoleArn": "s"}]}, ["r", "s"]),
        ("codepipeline", "CreatePipeline", {"pipeline": {"roleArn": "r", "stages": [{"actions": [{"roleArn": "s"}]}]}}, ["r", "s"]),
        ("glue", "UpdateJob", {"JobUpdate": {"Role": "r"}}, ["r"]),
        ("sagemaker", "DescribeModel", {"ModelName": "m"}, []),
    ],
)  # fmt: skip
def test_roles_are_found_where_they_are_passed(
    service: str, name: str, parameters: dict[str, Any], roles: list[str]
) -> None:
    """To the service that is called, as its principal."""
    found = passed(Operation(service, name, parameters))
    assert [each.role for each in found] == roles
    assert {each.principal for each in found} <= {f"{service}.amazonaws.com"}


def test_a_request_says_who_signs_it_and_for_what() -> None:
    """In its header, or in an address that was signed beforehand."""
    header = "AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/glue/aws4_request, SignedHeaders=x"
    assert signed_for({"HTTP_AUTHORIZATION": header}) == ("KEY", "eu-west-1", "glue")
    query = "X-Amz-Credential=KEY%2F20260101%2Feu-west-1%2Fs3%2Faws4_request"
    assert signed_for({"QUERY_STRING": query}) == ("KEY", "eu-west-1", "s3")
    assert signed_for({"QUERY_STRING": "AWSAccessKeyId=KEY"})[0] == "KEY"
    assert signed_for({}) == ("", "", "")
