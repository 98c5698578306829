"""What cannot act here is kept, and the journal says that it does nothing; stacks are nested."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from deployed import FUNCTION, deleted, made

from rehearsal.cfn.schemas import attributes, identifier, lacking, schema, strangers
from rehearsal.cfn.types import resource_types
from rehearsal.cloud import Cloud
from rehearsal.door.deploy import deploy

NETWORK = """
Resources:
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: "AWS::EC2::Subnet", Properties: {CidrBlock: 10.0.1.0/24, VpcId: !Ref Vpc}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: acme, VpcId: !Ref Vpc, SecurityGroupIngress: [{CidrIp: 0.0.0.0/0, IpProtocol: -1}]}
  Table: {Type: "AWS::EC2::RouteTable", Properties: {VpcId: !Ref Vpc}}
  Gateway: {Type: "AWS::EC2::InternetGateway"}
  Attached:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {InternetGatewayId: !Ref Gateway, VpcId: !Ref Vpc}
  Route:
    Type: AWS::EC2::Route
    DependsOn: Attached
    Properties: {DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway, RouteTableId: !Ref Table}
  Associated:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref Subnet}
  Start: {Type: "AWS::SageMaker::NotebookInstanceLifecycleConfig", Properties: {NotebookInstanceLifecycleConfigName: start}}
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      LifecycleConfigName: !GetAtt Start.NotebookInstanceLifecycleConfigName
      RoleArn: arn:aws:iam::123456789012:role/acme
      SubnetId: !Ref Subnet
      Tags: [{Key: a, Value: b}]
  Secured:
    Type: AWS::Glue::SecurityConfiguration
    Properties: {Name: acme, EncryptionConfiguration: {S3Encryptions: [{S3EncryptionMode: DISABLED}]}}
  Workflow: {Type: "AWS::Glue::Workflow", Properties: {Name: acme}}
  Trigger:
    Type: AWS::Glue::Trigger
    Properties: {Type: ON_DEMAND, WorkflowName: !Ref Workflow, Actions: [{JobName: acme}], Tags: {a: b}}
  Activity: {Type: "AWS::StepFunctions::Activity", Properties: {Name: acme}}
  Query: {Type: "AWS::Athena::NamedQuery", Properties: {Database: acme, QueryString: SELECT 1}}
Outputs:
  Block: {Value: !GetAtt Vpc.CidrBlock}
  Group: {Value: !GetAtt Group.GroupId}
  Name: {Value: !GetAtt Notebook.NotebookInstanceName}
"""


def test_networks_notebooks_and_triggers_are_kept_and_said_to_be_inert(acme: Cloud) -> None:
    stack = made(acme, NETWORK)
    (subnet,) = acme.clients.client("ec2").describe_subnets(SubnetIds=[stack.resources["Subnet"]])[
        "Subnets"
    ]
    assert subnet["VpcId"] == stack.resources["Vpc"]
    assert stack.outputs["Group"].startswith("sg-")
    assert stack.outputs["Block"] == "10.0.0.0/16"
    assert acme.clients.client("glue").get_trigger(Name=stack.resources["Trigger"])
    said = "\n".join(acme.journal.unproven)
    for words in (
        "networks: kept",
        "NotebookInstance: kept",
        "LifecycleConfig: kept",
        "Trigger: kept",
    ):
        assert words in said
    assert deleted(acme) == "DELETE_COMPLETE"


RECORDS = """
Parameters: {Keep: {Type: Number, Default: 24}}
Resources:
  Stream: {Type: "AWS::Kinesis::Stream", Properties: {ShardCount: 1, RetentionPeriodHours: !Ref Keep}}
  Document:
    Type: AWS::SSM::Document
    Properties: {Content: {schemaVersion: "2.2", description: acme}, DocumentType: Command}
  Group: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: acme}}
  Lines: {Type: "AWS::Logs::LogStream", Properties: {LogGroupName: !Ref Group, LogStreamName: lines}}
  Chained:
    Type: AWS::Glue::Trigger
    Properties:
      Type: CONDITIONAL
      Actions: [{JobName: acme}]
      Predicate: {Conditions: [{LogicalOperator: EQUALS, CrawlerName: acme, CrawlState: SUCCEEDED}]}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: arn:aws:iam::123456789012:role/acme
      Source: {Type: NO_SOURCE, BuildSpec: "version: 0.2"}
      Artifacts: {Type: NO_ARTIFACTS}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: standard}
  Reports: {Type: "AWS::CodeBuild::ReportGroup", Properties: {Type: TEST, ExportConfig: {ExportConfigType: NO_EXPORT}}}
Outputs: {Reports: {Value: !GetAtt Reports.Arn}}
"""


def test_records_are_kept_changed_and_deleted(acme: Cloud) -> None:
    stack = made(acme, RECORDS)
    client = acme.clients.client
    assert client("ssm").get_document(Name=stack.resources["Document"])["DocumentType"] == "Command"
    lines = client("logs").describe_log_streams(logGroupName="acme")["logStreams"]
    assert [each["logStreamName"] for each in lines] == ["lines"]
    trigger = client("glue").get_trigger(Name=stack.resources["Chained"])["Trigger"]
    assert trigger["Predicate"]["Conditions"][0]["CrawlState"] == "SUCCEEDED"
    assert ":codebuild:" in stack.outputs["Reports"]
    assert "AWS::Kinesis::Stream: its RetentionPeriodHours is not heeded" in acme.journal.unproven
    assert made(acme, RECORDS, Keep="48").resources["Document"] == stack.resources["Document"]
    assert deleted(acme) == "DELETE_COMPLETE"
    assert not client("logs").describe_log_groups()["logGroups"]


def test_what_waits_for_signals_or_rolls_is_refused_of_types_that_do_neither(acme: Cloud) -> None:
    text = "Resources: {Q: {Type: 'AWS::SQS::Queue', CreationPolicy: {ResourceSignal: {Count: 1}}}}"
    with pytest.raises(ClientError, match="CreationPolicy of Q, of type AWS::SQS::Queue"):
        deploy(acme.clients, "acme", text)


NESTED = """
Parameters: {Name: {Type: String}}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://acme-bucket.s3.amazonaws.com/inner.yaml
      Parameters: {Name: !Ref Name}
Outputs: {Topic: {Value: !GetAtt Inner.Outputs.Topic}}
"""
INNER = """
Parameters: {Name: {Type: String}}
Resources: {Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: !Ref Name}}}
Outputs: {Topic: {Value: !Ref Topic}}
"""


def test_a_stack_within_a_stack_is_made_changed_and_deleted_with_it(acme: Cloud) -> None:
    s3 = acme.clients.client("s3")
    s3.put_object(Bucket="acme-bucket", Key="inner.yaml", Body=INNER.encode())
    assert made(acme, NESTED, Name="one").outputs["Topic"].endswith(":one")
    assert made(acme, NESTED, Name="two").outputs["Topic"].endswith(":two")
    assert deleted(acme) == "DELETE_COMPLETE"
    assert acme.clients.client("sns").list_topics()["Topics"] == []
    bad = INNER.replace("AWS::SNS::Topic", "AWS::GameLift::Fleet")
    s3.put_object(Bucket="acme-bucket", Key="inner.yaml", Body=bad.encode())
    with pytest.raises(ClientError, match=r"AWS::GameLift::Fleet\] in the nested stack"):
        made(acme, NESTED, Name="three")


def test_every_type_is_one_of_aws_and_gives_what_aws_gives() -> None:
    for name, kind in resource_types().items():
        assert schema(name) is not None, name
        known = set(schema(name)["properties"])  # type: ignore[index]
        assert (kind.properties or set()) <= known, name


def test_a_schema_tells_what_aws_knows_of_a_type() -> None:
    assert attributes("AWS::KMS::Key") == {"Arn", "KeyId"}
    assert (identifier("AWS::KMS::Key"), identifier("AWS::Athena::PreparedStatement")) == (
        "KeyId",
        "",
    )
    assert schema("AWS::KMS::Keyy") is None
    given = {"Rules": [], "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Colour": 1}]}}
    assert strangers("AWS::S3::Bucket", given) == ["LifecycleConfiguration.Rules.Colour", "Rules"]
    assert lacking("AWS::Glue::Job", {"Role": "a"}) == ["Command"]


def test_models_and_endpoints_that_could_not_serve_are_refused_at_planning(acme: Cloud) -> None:
    template = """
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: arn:aws:iam::123456789012:role/acme
      Containers: [{Image: acme, Mode: MultiModel, ModelDataUrl: s3://acme-bucket/models/}]
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      AsyncInferenceConfig: {OutputConfig: {S3OutputPath: s3://acme-bucket/out}}
      ProductionVariants: [{VariantName: a, ModelName: !GetAtt Model.ModelName}]
"""
    with pytest.raises(ClientError, match="SingleModel") as refused:
        made(acme, template)
    assert "without AsyncInferenceConfig" in str(refused.value)
    assert acme.clients.client("sagemaker").list_models()["Models"] == []


def test_what_is_there_already_is_not_made_again(acme: Cloud) -> None:
    acme.clients.client("sns").create_topic(Name="acme")
    acme.clients.client("sqs").create_queue(QueueName="acme")
    for kind, name in (
        ("S3::Bucket", "acme-bucket"),
        ("SNS::Topic", "acme"),
        ("SQS::Queue", "acme"),
    ):
        key = f"{kind.rpartition(':')[2]}Name"
        template = f"Resources: {{One: {{Type: 'AWS::{kind}', Properties: {{{key}: {name}}}}}}}"
        found = deploy(acme.clients, key.lower(), template)
        assert "already exists" in found.failures[0]


URL = f"""
Resources:
{FUNCTION}      Code: {{ZipFile: "def handler(event, context): pass"}}
  Url:
    Type: AWS::Lambda::Url
    Properties: {{AuthType: NONE, TargetFunctionArn: !GetAtt Function.Arn}}
Outputs:
  Url: {{Value: !GetAtt Url.FunctionUrl}}
  Function: {{Value: !GetAtt Function.Arn}}
  Ref: {{Value: !Ref Url}}
"""


def test_the_address_of_a_function_is_kept_with_it(acme: Cloud) -> None:
    stack = made(acme, URL)
    assert stack.outputs["Url"].startswith("https://")
    assert stack.outputs["Ref"] == stack.outputs["Function"]
    functions = acme.clients.client("lambda")
    name = stack.resources["Function"]
    assert functions.get_function_url_config(FunctionName=name)["AuthType"] == "NONE"
    with pytest.raises(ClientError, match="AuthType is 'OPEN'; it is one of"):
        made(acme, URL.replace("AuthType: NONE", "AuthType: OPEN"))
    made(acme, URL.partition("  Url:")[0])
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function_url_config(FunctionName=name)
