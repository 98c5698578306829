"""Templates of AWS::Serverless are translated, deployed, and what is in them runs."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from deployed import WORKER
from small_listener import CODE, Listener, waited, zipped

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import Deployed, deploy
from rehearsal.door.start import start

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Timeout: 20, Handler: listener.handler}}
Parameters: {Key: {Type: String, Default: listener.zip}}
Resources:
ROLES
  Landing: {Type: "AWS::S3::Bucket", Properties: {BucketName: acme-landing}}
  Work: {Type: "AWS::SQS::Queue"}
  Told: {Type: "AWS::SNS::Topic"}
  Function:
    Type: AWS::Serverless::Function
    Description: an attribute that CloudFormation does not know, and the transform leaves out
    Properties:
      FunctionName: listener
      CodeUri: {Bucket: acme-bucket, Key: !Ref Key}
      Role: !GetAtt Role.Arn
      Events:
        Landed: {Type: S3, Properties: {Bucket: !Ref Landing, Events: "s3:ObjectCreated:*"}}
        Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}
        Told: {Type: SNS, Properties: {Topic: !Ref Told}}
        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Asked: {Type: EventBridgeRule, Properties: {Pattern: {source: [acme]}}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: shouting
      Definition:
        StartAt: Call
        States:
          Call:
            Type: Task
            Resource: arn:aws:states:::lambda:invoke
            Parameters: {FunctionName: "${Function}", Payload: {Records: []}}
            OutputPath: $.Payload
            End: true
      DefinitionSubstitutions: {Function: !GetAtt Function.Arn}
      Policies: [{LambdaInvokePolicy: {FunctionName: !Ref Function}}]
Outputs:
  Machine: {Value: !Ref Machine}
  Work: {Value: !Ref Work}
  Told: {Value: !Ref Told}
  MachineRole: {Value: !GetAtt MachineRole.Arn}
""".replace("ROLES\n", WORKER)


@pytest.fixture
def ready(acme: Cloud) -> Cloud:
    s3 = acme.clients.client("s3")
    s3.put_object(Bucket="acme-bucket", Key="listener.zip", Body=zipped(CODE))
    return acme


def put(cloud: Cloud, template: str = TEMPLATE) -> Deployed:
    return deploy(cloud.clients, "acme", template, {}, ["CAPABILITY_IAM"])


def test_every_event_of_a_function_sets_it_off_and_a_machine_calls_it(ready: Cloud) -> None:
    made = put(ready)
    assert made.succeeded, made.failures
    listener, client = Listener(ready), ready.clients.client
    client("s3").put_object(Bucket="acme-landing", Key="a", Body=b"")
    client("sqs").send_message(QueueUrl=made.outputs["Work"], MessageBody="work")
    client("sns").publish(TopicArn=made.outputs["Told"], Message="told")
    sources = {each.get("eventSource", each.get("EventSource")) for each in listener.records(3)}
    assert sources == {"aws:s3", "aws:sqs", "aws:sns"}
    client("events").put_events(Entries=[{"Source": "acme", "DetailType": "asked", "Detail": "{}"}])
    ended = start(ready.clients, made.outputs["Machine"])
    assert ended.output == {"batchItemFailures": []}, (ended.error, ended.cause)
    waited(
        lambda: [each for each in listener.events() if each.get("source") == "acme"],
        "the rule does not set the function off",
    )
    rules = client("events").list_rules()["Rules"]
    assert [each["ScheduleExpression"] for each in rules if "ScheduleExpression" in each]


def test_the_template_is_told_as_it_was_given_and_nothing_to_change_is_noticed(
    ready: Cloud,
) -> None:
    first = put(ready)
    assert first.succeeded, first.failures
    formation = ready.clients.client("cloudformation")
    body = formation.get_template(StackName="acme")["TemplateBody"]
    assert "AWS::Serverless::Function" in str(body)
    again = put(ready)
    assert (again.succeeded, again.status) == (True, "CREATE_COMPLETE")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{Bucket: acme-bucket, Key: !Ref Key}", "./src", "CodeUri.*aws cloudformation package"),
        ("FunctionName: listener\n", "Colour: red\n", "property Colour not defined"),
        ("{Type: Schedule,", "{Type: Sundial,", "Daily"),
        (
            "AWS::SQS::Queue",
            "AWS::Serverless::GraphQLApi",
            "the type AWS::Serverless::GraphQLApi of Work",
        ),
        (
            '"AWS::SNS::Topic"',
            "AWS::Serverless::Application, Properties: {Location: {ApplicationId: a}}",
            "has no application repository: Told comes out of a",
        ),
        ("2016-10-31", "2026", "does not know the Transform 'AWS::Serverless-2026'"),
        ("Transform: AWS::Serverless-2016-10-31", "", "Invalid template property.*'Globals'"),
    ],
)
def test_what_cannot_be_translated_or_rehearsed_is_refused(
    ready: Cloud, old: str, new: str, why: str
) -> None:
    assert old in TEMPLATE
    with pytest.raises(ClientError, match=f"(?s){why}"):
        put(ready, TEMPLATE.replace(old, new))


def test_the_roles_that_are_generated_ask_for_the_capability(ready: Cloud) -> None:
    a = TEMPLATE.index("  Role:\n")
    b = TEMPLATE.index("  Landing:")
    alone = (TEMPLATE[:a] + TEMPLATE[b:]).replace("      Role: !GetAtt Role.Arn\n", "")
    with pytest.raises(ClientError, match="Requires capabilities"):
        deploy(ready.clients, "acme", alone)


INTERFACE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      InlineCode: "def handler(event, context): return {'statusCode': 200}"
      AutoPublishAlias: live
      DeploymentPreference: {Type: AllAtOnce}
      Events:
        Asked: {Type: Api, Properties: {Path: /churn, Method: get}}
        Newer: {Type: HttpApi, Properties: {Path: /churn, Method: GET}}
Outputs:
  Address: {Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod"}
"""


def test_interfaces_are_kept_and_said_to_be_inert(ready: Cloud) -> None:
    made = put(ready, INTERFACE)
    assert made.succeeded, made.failures
    assert ".execute-api." in made.outputs["Address"]
    said = "\n".join(ready.journal.unproven)
    assert "AWS::ApiGateway::RestApi: kept in its stack, and inert" in said
    assert "AWS::ApiGatewayV2::Api: kept in its stack, and inert" in said
    assert "aliases: their UpdatePolicy is not heeded" in said


def test_what_else_cannot_be_made_is_told_with_what_cannot_be_translated(ready: Cloud) -> None:
    text = TEMPLATE.replace("{Bucket: acme-bucket, Key: !Ref Key}", "./src")
    with pytest.raises(ClientError) as refused:
        put(ready, text.replace("AWS::SQS::Queue", "AWS::GameLift::Fleet"))
    assert "refused for 2 reasons" in str(refused.value)
    assert "[AWS::GameLift::Fleet] (resource Work)" in str(refused.value)
