"""What is there already is taken into a stack as it is; all else is refused in AWS's words."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import deploy

KEPT = "DeletionPolicy: Retain"
GROUP = f"""
  Group:
    Type: AWS::Athena::WorkGroup
    {KEPT}
    Properties:
      Name: primary
      WorkGroupConfigurationUpdates: {{ResultConfigurationUpdates: {{OutputLocation: "s3://acme-bucket/dump"}}}}
"""
BUCKET = f"""
  Bucket:
    Type: AWS::S3::Bucket
    {KEPT}
    Properties: {{BucketName: acme-bucket}}
"""
TOPIC = "  Topic: {Type: 'AWS::SNS::Topic'}\n"


def told(name: str, kind: str, **identifier: str) -> dict[str, Any]:
    return {"ResourceType": kind, "LogicalResourceId": name, "ResourceIdentifier": identifier}


THE_GROUP = told("Group", "AWS::Athena::WorkGroup", Name="primary")
THE_BUCKET = told("Bucket", "AWS::S3::Bucket", BucketName="acme-bucket")


def drawn_up(cloud: Cloud, resources: str, *named: dict[str, Any], **more: Any) -> str:
    formation = cloud.clients.client("cloudformation")
    given = {"StackName": "acme", "ChangeSetName": "taken", "ChangeSetType": "IMPORT"} | more
    given["Capabilities"] = ["CAPABILITY_NAMED_IAM"]
    made = formation.create_change_set(
        TemplateBody=f"Resources:{resources}", ResourcesToImport=list(named), **given
    )
    return str(made["Id"])


def taken(cloud: Cloud, resources: str, *named: dict[str, Any]) -> dict[str, str]:
    """Import; return the resources of the stack, physical ids by logical ones."""
    formation = cloud.clients.client("cloudformation")
    formation.execute_change_set(ChangeSetName=drawn_up(cloud, resources, *named))
    formation.get_waiter("stack_import_complete").wait(StackName="acme")
    found = formation.describe_stack_resources(StackName="acme")["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def location(cloud: Cloud) -> str | None:
    group = cloud.clients.client("athena").get_work_group(WorkGroup="primary")["WorkGroup"]
    where = group["Configuration"].get("ResultConfiguration", {}).get("OutputLocation")
    return str(where) if where else None


def test_what_is_there_is_taken_in_as_it_is_and_the_next_update_changes_it(acme: Cloud) -> None:
    before = location(acme)
    assert taken(acme, GROUP, THE_GROUP) == {"Group": "primary"}
    assert location(acme) == before
    both = f"{GROUP}      Description: of the stack\n{BUCKET}"
    with pytest.raises(ClientError, match=r"You have modified resources \[Group\]"):
        drawn_up(acme, both, THE_BUCKET)
    assert taken(acme, GROUP + BUCKET, THE_BUCKET) == {"Group": "primary", "Bucket": "acme-bucket"}
    formation = acme.clients.client("cloudformation")
    formation.update_stack(StackName="acme", TemplateBody=f"Resources:{both}")
    assert location(acme) == "s3://acme-bucket/dump"


def test_its_changes_and_events_say_so_and_its_deletion_leaves_it(acme: Cloud) -> None:
    formation = acme.clients.client("cloudformation")
    identity = drawn_up(acme, BUCKET, THE_BUCKET)
    (change,) = formation.describe_change_set(ChangeSetName=identity)["Changes"]
    assert change["ResourceChange"]["Action"] == "Import"
    assert change["ResourceChange"]["PhysicalResourceId"] == "acme-bucket"
    formation.execute_change_set(ChangeSetName=identity)
    events = formation.describe_stack_events(StackName="acme")["StackEvents"]
    assert [each["ResourceStatus"] for each in reversed(events)] == [
        *("REVIEW_IN_PROGRESS", "IMPORT_IN_PROGRESS"),
        *("IMPORT_IN_PROGRESS", "IMPORT_COMPLETE", "IMPORT_COMPLETE"),
    ]
    formation.delete_stack(StackName="acme")
    acme.clients.client("s3").head_bucket(Bucket="acme-bucket")


def test_every_type_that_can_be_taken_in_is_there_to_be_asked_for(acme: Cloud) -> None:
    clients = acme.clients
    clients.client("iam").create_role(RoleName="acme", AssumeRolePolicyDocument="{}")
    topic = clients.client("sns").create_topic(Name="acme")["TopicArn"]
    url = clients.client("sqs").create_queue(QueueName="acme")["QueueUrl"]
    clients.client("ecr").create_repository(repositoryName="acme")
    clients.client("dynamodb").create_table(
        TableName="acme",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
    )
    trust = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: '*'}, Action: 'sts:AssumeRole'}]}"
    keys = "AttributeDefinitions: [{AttributeName: a, AttributeType: S}], KeySchema: [{AttributeName: a, KeyType: HASH}]"
    resources = f"""
  Role: {{Type: "AWS::IAM::Role", {KEPT}, Properties: {{RoleName: acme, AssumeRolePolicyDocument: {trust}}}}}
  Topic: {{Type: "AWS::SNS::Topic", {KEPT}, Properties: {{TopicName: acme}}}}
  Queue: {{Type: "AWS::SQS::Queue", {KEPT}, Properties: {{QueueName: acme}}}}
  Repository: {{Type: "AWS::ECR::Repository", {KEPT}, Properties: {{RepositoryName: acme}}}}
  Table: {{Type: "AWS::DynamoDB::Table", {KEPT}, Properties: {{TableName: acme, BillingMode: PAY_PER_REQUEST, {keys}}}}}
"""
    ids = taken(
        acme,
        resources,
        told("Role", "AWS::IAM::Role", RoleName="acme"),
        told("Topic", "AWS::SNS::Topic", TopicArn=topic),
        told("Queue", "AWS::SQS::Queue", QueueUrl=url),
        told("Repository", "AWS::ECR::Repository", RepositoryName="acme"),
        told("Table", "AWS::DynamoDB::Table", TableName="acme"),
    )
    assert ids == {
        **dict.fromkeys(("Role", "Repository", "Table"), "acme"),
        "Topic": topic,
        "Queue": url,
    }
    arns = "".join(f"  {name}: {{Value: !GetAtt {name}.Arn}}\n" for name in ids if name != "Topic")
    acme.clients.client("cloudformation").update_stack(
        StackName="acme",
        TemplateBody=f"Resources:{resources}Outputs:\n{arns}",
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    (stack,) = acme.clients.client("cloudformation").describe_stacks(StackName="acme")["Stacks"]
    values = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    assert values["Role"].endswith(":role/acme")
    assert values["Queue"].endswith(":acme")
    assert all(value.startswith("arn:aws:") for value in values.values())


@pytest.mark.parametrize(
    ("resources", "named", "words"),
    [
        (
            GROUP + BUCKET,
            [THE_GROUP],
            r"Resources \[Bucket\] is missing from ResourceToImport list",
        ),
        (GROUP, [THE_GROUP, THE_BUCKET], r"Resources \[Bucket\] to import are not new"),
        (BUCKET.replace(KEPT, ""), [THE_BUCKET], r"must have a DeletionPolicy .*: \[Bucket\]"),
        (
            BUCKET.replace("acme-bucket", "other"),
            [told("Bucket", "AWS::S3::Bucket", BucketName="other")],
            "AWS::S3::Bucket with identifier BucketName=other was not found",
        ),
        (
            BUCKET,
            [told("Bucket", "AWS::S3::Bucket", Name="acme-bucket")],
            r"must be \[BucketName\]",
        ),
        (BUCKET, [told("Bucket", "AWS::S3::Bucket", BucketName="s3://acme")], "was not found"),
        (BUCKET, [told("Bucket", "AWS::SNS::Topic", TopicArn="a")], "is of type AWS::S3::Bucket"),
        (
            f"\n  Key: {{Type: 'AWS::KMS::Key', {KEPT}}}\n",
            [told("Key", "AWS::KMS::Key", KeyId="a")],
            r"ResourceTypes \[AWS::KMS::Key\] are not supported for Import",
        ),
        (f"{BUCKET}Outputs: {{A: {{Value: a}}}}\n", [THE_BUCKET], r"modify or add \[Outputs\]"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_and_leaves_no_stack(
    acme: Cloud, resources: str, named: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(ClientError, match=rf"\(ValidationError\).*{words}"):
        drawn_up(acme, resources, *named)
    assert acme.clients.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_what_belongs_to_a_stack_is_not_taken_into_another(acme: Cloud) -> None:
    """Nor twice into one, nor by a change set that was drawn up before."""
    formation = acme.clients.client("cloudformation")
    before = drawn_up(acme, BUCKET, THE_BUCKET, StackName="other")
    taken(acme, BUCKET, THE_BUCKET)
    with pytest.raises(ClientError, match="acme-bucket belongs to a stack already"):
        drawn_up(acme, BUCKET, THE_BUCKET, StackName="third")
    formation.execute_change_set(ChangeSetName=before)
    (other,) = formation.describe_stacks(StackName="other")["Stacks"]
    assert other["StackStatus"] == "IMPORT_ROLLBACK_COMPLETE"
    assert formation.describe_stack_resources(StackName="other")["StackResources"] == []
    twice = BUCKET + BUCKET.replace("Bucket:", "Second:", 1)
    again = THE_BUCKET | {"LogicalResourceId": "Second"}
    formation.delete_stack(StackName="acme")
    with pytest.raises(ClientError, match="Second: acme-bucket belongs to a stack already"):
        drawn_up(acme, twice, THE_BUCKET, again, StackName="fourth")


def test_a_stack_of_imports_is_deployed_when_nothing_changes(acme: Cloud) -> None:
    taken(acme, BUCKET, THE_BUCKET)
    found = deploy(acme.clients, "acme", f"Resources:{BUCKET}", {}, [])
    assert (found.status, found.succeeded) == ("IMPORT_COMPLETE", True)
