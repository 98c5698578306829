"""Types that an API takes as the template has them: which calls make and delete them is all to say."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.calls import Calls
from rehearsal.cfn.resource_type import Properties, document, lowered, without


def _pipeline(properties: Properties) -> Properties:
    """Return a pipeline of SageMaker with its definition as the API takes it: text, or where it is."""
    given, definition = without(properties, "PipelineDefinition"), properties["PipelineDefinition"]
    if "PipelineDefinitionBody" in definition:
        return given | {"PipelineDefinition": definition["PipelineDefinitionBody"]}
    place = definition["PipelineDefinitionS3Location"]
    names = {"Key": "ObjectKey", "Version": "VersionId"}
    kept = {names.get(key, key): value for key, value in place.items() if key != "ETag"}
    return given | {"PipelineDefinitionS3Location": kept}


def _encryption(properties: Properties) -> Properties:
    """Return a security configuration as the API takes it, whose name of one part is another."""
    names = {"S3Encryptions": "S3Encryption"}
    given = properties["EncryptionConfiguration"].items()
    renamed = {names.get(key, key): value for key, value in given}
    return properties | {"EncryptionConfiguration": renamed}


def _predicate(properties: Properties) -> Properties:
    """Return a trigger as moto takes it: it wants to know how even one condition is combined."""
    given = properties.get("Predicate")
    return properties | ({"Predicate": {"Logical": "AND", **given}} if given else {})


def _document(properties: Properties) -> Properties:
    """Return a document as the API takes it: as text."""
    return properties | {"Content": document(properties["Content"])}


def _provider(answer: Any) -> str:
    """Return the name by which tokens tell the pool of users that gave them."""
    identity = str(answer["UserPool"]["Id"])
    return f"cognito-idp.{identity.partition('_')[0]}.amazonaws.com/{identity}"


_GLUE = "kept; nothing starts by it"
_PEOPLE = "kept; nobody can work in it"
_UNMONITORED = "kept; it monitors nothing"

_TYPES = (
    Calls(
        "AWS::Glue::Trigger", "glue", "create_trigger", "delete_trigger", "Name",
        tagged="mapping", inert=_GLUE, adapt=_predicate,
    ),
    Calls(
        "AWS::Glue::Workflow", "glue", "create_workflow", "delete_workflow", "Name",
        tagged="mapping", inert=_GLUE,
    ),
    Calls(
        "AWS::Glue::SecurityConfiguration", "glue", "create_security_configuration",
        "delete_security_configuration", "Name", inert="kept; nothing is encrypted by it", adapt=_encryption, tagged="",
    ),
    Calls(
        "AWS::Glue::DevEndpoint", "glue", "create_dev_endpoint", "delete_dev_endpoint",
        "EndpointName", tagged="mapping", inert=_PEOPLE,
    ),
    Calls(
        "AWS::SageMaker::NotebookInstance", "sagemaker", "create_notebook_instance",
        "stop_notebook_instance delete_notebook_instance", "NotebookInstanceName", ref="NotebookInstanceArn",
        gives={"NotebookInstanceName": "", "NotebookInstanceArn": "NotebookInstanceArn"},
        inert=_PEOPLE,
    ),
    Calls(
        "AWS::SageMaker::Pipeline", "sagemaker", "create_pipeline", "delete_pipeline",
        "PipelineName", inert="kept; it is not executed", adapt=_pipeline,
    ),
    Calls(
        "AWS::StepFunctions::Activity", "stepfunctions", "create_activity", "delete_activity",
        "name", "Name", ref="activityArn", gives={"Arn": "activityArn", "Name": ""}, tagged="",
        deleted_by=("activityArn",), inert="kept; no worker is given its tasks",
    ),
    Calls(
        "AWS::Athena::NamedQuery", "athena", "create_named_query", "", "Name",
        ref="NamedQueryId", gives={"NamedQueryId": "NamedQueryId"},
    ),
    Calls(
        "AWS::Athena::PreparedStatement", "athena", "create_prepared_statement", "",
        "StatementName",
    ),
    Calls(
        "AWS::Events::EventBus", "events", "create_event_bus", "delete_event_bus", "Name",
        gives={"Arn": "EventBusArn", "Name": ""},
    ),
    Calls(
        "AWS::Kinesis::Stream", "kinesis", "create_stream", "delete_stream", "StreamName", "Name",
        gives={"Arn": "arn:stream/"}, tagged="mapping",
    ),
    Calls(
        "AWS::SSM::Document", "ssm", "create_document", "delete_document", "Name",
        inert="kept; nothing is run by it", adapt=_document,
    ),
    Calls(
        "AWS::Logs::LogStream", "logs", "create_log_stream", "delete_log_stream", "logStreamName",
        "LogStreamName", tagged="", deleted_by=("logGroupName", "logStreamName"), adapt=lowered,
    ),
    Calls(
        "AWS::KinesisFirehose::DeliveryStream", "firehose", "create_delivery_stream",
        "delete_delivery_stream", "DeliveryStreamName", gives={"Arn": "DeliveryStreamARN"},
    ),
    Calls(
        "AWS::SageMaker::ModelPackage", "sagemaker", "create_model_package", "",
        ref="ModelPackageArn", gives={"ModelPackageArn": "ModelPackageArn"},
    ),
    Calls(
        "AWS::Cognito::UserPool", "cognito-idp", "create_user_pool", "delete_user_pool",
        "PoolName", "UserPoolName", ref="UserPool.Id",
        gives={
            "Arn": "UserPool.Arn", "ProviderName": _provider, "UserPoolId": "UserPool.Id",
            "ProviderURL": lambda answer: f"https://{_provider(answer)}",
        }, tagged="",
        deleted_by=("UserPoolId",),
    ),
    Calls(
        "AWS::Cognito::UserPoolClient", "cognito-idp", "create_user_pool_client",
        "delete_user_pool_client", "ClientName", ref="UserPoolClient.ClientId",
        gives={
            "ClientId": "UserPoolClient.ClientId", "Name": "",
            "ClientSecret": "UserPoolClient.ClientSecret",
        }, tagged="",
        deleted_by=("UserPoolId", "ClientId"),
    ),
)  # fmt: skip

TYPES = [each.type() for each in _TYPES]
