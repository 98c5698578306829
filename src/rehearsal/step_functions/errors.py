"""The names of errors as the real service gives them, on which Retry and Catch depend.

Step Functions calls its own integrations through one generation of an SDK and ``aws-sdk:*``
through the next: an error that the service's model knows is ``Service.CodeException`` in both,
one that it does not know has the name of the generation's base class.
"""

from __future__ import annotations

from typing import Any

from rehearsal.faults import Kind
from rehearsal.step_functions.service_models import java, service_model

_OWN = {
    "athena": ("Athena", "AmazonAthenaException", "AmazonAthena"),
    "codebuild": ("CodeBuild", "AWSCodeBuildException", "AWSCodeBuild"),
    "dynamodb": ("DynamoDB", "AmazonDynamoDBException", "AmazonDynamoDBv2"),
    "events": ("EventBridge", "AmazonEventBridgeException", "AmazonEventBridge"),
    "glue": ("Glue", "AWSGlueException", "AWSGlue"),
    "lambda": ("Lambda", "AWSLambdaException", "AWSLambda"),
    "sagemaker": ("SageMaker", "AmazonSageMakerException", "AmazonSageMaker"),
    "sns": ("SNS", "AmazonSNSException", "AmazonSNS"),
    "sqs": ("SQS", "AmazonSQSException", "AmazonSQS"),
    "states": ("StepFunctions", "AWSStepFunctionsException", "AWSStepFunctions"),
}
_THROTTLED = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "lambda": ("TooManyRequestsException", 429),
    "s3": ("SlowDown", 503),
    "sns": ("Throttled", 429),
}
_LIMITED = {
    "athena": ("TooManyRequestsException", 400),
    "glue": ("ConcurrentRunsExceededException", 400),
    "sagemaker": ("ResourceLimitExceeded", 400),
}
_BROKEN = {
    "athena": ("InternalServerException", 500),
    "cloudwatch": ("InternalServiceError", 500),
    "dynamodb": ("InternalServerError", 500),
    "glue": ("InternalServiceException", 500),
    "lambda": ("ServiceException", 500),
    "s3": ("InternalError", 500),
    "sns": ("InternalError", 500),
}
_MISSING = {
    ("s3", "copyObject"): ("NoSuchKey", 404),
    ("s3", "getObject"): ("NoSuchKey", 404),
    ("s3", "putObject"): ("NoSuchBucket", 404),
    ("cloudwatch", "putMetricData"): ("InvalidParameterValue", 400),
    ("sns", "publish"): ("NotFound", 404),
    ("sagemaker", "createModel"): ("ValidationException", 400),
}


def prefix(integration: str, service: str) -> str:
    """Return what the names of a service's errors begin with."""
    return _sdk(service) if integration == "aws-sdk" else _OWN[service][0]


def _sdk(service: str) -> str:
    """Return a service's name as the second generation writes it: ``DynamoDb``, ``Sfn``."""
    return "SesV2" if service == "sesv2" else java(service_model(service).service_id)


def name_and_cause(integration: str, service: str, error: Any) -> tuple[str, str]:
    """Return an error's name and cause, as the history of an execution has them."""
    code, said = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    answer = error.response.get("ResponseMetadata", {})
    status, request = answer.get("HTTPStatusCode", 400), answer.get("RequestId", "rehearsed")
    # A service that once spoke another protocol tells its old code beside the model's own.
    codes = {code, error.response["Error"].get("QueryErrorCode", code)}
    known = _known(integration, service, codes)
    if integration == "aws-sdk":
        base = f"{_sdk(service)}Exception"
        facts = f"Service: {_sdk(service)}, Status Code: {status}, Request ID: {request}"
    else:
        _, base, label = _OWN[service]
        facts = (
            f"Service: {label}; Status Code: {status}; Error Code: {code}; "
            f"Request ID: {request}; Proxy: null"
        )
    return f"{prefix(integration, service)}.{known or base}", f"{said} ({facts})"


def _known(integration: str, service: str, codes: set[str]) -> str:
    """Return the class that the SDKs make of an error the model knows, or nothing."""
    for shape in service_model(service).error_shapes:
        if codes & {shape.name, shape.metadata.get("error", {}).get("code")}:
            name = str(shape.name).removesuffix("Exception").removesuffix("Fault")
            return f"{java(name) if integration == 'aws-sdk' else name}Exception"
    return ""


def made_up(service: str, action: str, kind: Kind) -> Any:
    """Return the error with which a service would refuse, for a fault made on purpose."""
    from botocore.exceptions import ClientError

    code, status, said = _refusal(service, action, kind)
    answer = {
        "Error": {"Code": code, "Message": said},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "made-on-purpose"},
    }
    return ClientError(answer, action)


def _refusal(service: str, action: str, kind: Kind) -> tuple[str, int, str]:
    if kind == "throttled":
        return *_THROTTLED.get(service, ("ThrottlingException", 400)), "Rate exceeded"
    if kind == "limited":
        return *_LIMITED.get(service, ("LimitExceededException", 400)), "A quota is reached"
    if kind == "data-missing":
        missing = _MISSING.get((service, action), ("EntityNotFoundException", 400))
        return *missing, "Entity not found"
    return *_BROKEN.get(service, ("InternalFailure", 500)), "Made to fail by the rehearsal"
