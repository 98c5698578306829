"""What serves is a record here: its service tells of it, its addresses lead nowhere, and that is said."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from deployed import WORKER, deleted, made

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import Deployed, deploy

SERVERS = """
Parameters: {Size: {Type: String, Default: t3.micro}, Tasks: {Type: Number, Default: 1}}
Resources:
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: 10.0.0.0/16}}
  One: {Type: "AWS::EC2::Subnet", Properties: {CidrBlock: 10.0.1.0/24, VpcId: !Ref Vpc, AvailabilityZone: us-east-1a}}
  Two: {Type: "AWS::EC2::Subnet", Properties: {CidrBlock: 10.0.2.0/24, VpcId: !Ref Vpc, AvailabilityZone: us-east-1b}}
  Group: {Type: "AWS::EC2::SecurityGroup", Properties: {GroupDescription: acme, VpcId: !Ref Vpc}}
  Launch:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {ImageId: ami-12c6146b, InstanceType: !Ref Size}}
  Instance:
    Type: AWS::EC2::Instance
    CreationPolicy: {ResourceSignal: {Count: 1, Timeout: PT15M}}
    Properties:
      ImageId: ami-12c6146b
      InstanceType: !Ref Size
      Monitoring: true
      NetworkInterfaces: [{DeviceIndex: "0", SubnetId: !Ref One, GroupSet: [!Ref Group]}]
      Tags: [{Key: Name, Value: acme}]
      UserData: !Base64 "cfn-signal --success true"
  Interface: {Type: "AWS::EC2::NetworkInterface", Properties: {SubnetId: !Ref One, GroupSet: [!Ref Group]}}
  Outward: {Type: "AWS::EC2::EgressOnlyInternetGateway", Properties: {VpcId: !Ref Vpc}}
  Disk: {Type: "AWS::EC2::Volume", Properties: {AvailabilityZone: us-east-1a, Size: 8}}
  Cluster: {Type: "AWS::ECS::Cluster", Properties: {ClusterSettings: [{Name: containerInsights, Value: enabled}]}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: 256
      Memory: 512
      ContainerDefinitions:
        - Name: web
          Image: acme
          Environment: [{Name: A, Value: b}]
          LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: acme}}
      Volumes: [{Name: shared, EFSVolumeConfiguration: {FilesystemId: fs-1}}]
  Service:
    Type: AWS::ECS::Service
    Properties: {Cluster: !Ref Cluster, DesiredCount: !Ref Tasks, TaskDefinition: !Ref Task}
  Balancer: {Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", Properties: {Subnets: [!Ref One, !Ref Two], SecurityGroups: [!Ref Group]}}
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Port: "80", Protocol: HTTP, VpcId: !Ref Vpc, Matcher: {HttpCode: "200"}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Database:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceClass: db.t3.micro, Engine: mysql, Port: "3306"}
  Broker:
    Type: AWS::AmazonMQ::Broker
    Properties: {BrokerName: acme, DeploymentMode: SINGLE_INSTANCE, EngineType: ACTIVEMQ, HostInstanceType: mq.t3.micro, PubliclyAccessible: false, Users: []}
Outputs:
  Address: {Value: !GetAtt Instance.PrivateIp}
  Balancer: {Value: !GetAtt Balancer.LoadBalancerFullName}
  Targets: {Value: !GetAtt Targets.TargetGroupFullName}
  Listener: {Value: !Ref Listener}
  Database: {Value: !Sub "${Database.Endpoint.Address}:${Database.Endpoint.Port}"}
  Version: {Value: !GetAtt Launch.LatestVersionNumber}
"""


@pytest.fixture(scope="module")
def servers(shared_cloud: Cloud) -> Deployed:
    return made(shared_cloud, SERVERS)


def test_a_service_tells_of_its_records(shared_cloud: Cloud, servers: Deployed) -> None:
    client, there = shared_cloud.clients.client, servers.resources
    (found,) = client("ec2").describe_instances(InstanceIds=[there["Instance"]])["Reservations"]
    (instance,) = found["Instances"]
    assert instance["SubnetId"] == there["One"]
    assert instance["Tags"] == [{"Key": "Name", "Value": "acme"}]
    asked = {"cluster": there["Cluster"], "services": [there["Service"]]}
    (service,) = client("ecs").describe_services(**asked)["services"]
    assert service["taskDefinition"] == there["Task"]
    task = client("ecs").describe_task_definition(taskDefinition=there["Task"])["taskDefinition"]
    (container,) = task["containerDefinitions"]
    assert container["logConfiguration"]["options"] == {"awslogs-group": "acme"}
    assert task["volumes"][0]["efsVolumeConfiguration"]["fileSystemId"] == "fs-1"
    (targets,) = client("elbv2").describe_target_groups()["TargetGroups"]
    assert (targets["Port"], targets["Matcher"]) == (80, {"HttpCode": "200"})


def test_addresses_lead_nowhere_and_names_are_those_of_aws(servers: Deployed) -> None:
    told = servers.outputs
    assert told["Address"].startswith("10.0.1.")
    assert told["Balancer"].startswith("app/acme-")
    assert told["Targets"].startswith("targetgroup/acme-")
    assert told["Listener"].startswith("arn:aws:elasticloadbalancing:")
    host, _, port = told["Database"].partition(":")
    assert (host.endswith(".rds.invalid"), port) == (True, "3306")
    assert told["Version"] == "1"


def test_the_journal_says_that_nothing_runs(shared_cloud: Cloud, servers: Deployed) -> None:
    said = shared_cloud.journal.unproven
    for kind in ("EC2::Instance", "ECS::Service", "ElasticLoadBalancingV2::TargetGroup"):
        assert f"AWS::{kind}: a record of its service; nothing runs behind it" in said
    nobody = "kept in its stack; nothing runs behind it, and its addresses lead nowhere"
    assert f"AWS::RDS::DBInstance: {nobody}" in said
    assert "AWS::EC2::Instance: their CreationPolicy is not heeded" in said


def test_records_stay_as_they_were_made_and_go_with_their_stack(
    shared_cloud: Cloud, servers: Deployed
) -> None:
    again = made(shared_cloud, SERVERS, Tasks="2")
    assert again.resources["Service"] == servers.resources["Service"]
    assert "AWS::ECS::Service: a change in place is not carried out" in (
        shared_cloud.journal.unproven
    )
    assert deleted(shared_cloud) == "DELETE_COMPLETE"
    balancers = shared_cloud.clients.client("elbv2").describe_load_balancers()
    assert balancers["LoadBalancers"] == []


SEVERAL = f"""
Parameters: {{Layer: {{Type: String, Default: "arn:aws:lambda:us-east-1:145266761615:layer:acme:1"}}}}
Resources:
{WORKER}  Image:
    Type: AWS::Lambda::Function
    Properties: {{PackageType: Image, Role: !GetAtt Role.Arn, Code: {{ImageUri: acme}}}}
  Script:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs22.x
      Role: !GetAtt Role.Arn
      Layers: [!Ref Layer]
      Code: {{ZipFile: "exports.handler = async () => 1"}}
  Version: {{Type: "AWS::Lambda::Version", Properties: {{FunctionName: !Ref Script}}}}
  Live: {{Type: "AWS::Lambda::Alias", Properties: {{Name: live, FunctionName: !Ref Script, FunctionVersion: !GetAtt Version.Version}}}}
  Own: {{Type: "AWS::Lambda::Url", Properties: {{AuthType: NONE, TargetFunctionArn: !Ref Script}}}}
  OfLive: {{Type: "AWS::Lambda::Url", Properties: {{AuthType: NONE, TargetFunctionArn: !Ref Live}}}}
  Mapped:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: arn:aws:mq:us-east-1:123456789012:broker:acme:b-1
      FunctionName: !Ref Script
      Queues: [orders]
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !Ref Role
      Source: {{Type: NO_SOURCE, BuildSpec: "version: 0.2"}}
      Artifacts: {{Type: NO_ARTIFACTS}}
      Environment: {{Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: standard}}
  Logs: {{Type: "AWS::S3::Bucket", Properties: {{ObjectLockEnabled: true}}}}
  Logged: {{Type: "AWS::S3::Bucket", Properties: {{LoggingConfiguration: {{DestinationBucketName: !Ref Logs}}}}}}
  Catalog: {{Type: "AWS::Glue::Database", Properties: {{CatalogId: "1", DatabaseInput: {{Name: acme}}}}}}
  Months: {{Type: "AWS::Glue::Table", Properties: {{CatalogId: "1", DatabaseName: !Ref Catalog, TableInput: {{Name: months}}}}}}
  May:
    Type: AWS::Glue::Partition
    Properties: {{CatalogId: "1", DatabaseName: !Ref Catalog, TableName: !Ref Months, PartitionInput: {{Values: [may]}}}}
Outputs:
  Own: {{Value: !Ref Own}}
  OfLive: {{Value: !Ref OfLive}}
"""


def test_what_moto_refuses_and_aws_takes_is_made(shared_cloud: Cloud) -> None:
    several = made(shared_cloud, SEVERAL, "several")
    client, there = shared_cloud.clients.client, several.resources
    assert several.outputs["OfLive"].endswith(f":{there['Script']}:live")
    assert several.outputs["Own"].endswith(f":{there['Script']}")
    answer = client("lambda").invoke(FunctionName=there["Image"])["Payload"].read().decode()
    assert "runs functions of Python and Node.js; this is an image" in answer
    (project,) = client("codebuild").batch_get_projects(names=[there["Build"]])["projects"]
    assert project["serviceRole"].endswith(f":role/{there['Role']}")
    assert client("s3").get_bucket_logging(Bucket=there["Logged"])["LoggingEnabled"]
    parts = client("glue").get_partitions(DatabaseName="acme", TableName="months")["Partitions"]
    assert [each["Values"] for each in parts] == [["may"]]
    said = "\n".join(shared_cloud.journal.unproven)
    assert "mappings of functions to brokers: kept" in said
    assert "AWS::S3::Bucket: its ObjectLockEnabled is not heeded" in said
    assert deleted(shared_cloud, "several") == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("arn:aws:lambda:us-east-1:145266761615:layer:acme:1", "acme", r"Value '\[acme\]' at"),
        ("arn:aws:mq:us-east-1", "arn:aws:s3:us-east-1", "and not arn:aws:s3"),
    ],
)
def test_what_aws_refuses_is_refused(shared_cloud: Cloud, old: str, new: str, why: str) -> None:
    assert old in SEVERAL
    with pytest.raises(ClientError, match=why):
        deploy(shared_cloud.clients, "refused", SEVERAL.replace(old, new), {}, ["CAPABILITY_IAM"])


def test_a_parameter_without_a_value_is_refused_while_it_is_planned(shared_cloud: Cloud) -> None:
    text = "Resources: {P: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Value: ''}}}"
    with pytest.raises(ClientError, match="Value '' at 'value' failed"):
        deploy(shared_cloud.clients, "empty", text)
