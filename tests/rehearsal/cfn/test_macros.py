"""A macro is asked before the template is looked at: for all of it, or for a part."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from deployed import FUNCTION, made

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import Deployed, deploy

MACRO = f"""
Resources:
{FUNCTION}      Code:
        ZipFile: |
          def handler(event, context):
              fragment = event["fragment"]
              if "Resources" in fragment:
                  if event["templateParameterValues"]["Mood"] == "bad":
                      return {{"requestId": event["requestId"], "status": "failure", "errorMessage": "moody"}}
                  if event["templateParameterValues"]["Mood"] == "odd":
                      return fragment
                  queue = {{"Type": "AWS::SQS::Queue"}}
                  fragment["Resources"] = {{**fragment["Resources"], "Added": queue}}
              else:
                  fragment = {{**fragment, "QueueName": event["params"]["Name"]}}
              return {{"requestId": event["requestId"], "status": "success", "fragment": fragment}}
  Macro: {{Type: "AWS::CloudFormation::Macro", Properties: {{Name: Adds, FunctionName: !GetAtt Function.Arn}}}}
"""
USING = """
Transform: [Adds]
Parameters: {Mood: {Type: String, Default: good}}
Resources:
  Named:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 5
      Fn::Transform: {Name: Adds, Parameters: {Name: !Ref Mood}}
"""


@pytest.fixture(scope="module")
def macro(shared_cloud: Cloud) -> Deployed:
    return made(shared_cloud, MACRO, "macros")


@pytest.mark.usefixtures("macro")
def test_a_macro_makes_of_a_template_and_of_its_parts_what_it_will(shared_cloud: Cloud) -> None:
    there = made(shared_cloud, USING).resources
    assert set(there) == {"Named", "Added"}
    url, names = there["Named"], ["DelaySeconds"]
    queues = shared_cloud.clients.client("sqs")
    assert url.endswith("/good")
    assert queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] == {
        "DelaySeconds": "5"
    }
    kept = shared_cloud.clients.client("cloudformation").get_template(StackName="acme")
    assert kept["TemplateBody"] == USING


@pytest.mark.usefixtures("macro")
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("[Adds]", "[Takes]", "No transform named 123456789012::Takes found"),
        ("[Adds]", "[AWS::LanguageExtensions, Adds]", "comes after one of AWS's own"),
        ("Default: good", "Default: bad", "123456789012::Adds failed with: moody"),
        ("Default: good", "Default: odd", "malformed response from transform"),
        ("[Adds]\n", '["AWS::Adds"]\n', "does not know the Transform 'AWS::Adds'"),
    ],
)
def test_a_macro_that_is_not_there_or_fails_is_refused(
    shared_cloud: Cloud, old: str, new: str, why: str
) -> None:
    with pytest.raises(ClientError, match=why):
        deploy(shared_cloud.clients, "refused", USING.replace(old, new))


@pytest.mark.usefixtures("macro")
def test_a_macro_of_a_part_of_a_stack_within_a_stack_is_asked_when_that_is_made(
    shared_cloud: Cloud,
) -> None:
    inner = USING.replace("Transform: [Adds]\n", "")
    s3 = shared_cloud.clients.client("s3")
    s3.put_object(Bucket="acme-bucket", Key="inner.yaml", Body=inner.encode())
    url = "https://acme-bucket.s3.amazonaws.com/inner.yaml"
    within = f"{{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: '{url}', Parameters: {{Mood: inside}}}}}}"
    made(shared_cloud, f"Resources: {{Inner: {within}}}", "outer")
    assert shared_cloud.clients.client("sqs").get_queue_url(QueueName="inside")
