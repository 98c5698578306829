"""Templates read parameters of SSM and secrets, and make them, with keys and their aliases."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from deployed import deleted, made

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import deploy

TEMPLATE = """
Parameters:
  Title: {Type: "AWS::SSM::Parameter::Value<String>", Default: /acme/title}
  Names: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /acme/names}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: "{{resolve:ssm:/acme/topic}}", DisplayName: !Ref Title}
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: /acme/made, Type: String, Value: !Join ["+", !Ref Names]}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: acme
      GenerateSecretString:
        {SecretStringTemplate: '{"user": "ada"}', GenerateStringKey: word, PasswordLength: 20}
  Reader:
    Type: AWS::SSM::Parameter
    DependsOn: Secret
    Properties:
      {Type: String, Value: "{{resolve:secretsmanager:acme:SecretString:user}} and {{resolve:ssm:/acme/topic:1}}"}
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
      KeyPolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "kms:*", Resource: "*"}]}
  Alias: {Type: "AWS::KMS::Alias", Properties: {AliasName: alias/acme, TargetKeyId: !Ref Key}}
Outputs:
  Made: {Value: !GetAtt Parameter.Value}
  Key: {Value: !GetAtt Key.Arn}
"""


def test_what_is_stored_outside_is_read_and_what_is_made_is_there(acme: Cloud) -> None:
    ssm = acme.clients.client("ssm")
    for name, text in (("title", "Churn"), ("names", "a, b"), ("topic", "acme-topic")):
        ssm.put_parameter(Name=f"/acme/{name}", Type="String", Value=text)
    stack = made(acme, TEMPLATE)
    assert stack.resources["Topic"].endswith(":acme-topic")
    topics = acme.clients.client("sns")
    told = topics.get_topic_attributes(TopicArn=stack.resources["Topic"])["Attributes"]
    assert told["DisplayName"] == "Churn"
    assert stack.outputs["Made"] == "a+b"
    secret = acme.clients.client("secretsmanager").get_secret_value(SecretId="acme")
    assert len(json.loads(secret["SecretString"])["word"]) == 20
    read = ssm.get_parameter(Name=stack.resources["Reader"])["Parameter"]["Value"]
    assert read == "ada and acme-topic"
    kms = acme.clients.client("kms")
    assert kms.describe_key(KeyId="alias/acme")["KeyMetadata"]["Arn"] == stack.outputs["Key"]
    assert kms.get_key_rotation_status(KeyId=stack.resources["Key"])["KeyRotationEnabled"]
    described = acme.clients.client("cloudformation").describe_stacks(StackName="acme")["Stacks"][0]
    title = next(each for each in described["Parameters"] if each["ParameterKey"] == "Title")
    assert (title["ParameterValue"], title["ResolvedValue"]) == ("/acme/title", "Churn")
    ssm.put_parameter(Name="/acme/title", Type="String", Value="Later", Overwrite=True)
    assert made(acme, TEMPLATE).status == "UPDATE_COMPLETE"
    assert deleted(acme) == "DELETE_COMPLETE"
    assert {each["Name"] for each in ssm.describe_parameters()["Parameters"]} == {
        "/acme/title", "/acme/names", "/acme/topic",
    }  # fmt: skip


def test_what_is_not_stored_is_refused(acme: Cloud) -> None:
    with pytest.raises(ClientError, match=r"ssm:/acme/title\] cannot be found"):
        made(acme, TEMPLATE)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("{{resolve:ssm:/no}}", "cannot be found"),
        ("{{resolve:secretsmanager:no}}", "can't find the specified secret"),
        ("{{resolve:secretsmanager:acme:SecretString:no}}", "JSONKey 'no'"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_or_fails_its_resource(
    acme: Cloud, reference: str, words: str
) -> None:
    """What another resource of the template might have stored is looked for when it is needed."""
    acme.clients.client("secretsmanager").create_secret(Name="acme", SecretString='{"a": "b"}')
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": reference}}
    with pytest.raises(ClientError, match=words):
        deploy(acme.clients, "acme", json.dumps({"Resources": {"Topic": topic}}))
    others = {
        "Value": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "a"}},
        "Secret": {"Type": "AWS::SecretsManager::Secret"},
    }
    stack = deploy(acme.clients, "acme", json.dumps({"Resources": {"Topic": topic, **others}}))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any(words in each for each in stack.failures)
