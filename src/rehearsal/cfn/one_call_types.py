"""Types that an API takes as the template has them: which calls make and delete them is all to say.

What such a resource does not do here, `inert` says; the journal then tells it, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import (
    Made,
    Properties,
    ResourceType,
    arn,
    document,
    lowered,
    tags,
    without,
)
from rehearsal.cloud import Cloud
from rehearsal.errors import listing


@dataclass(frozen=True)
class Calls:
    """How one type is made and deleted.

    `named` is the member of the request that names it, `named_by` the property, where they differ;
    `ref` is the member of the answer that Ref gives, the name where it is ""; `gives` are GetAtt's
    names and the members of the answer behind them, with dots, or what of an ARN stands before the
    name. Tags are `pairs` of Key and Value,
    a `mapping`, or "" where the API takes none. `delete` may be several calls, one after the other;
    `adapt` makes of the properties what the API takes, where that differs; those that are `passed_over`
    are said to be, and those that are `renamed` are members of another name.
    """

    kind: str
    service: str
    create: str
    delete: str
    named: str = ""
    named_by: str = ""
    ref: str = ""
    gives: Mapping[str, str] = field(default_factory=dict)
    tagged: str = "pairs"
    deleted_by: tuple[str, ...] = ()
    inert: str = ""
    passed_over: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    adapt: Callable[[Properties], Properties] = dict

    def type(self) -> ResourceType:
        """Return the type that these calls make."""
        return ResourceType(
            self.kind,
            self._create,
            self._delete,
            named_by=self.named_by or self.named,
            attributes=frozenset(self.gives),
            check=self._check,
        )

    def _check(self, cloud: Cloud, properties: Properties) -> None:
        """Refuse what CloudFormation takes of the type, and this API does not."""
        client = cloud.clients.client(self.service)
        operation = client.meta.method_to_api_mapping[self.create]
        taken = client.meta.service_model.operation_model(operation).input_shape.members
        taken = {*taken, *(f"{each[:1].upper()}{each[1:]}" for each in taken)}
        unknown = sorted(
            set(self._members(properties)) - taken - {"Tags", self.named_by or self.named}
        )
        unknown = [name for name in unknown if name not in self.passed_over]
        if unknown:
            raise RefusedError(
                f"Properties validation failed: the rehearsal does not know {listing(unknown)} of "
                f"{self.kind}."
            )

    def _members(self, properties: Properties) -> Properties:
        return {self.renamed.get(key, key): value for key, value in properties.items()}

    def _create(self, cloud: Cloud, name: str, properties: Properties) -> Made:
        if self.inert:
            cloud.journal.remark(f"{self.kind}: {self.inert}")
        for each in sorted(set(self.passed_over) & set(properties)):
            cloud.journal.remark(f"{self.kind}: its {each} is not heeded")
        given = without(properties, "Tags", self.named_by, *self.passed_over)
        given = self.adapt(self._members(given))
        if self.named:
            given[self.named] = name
        if "Tags" in properties and self.tagged:
            given["Tags"] = tags(properties) if self.tagged == "mapping" else properties["Tags"]
        answer = getattr(cloud.clients.client(self.service), self.create)(**given)
        ref = str(_member(answer, self.ref)) if self.ref else name
        told = {
            key: arn(cloud, self.service, path.removeprefix("arn:") + name)
            if path.startswith("arn:")
            else _member(answer, path, ref)
            for key, path in self.gives.items()
        }
        return Made(ref, told)

    def _delete(self, cloud: Cloud, identity: str, properties: Properties) -> None:
        if not self.delete:
            cloud.journal.remark(f"{self.kind}: stays when its stack is deleted")
        properties = self._members(properties)
        last = identity.rpartition("/")[2] if identity.startswith("arn:") else identity
        of = self.deleted_by or (self.named,)
        written = {key: f"{key[:1].upper()}{key[1:]}" for key in of}  # as properties are
        given = {
            key: identity if key.endswith("Arn") else properties.get(written[key], last)
            for key in of
        }
        for call in self.delete.split():
            getattr(cloud.clients.client(self.service), call)(**given)


def _member(answer: Any, path: str, ref: str = "") -> Any:
    """Return the member of an answer that `path` leads to, or `ref` where that is ""."""
    if not path:
        return ref
    for part in path.split("."):
        answer = answer[part]
    return answer


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
        passed_over=("DesiredShardLevelMetrics", "RetentionPeriodHours", "StreamEncryption"),
    ),
    Calls(
        "AWS::SSM::Document", "ssm", "create_document", "delete_document", "Name",
        inert="kept; nothing is run by it", passed_over=("UpdateMethod",), adapt=_document,
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
        gives={"Arn": "UserPool.Arn", "UserPoolId": "UserPool.Id"}, tagged="",
        deleted_by=("UserPoolId",),
    ),
    Calls(
        "AWS::Cognito::UserPoolClient", "cognito-idp", "create_user_pool_client",
        "delete_user_pool_client", "ClientName", ref="UserPoolClient.ClientId",
        gives={"ClientId": "UserPoolClient.ClientId"}, tagged="",
        deleted_by=("UserPoolId", "ClientId"),
    ),
    Calls(
        "AWS::Lambda::Url", "lambda", "create_function_url_config", "delete_function_url_config",
        tagged="", ref="FunctionArn", deleted_by=("FunctionName",),
        gives={"FunctionUrl": "FunctionUrl", "FunctionArn": "FunctionArn"},
        renamed={"TargetFunctionArn": "FunctionName"}, inert="kept; nothing answers there",
    ),
)  # fmt: skip

TYPES = [each.type() for each in _TYPES]
