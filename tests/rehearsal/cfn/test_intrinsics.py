"""Templates mean what CloudFormation says they mean."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.cfn.intrinsics import Scope, unknown
from rehearsal.cfn.parameters import parameter_values
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.references import references
from rehearsal.cfn.template import read_template

TEMPLATE = """
Mappings: {Sizes: {small: {Instance: ml.m5.large}}}
Conditions:
  Small: !Equals [!Ref Size, small]
  Large: !Not [!Condition Small]
Resources:
  Data: {Type: "AWS::S3::Bucket"}
  Use: {Type: "AWS::S3::BucketPolicy", Properties: {Value: %s}}
"""


def resolved(value: str, size: str = "small") -> Any:
    template = read_template(TEMPLATE % value)
    attributes = {("Data", ""): "acme-data", ("Data", "Arn"): "arn:aws:s3:::acme-data"}
    constants = {"Size": size, "AWS::Region": "eu-west-1", "Names": ["a", "b"]}
    scope = Scope(
        template, constants, lambda *names: attributes[names], lambda name: f"imported {name}"
    )
    return scope.resolve(template.resources["Use"]["Properties"]).get("Value", "absent")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!Ref Data", "acme-data"),
        ("!GetAtt Data.Arn", "arn:aws:s3:::acme-data"),
        ("!GetAZs ''", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ("!Select [1, !GetAZs eu-west-2]", "eu-west-2b"),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ('!Sub "${Data.Arn}/*"', "arn:aws:s3:::acme-data/*"),
        ('!Sub "${!Literal} ${AWS::Region}"', "${Literal} eu-west-1"),
        ('!Sub ["${Key}/${Size}", {Key: !Ref Data}]', "acme-data/small"),
        ('!Join ["-", [a, !Ref Size]]', "a-small"),
        ('!Select [1, !Split ["-", "a-b"]]', "b"),
        ("!Select [0, !Ref Names]", "a"),
        ("!If [Small, yes please, no]", "yes please"),
        ("!If [Large, 1, !Ref AWS::NoValue]", "absent"),
        ("!FindInMap [Sizes, !Ref Size, Instance]", "ml.m5.large"),
        ("!ImportValue acme", "imported acme"),
        ("!Base64 abc", "YWJj"),
        ("2012-10-17", "2012-10-17"),
        ("[1, !Ref AWS::NoValue]", [1]),
    ],
)
def test_functions_give_what_they_should(written: str, meant: object) -> None:
    assert resolved(written) == meant


def test_a_function_that_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match="Fn::Transform"):
        resolved('{"Fn::Transform": {Name: x}}')


def test_a_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RefusedError, match="Nowhere"):
        resolved("!Ref Nowhere")


def test_references_are_found_inside_substitutions() -> None:
    value = {"Fn::Sub": ["${Data.Arn} ${Key} ${!Not}", {"Key": {"Ref": "Table"}}]}
    assert references([value, {"Fn::GetAtt": "Role.Arn"}]) == {"Data", "Key", "Table", "Role"}


def test_what_only_a_made_resource_knows_is_seen_in_any_depth() -> None:
    assert unknown({"a": ["x {{known when it is made: Data.}}"]})
    assert not unknown({"a": ["x"]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Resources: {}", "At least one Resources member"),
        ("Resources: {A: {Properties: {}}}", "needs a Type"),
        ("Transform: x\nResources: {A: {Type: B}}", "Transform"),
        ("Resources: {A: {Type: B, CreationPolicy: {}}}", "CreationPolicy"),
        ("a: [", "not well-formed"),
    ],
)
def test_a_template_that_is_not_one_is_refused(text: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        read_template(text)


@pytest.mark.parametrize(
    ("rules", "given", "words"),
    [
        ({"Type": "String"}, {}, r"Parameters: \[P\] must have values"),
        ({"Type": "String"}, {"P": "1", "Q": "2"}, r"\[Q\] do not exist"),
        ({"Type": "Number"}, {"P": "two"}, "must be a number"),
        ({"Type": "String", "AllowedValues": ["a"]}, {"P": "b"}, "AllowedValues"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, {"P": "B"}, "pattern"),
        ({"Type": "String", "MaxLength": 2}, {"P": "abc"}, "3 characters"),
        ({"Type": "Number", "MinValue": 1}, {"P": "0"}, "MinValue"),
    ],
)
def test_a_wrong_parameter_is_refused(
    rules: dict[str, Any], given: dict[str, str], words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        parameter_values({"P": rules}, given)


def test_a_list_is_parted_and_a_default_stands_in() -> None:
    declared = {"Names": {"Type": "CommaDelimitedList"}, "Days": {"Type": "Number", "Default": 7}}
    assert parameter_values(declared, {"Names": "a, b"}) == {"Names": ["a", "b"], "Days": "7"}


def test_json_may_have_tabs_and_mappings_may_have_numbers_as_names() -> None:
    text = '{\n\t"Mappings": {"Of": {"1": {"a": "b"}}},\n\t"Resources": {"A": {"Type": "T"}}\n}'
    assert read_template(text).mappings == {"Of": {"1": {"a": "b"}}}
    numbers = "Mappings: {Of: {123456789012: {1: b}}}\nResources: {A: {Type: T}}"
    assert read_template(numbers).mappings == {"Of": {"123456789012": {"1": "b"}}}


@pytest.mark.parametrize("text", ["{", "a: [", "{{a}: b}: c", "Resources: {}"])
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="Template format error"):
        read_template(text)
