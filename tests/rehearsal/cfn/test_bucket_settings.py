"""What a template says of a bucket is so, no more is, and what is not known is refused."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import deploy

TELLING = """
Resources:
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: s3.amazonaws.com}
            Action: "sqs:SendMessage"
            Resource: !GetAtt Queue.Arn
            Condition: {ArnLike: {aws:SourceArn: "arn:aws:s3:::acme-told"}}
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: acme-hears}}
  Bucket:
    Type: AWS::S3::Bucket
    DependsOn: Policy
    Properties:
      BucketName: acme-told
SETTINGS
"""
SETTINGS = """
      NotificationConfiguration:
        EventBridgeConfiguration: {}
        QueueConfigurations:
          - Event: "s3:ObjectCreated:*"
            Queue: !GetAtt Queue.Arn
            Filter: {S3Key: {Rules: [{Name: Prefix, Value: in/}]}}
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration: {Rules: [{Id: old, Status: Enabled, ExpirationInDays: 7}]}
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
      PublicAccessBlockConfiguration: {BlockPublicAcls: true}
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]
"""


def test_notifications_are_set_and_every_setting_goes_with_its_line(acme: Cloud) -> None:
    s3 = acme.clients.client("s3")
    made = deploy(acme.clients, "acme", TELLING.replace("SETTINGS", SETTINGS))
    assert made.succeeded, made.failures
    told = s3.get_bucket_notification_configuration(Bucket="acme-told")
    (rule,) = told["QueueConfigurations"]
    assert rule["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": "in/"}]
    assert "EventBridgeConfiguration" in told
    made = deploy(acme.clients, "acme", TELLING.replace("SETTINGS", ""))
    assert made.succeeded, made.failures
    told = s3.get_bucket_notification_configuration(Bucket="acme-told")
    assert set(told) == {"ResponseMetadata"}
    assert s3.get_bucket_versioning(Bucket="acme-told")["Status"] == "Suspended"
    for gone in (
        s3.get_bucket_lifecycle_configuration,
        s3.get_bucket_ownership_controls,
        s3.get_public_access_block,
    ):
        with pytest.raises(ClientError, match=r"NotFound|NoSuch"):
            gone(Bucket="acme-told")


def test_a_queue_without_a_policy_fails_the_bucket_as_it_does_on_aws(acme: Cloud) -> None:
    closed = TELLING.replace("SETTINGS", SETTINGS).replace('acme-told"', 'another"')
    made = deploy(acme.clients, "acme", closed)
    assert made.status == "ROLLBACK_COMPLETE"
    assert "Unable to validate the following destination configurations" in made.failures[0]


def test_what_is_not_known_of_a_notification_is_refused_by_name(acme: Cloud) -> None:
    strange = TELLING.replace("SETTINGS", SETTINGS).replace("Queue: !GetAtt", "Line: !GetAtt")
    with pytest.raises(ClientError, match=r"does not know .*Line"):
        deploy(acme.clients, "acme", strange)
