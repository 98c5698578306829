"""What an operation needs: IAM's actions, each on the resources that the request names.

An operation's action has its own name but for those in `RENAMED`; its resources are filled into
the patterns of its service, the first whose operations fit. S3 and DynamoDB's transactions are
told apart in `s3_actions` and `item_actions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from rehearsal.function_policies import split
from rehearsal.permissions.evaluation import ANY_RESOURCE
from rehearsal.permissions.operations import Operation

RENAMED = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "lambda:InvokeAsync": "lambda:InvokeFunction",
    "lambda:InvokeWithResponseStream": "lambda:InvokeFunction",
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sagemaker:InvokeEndpointWithResponseStream": "sagemaker:InvokeEndpoint",
}
FREE = {"sts:GetCallerIdentity", "sts:GetSessionToken"}
"""Operations that nobody needs a permission for."""
Rules = Sequence[tuple[str, tuple[str, ...]]]

_GLUE_CATALOG: Rules = (
    (r"(Batch)?(Get|Create|Update|Delete)Partitions?", ("catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableName}")),
    ("(Create|Update)Table", ("catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableInput.Name}")),
    ("(Get|Delete)Table(Versions?)?", ("catalog", "database/{DatabaseName}", "table/{DatabaseName}/{Name|TableName}")),
    ("GetTables", ("catalog", "database/{DatabaseName}", "table/{DatabaseName}/*")),
    ("CreateDatabase", ("catalog", "database/{DatabaseInput.Name}")),
    ("(Get|Update|Delete)Database", ("catalog", "database/{Name}")),
    ("GetDatabases", ("catalog", "database/*")),
)  # fmt: skip
RULES: Mapping[str, Rules] = {
    "application-autoscaling": ((".*", (ANY_RESOURCE,)),),
    "athena": (
        (".*WorkGroup.*", ("workgroup/{WorkGroup|Name}",)),
        ("(Start|List)QueryExecutions?", ("workgroup/{WorkGroup}", "workgroup/primary")),
        (".*Query(Execution|Results|RuntimeStatistics).*", (ANY_RESOURCE,)),
    ),
    "cloudformation": (
        (".*ChangeSet", ("stack/{StackName}/*", ANY_RESOURCE)),
        (".*", ("stack/{StackName}/*",)),
    ),
    "cloudwatch": (
        ("PutMetricData|GetMetric.*|ListMetrics", ("*",)),
        ("DescribeAlarms", ("alarm:{AlarmNames}", "alarm:*")),
        (".*", ("alarm:{AlarmName|AlarmNames}", "alarm:{ResourceARN}")),
    ),
    "codebuild": (
        ("BatchGetBuilds", ("project/{ids}",)),
        ("StopBuild|RetryBuild", ("project/{id}",)),
        (".*", ("project/{projectName|name|names}",)),
    ),
    "codecommit": ((".*", ("{repositoryName}",)),),
    "codepipeline": (
        ("PutJob.*|AcknowledgeJob|PollForJobs|GetJobDetails|ListPipelines", ("*",)),
        ("PutApprovalResult", ("{pipelineName}/{stageName}/{actionName}",)),
        ("RetryStageExecution|.*StageTransition", ("{pipelineName}/{stageName}",)),
        (".*", ("{pipelineName|name|pipeline.name}", "{resourceArn}")),
    ),
    "dynamodb": (
        ("Query|Scan", ("table/{TableName}/index/{IndexName}", "table/{TableName}")),
        (".*", ("table/{TableName|ResourceArn}",)),
    ),
    "ecr": (("GetAuthorizationToken", ("*",)), (".*", ("repository/{repositoryName|repositoryNames}", "{resourceArn}"))),
    "events": (
        ("PutEvents", ("event-bus/{Entries.EventBusName}", "event-bus/default")),
        (".*Targets?(ByRule)?", ("rule/{EventBusName}/{Rule}", "rule/{Rule}")),
        (".*Rule", ("rule/{EventBusName}/{Name}", "rule/{Name}")),
        (".*", ("event-bus/{Name}", "{ResourceARN}")),
    ),
    "firehose": ((".*", ("deliverystream/{DeliveryStreamName}",)),),
    "glue": (
        *_GLUE_CATALOG,
        (".*Crawlers?|.*CrawlerMetrics", ("crawler/{Name|CrawlerName}", "crawler/{CrawlerNames}")),
        (".*JobRuns?|.*JobBookmark", ("job/{JobName}",)),
        (".*Jobs?", ("job/{JobName|Name|JobNames}",)),
        (".*Trigger", ("trigger/{Name}",)),
        (".*Workflow.*", ("workflow/{Name}",)),
        (".*", ("{ResourceArn}",)),
    ),
    "iam": (
        (".*Role.*|.*AssumeRolePolicy", ("role/{RoleName}",)),
        (".*User.*|.*AccessKey", ("user/{UserName}",)),
        (".*Group.*", ("group/{GroupName}",)),
        ("CreatePolicy", ("policy/{PolicyName}",)),
        (".*Polic.*", ("{PolicyArn}",)),
    ),
    "kinesis": ((".*", ("stream/{StreamName}", "{StreamARN}")),),
    "kms": (
        (".*Alias", ("alias/{AliasName}",)),
        ("Decrypt", ("key/{KeyId}", ANY_RESOURCE)),
        (".*", ("key/{KeyId}",)),
    ),
    "lambda": (
        (".*Layer.*", ("layer:{LayerName}:{VersionNumber}", "layer:{LayerName}")),
        (".*EventSourceMapping.*", ("*",)),
        (".*", ("function:{FunctionName}", "{Resource}")),
    ),
    "logs": (
        (".*LogDelivery|ListLogDeliveries|.*ResourcePolic.*", ("*",)),
        ("(Put|Get)LogEvents|.*LogStream", ("log-group:{logGroupName}:log-stream:{logStreamName}",)),
        (".*LogGroups", ("log-group::log-stream:",)),
        (".*", ("log-group:{logGroupName}:log-stream:", "{resourceArn}")),
    ),
    "scheduler": (
        (".*ScheduleGroups?", ("schedule-group/{Name}",)),
        (".*Schedules?", ("schedule/{GroupName}/{Name}", "schedule/default/{Name}")),
        (".*", ("{ResourceArn}",)),
    ),
    "secretsmanager": ((".*", ("secret:{SecretId|Name}",)),),
    "sns": (
        ("CreateTopic", ("{Name}",)),
        (".*", ("{TopicArn|TargetArn|ResourceArn}", "{SubscriptionArn}")),
    ),
    "sqs": ((".*", ("{QueueUrl|QueueName}",)),),
    "ssm": ((".*Parameters?(ByPath|History)?", ("parameter/{Name|Names|Path}",)), ("DescribeParameters", ("*",))),
    "states": (
        ("SendTask.*|GetActivityTask", (ANY_RESOURCE,)),
        (".*Activit.*", ("{activityArn}", "activity:{name}")),
        (".*Execution.*", ("{executionArn}", "{stateMachineArn}")),
        (".*", ("{stateMachineArn|resourceArn}", "stateMachine:{name}")),
    ),
    "sts": (("AssumeRole.*", ("{RoleArn}",)),),
}  # fmt: skip
"""By service: which operations, and the patterns of their resources below ``arn:…:service:…:``.

A value of several gives several; of ``{A|B}`` the first that is given counts; a pattern that lacks
a value passes to the next. Of the last that fits none, the operation takes no resource.
"""
_ALL_OF_THEM = "catalog"
_REGIONLESS = {"iam"}
_WORD = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True)
class Need:
    """One action on one resource, `context` being what the request says of it beside."""

    action: str
    resource: str
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where resources are whose ARN the request does not say."""

    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource; one that is an ARN is its own."""
        region = "" if service in _REGIONLESS else self.region
        return f"arn:aws:{service}:{region}:{self.account}:{resource}"


def resources(operation: Operation, place: Place) -> list[str]:
    """Return the ARNs that an operation is on: `*` where it takes none, `ANY_RESOURCE` if not known."""
    if operation.service == "sagemaker":
        return _of_sagemaker(operation, place)
    if operation.service == "lambda" and operation.name.startswith("Invoke"):
        return [_invoked(operation, place)]
    if operation.service not in RULES:
        return [ANY_RESOURCE]
    for pattern, templates in RULES[operation.service]:
        if re.fullmatch(pattern, operation.name):
            return list(_all_filled(operation, place, templates)) or ["*"]
    return ["*"]


def known(operation: Operation) -> bool:
    """Tell whether it is known here what resources the operations of that service take."""
    return operation.service in RULES or operation.service in {"s3", "sagemaker"}


def _all_filled(operation: Operation, place: Place, templates: tuple[str, ...]) -> Iterator[str]:
    together = templates[0] == _ALL_OF_THEM
    for template in templates:
        found = [template] if template in ("*", ANY_RESOURCE) else _arns(operation, place, template)
        yield from found
        if found and not together:
            return


def _arns(operation: Operation, place: Place, template: str) -> list[str]:
    """Return a template with the values of the request in it, nothing where it lacks one."""
    words = _WORD.findall(template)
    values = [_values(operation.parameters, word) for word in words]
    found = []
    for chosen in product(*values):
        if chosen and chosen[-1].startswith("arn:"):
            found.append(_own(operation, chosen[-1]))
            continue
        text = template
        for word, value in zip(words, chosen, strict=True):
            text = text.replace(f"{{{word}}}", _name(operation, value))
        found.append(place.arn(operation.service, text))
    return found


def _own(operation: Operation, arn: str) -> str:
    """Return an ARN of a request as policies know it: a function's or a machine's without version."""
    if operation.service == "lambda" and ":function:" in arn:
        return ":".join(arn.split(":")[:7])
    if operation.service == "states" and ":stateMachine:" in arn:
        return of_machine(arn)
    if operation.service == "sns" and arn.count(":") > 5:
        return arn.rpartition(":")[0]  # a subscription's, of its topic
    return arn


def of_machine(arn: str) -> str:
    """Return the ARN by which a machine is authorised, whatever version or alias of it is named."""
    return ":".join(arn.split(":")[:7])


def _name(operation: Operation, value: str) -> str:
    """Return a name of a request as ARNs have it."""
    if operation.service == "sqs":
        return value.rpartition("/")[2]
    if operation.service == "codebuild":
        return value.partition(":")[0]  # of a build, its project
    if operation.service == "ssm":
        return value.lstrip("/")
    if operation.service == "kms" and operation.name.endswith("Alias"):
        return value.removeprefix("alias/")
    if operation.service == "lambda":
        return split(value)[0]
    return value


def _invoked(operation: Operation, place: Place) -> str:
    """Return the ARN of an invoked function with the version or the alias that the request names.

    A permission on the function alone does not reach those: see "Resources and conditions for Lambda
    actions", function ARNs, in the guide of Lambda.
    """
    told = str(operation.parameters.get("FunctionName", ""))
    name, own = split(told)
    qualifier = own or str(operation.parameters.get("Qualifier") or "")
    plain = ":".join(told.split(":")[:7])
    arn = plain if told.startswith("arn:") else place.arn("lambda", f"function:{name}")
    return f"{arn}:{qualifier}" if qualifier else arn


def _values(parameters: Any, word: str) -> list[str]:
    for path in word.split("|"):
        found = [parameters]
        for name in path.split("."):
            nested = [each.get(name) for each in found if isinstance(each, Mapping)]
            found = [x for each in nested for x in (each if isinstance(each, list) else [each])]
        given = [str(each) for each in found if each not in (None, "")]
        if given:
            return list(dict.fromkeys(given))
    return []


_VERB = re.compile(
    r"(?:Create|Describe|Update|Delete|Stop|Start|Invoke|List)(\w+?)(?:WeightsAndCapacities|Async)?"
)


def _of_sagemaker(operation: Operation, place: Place) -> list[str]:
    """Return a resource of SageMaker, whose kinds are called as their operations are."""
    given = operation.parameters
    if "ResourceArn" in given:
        return [str(given["ResourceArn"])]
    found = _VERB.fullmatch(operation.name)
    kind = found[1] if found else ""
    name = given.get(f"{kind}Name")
    if name and str(name).startswith("arn:"):
        return [str(name)]
    dashed = (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind).lower().replace("auto-mljob", "automl-job")
    )
    return [place.arn("sagemaker", f"{dashed}/{name}".lower())] if name else ["*"]
