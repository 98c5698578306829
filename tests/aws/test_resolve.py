"""Templates are read as data, and worked out as far as they can be without an account."""

from __future__ import annotations

from unchurn.aws.resolve import Resolver
from unchurn.aws.templates import Template, parse

TEXT = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Name: {Type: String}
  Mode: {Type: String, Default: quiet}
Conditions:
  Own: !Equals [!Ref Name, ""]
  Loud: !Not [!Equals [!Ref Mode, quiet]]
  Both: !And [!Condition Own, !Condition Loud]
  Either: !Or [!Condition Own, !Condition Loud]
Resources:
  Mine:
    Type: AWS::S3::Bucket
    Condition: Own
    Properties: {BucketName: !Sub "${AWS::AccountId}-${AWS::Region}-${!literal}"}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: !If [Loud, /loud/, !Ref AWS::NoValue]
      Description: !Join [" ", [a, !Ref Name, !Select [1, !Split ["-", "x-y"]]]]
      Arn: !GetAtt Mine.Arn
      Local: !Sub ["${Here}/${Mine.Arn}", {Here: !Ref Mine}]
      Import: !ImportValue something
Outputs:
  Bucket: {Value: !If [Own, !Ref Mine, !Ref Name]}
  Never: {Condition: Both, Value: x}
"""


def resolver(**values: str) -> Resolver:
    return Resolver(Template("t", TEXT, parse(TEXT)), values, "eu-west-1")


def test_short_tags_are_written_out_and_dates_stay_text() -> None:
    plain = parse(TEXT)
    assert plain["AWSTemplateFormatVersion"] == "2010-09-09"
    assert plain["Conditions"]["Own"] == {"Fn::Equals": [{"Ref": "Name"}, ""]}
    assert plain["Resources"]["Role"]["Properties"]["Arn"] == {"Fn::GetAtt": ["Mine", "Arn"]}


def test_conditions_choose_what_is_made() -> None:
    assert set(resolver(Name="").made()) == {"Mine", "Role"}
    assert set(resolver(Name="theirs").made()) == {"Role"}
    assert resolver(Name="theirs").outputs() == {"Bucket": "theirs"}
    assert not resolver(Name="").holds("Both")
    assert resolver(Name="").holds("Either")
    assert resolver(Name="", Mode="loud").holds("Both")


def test_what_only_aws_knows_is_named_in_brackets() -> None:
    made = resolver(Name="")
    properties = made.resolve(made.made()["Role"]["Properties"])
    assert properties == {
        "Description": "a  y",
        "Arn": "<Mine.Arn>",
        "Local": "<AccountId>-eu-west-1-${literal}/<Mine.Arn>",
        "Import": "<ImportValue>",
    }
    assert made.outputs()["Bucket"] == "<AccountId>-eu-west-1-${literal}"
