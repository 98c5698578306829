"""A stack is brought to its template by a change set, whatever state it was in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unchurn.aws.change_sets import apply_template
from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.stack_state import outputs_of, read_stack
from unchurn.aws.templates import Template, parse

TEXT = """
Parameters:
  TopicName: {Type: String}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Ref TopicName}
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /small/one, RetentionInDays: 7}
Outputs:
  TopicArn: {Value: !Ref Topic}
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    with open_rehearsal(tmp_path_factory.mktemp("cloud")) as cloud:
        yield clients_of(cloud)


@pytest.fixture
def stack(aws: Clients) -> Iterator[str]:
    yield "small"
    aws.client("cloudformation").delete_stack(StackName="small")


def template(text: str = TEXT) -> Template:
    return Template("small", text, parse(text))


def test_a_new_stack_is_created_and_tells_its_outputs(aws: Clients, stack: str) -> None:
    made = apply_template(aws, template(), stack, {"TopicName": "one"})
    assert made.action == "created"
    assert {change.words for change in made.changes} == {
        "add Topic (AWS::SNS::Topic)",
        "add Group (AWS::Logs::LogGroup)",
    }
    assert made.outputs["TopicArn"].endswith(":one")


def test_the_same_again_changes_nothing_and_leaves_no_change_set(aws: Clients, stack: str) -> None:
    apply_template(aws, template(), stack, {"TopicName": "one"})
    again = apply_template(aws, template(), stack, {"TopicName": "one"})
    assert (again.action, again.changes) == ("unchanged", ())
    assert again.outputs["TopicArn"].endswith(":one")
    left = aws.client("cloudformation").list_change_sets(StackName=stack)["Summaries"]
    assert not [each for each in left if each["Status"] == "FAILED"]


def test_an_update_touches_only_what_changed(aws: Clients, stack: str) -> None:
    apply_template(aws, template(), stack, {"TopicName": "one"})
    longer = template(TEXT.replace("RetentionInDays: 7", "RetentionInDays: 30"))
    made = apply_template(aws, longer, stack, {"TopicName": "one"})
    assert made.action == "updated"
    assert [change.words for change in made.changes] == [
        "change Group (AWS::Logs::LogGroup): RetentionInDays"
    ]


def test_a_creation_that_failed_is_told_and_then_made_good(aws: Clients, stack: str) -> None:
    aws.client("logs").create_log_group(logGroupName="/small/one")
    with pytest.raises(AwsError, match=r"The stack small ended as ROLLBACK_COMPLETE: Group: "):
        apply_template(aws, template(), stack, {"TopicName": "one"})
    aws.client("logs").delete_log_group(logGroupName="/small/one")
    made = apply_template(aws, template(), stack, {"TopicName": "one"})
    assert made.action == "recovered"
    assert (read_stack(aws, stack) or {})["StackStatus"] == "CREATE_COMPLETE"


def test_an_update_that_failed_leaves_what_stood(aws: Clients, stack: str) -> None:
    apply_template(aws, template(), stack, {"TopicName": "one"})
    aws.client("logs").create_log_group(logGroupName="/somebody/else")
    taken = template(TEXT.replace("/small/one", "/somebody/else"))
    with pytest.raises(AwsError, match=r"UPDATE_ROLLBACK_COMPLETE: Group: "):
        apply_template(aws, taken, stack, {"TopicName": "one"})
    aws.client("logs").delete_log_group(logGroupName="/somebody/else")
    assert apply_template(aws, template(), stack, {"TopicName": "one"}).action == "unchanged"


def test_a_template_that_cloudformation_would_not_take_is_not_sent(
    aws: Clients, stack: str
) -> None:
    with pytest.raises(AwsError, match="larger than 51,200 bytes"):
        apply_template(aws, template(TEXT + "#" * 51_200), stack, {"TopicName": "one"})
    assert read_stack(aws, stack) is None


def test_a_parameter_that_the_template_does_not_know_is_a_sentence(
    aws: Clients, stack: str
) -> None:
    with pytest.raises(AwsError, match="small"):
        apply_template(aws, template(), stack, {"Nonsense": "x"})
    assert outputs_of(aws, stack) == {}
