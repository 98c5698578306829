"""Functions whose code stands in the template run, with their layers, versions and aliases."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from deployed import TRUST, deleted, made

from rehearsal.cloud import Cloud

TEMPLATE = f"""
Parameters: {{Word: {{Type: String, Default: one}}}}
Resources:{TRUST}
  Layer:
    Type: AWS::Lambda::LayerVersion
    Properties: {{LayerName: words, Content: {{S3Bucket: acme-bucket, S3Key: layer.zip}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Runtime: python3.12
      Timeout: 30
      Layers: [!Ref Layer, "arn:aws:lambda:us-east-1:999999999999:layer:pandas:1"]
      VpcConfig: {{SecurityGroupIds: [], SubnetIds: []}}
      Code:
        ZipFile: !Sub |
          import cfnresponse, words

          def handler(event, context):
              return [cfnresponse.SUCCESS, words.WORD, "${{Word}}"]
  Version: {{Type: "AWS::Lambda::Version", Properties: {{FunctionName: !Ref Function}}}}
  Alias:
    Type: AWS::Lambda::Alias
    Properties: {{FunctionName: !Ref Function, FunctionVersion: !GetAtt Version.Version, Name: live}}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      {{Action: "lambda:InvokeFunction", FunctionName: !GetAtt Function.Arn, Principal: s3.amazonaws.com}}
  Later:
    Type: AWS::Lambda::EventInvokeConfig
    Properties: {{FunctionName: !Ref Function, Qualifier: $LATEST, MaximumRetryAttempts: 0}}
"""


def _called(cloud: Cloud, name: str) -> Any:
    answer = cloud.clients.client("lambda").invoke(FunctionName=name)
    return json.loads(answer["Payload"].read())


def test_code_in_the_template_runs_with_layers_versions_and_aliases(acme: Cloud) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("python/words.py", "WORD = 'from the layer'")
    s3 = acme.clients.client("s3")
    s3.put_object(Bucket="acme-bucket", Key="layer.zip", Body=stream.getvalue())
    stack = made(acme, TEMPLATE)
    told = ["SUCCESS", "from the layer", "one"]
    assert _called(acme, stack.resources["Function"]) == told
    assert _called(acme, stack.resources["Alias"]) == told
    assert made(acme, TEMPLATE, Word="two").status == "UPDATE_COMPLETE"
    assert _called(acme, stack.resources["Function"])[2] == "two"
    assert _called(acme, stack.resources["Alias"])[2] == "one"
    assert any("VpcConfig" in each for each in acme.journal.unproven)
    assert any("layer:pandas:1 of another account" in each for each in acme.journal.unproven)
    assert any("neither retried" in each for each in acme.journal.unproven)
    assert deleted(acme) == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("{S3Key: acme.zip}", "S3Bucket and S3Key, or ZipFile"),
        ("{S3Bucket: acme-bucket}", "S3Bucket and S3Key, or ZipFile"),
    ],
)
def test_code_that_cannot_run_is_refused_at_planning(acme: Cloud, code: str, words: str) -> None:
    template = f"""
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Handler: a.b, Role: "arn:aws:iam::123456789012:role/a", Code: {code}}}
"""
    with pytest.raises(ClientError, match=words):
        made(acme, template)
    assert acme.clients.client("cloudformation").list_stacks()["StackSummaries"] == []
