"""What a watch publishes is what alarms hear, and the rule hears the alarm."""

from __future__ import annotations

from typing import Any

from shipped_stacks import ALL_ON, STACK, resolved, resources, templates

from unchurn.aws import machines
from unchurn.aws.permissions import read_permissions
from unchurn.aws.plan import alarm_metrics

ALARM = "AWS::CloudWatch::Alarm"


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: p for _, name, found, p in resources(**ALL_ON) if found == kind}


def namespace() -> str:
    values = dict.fromkeys(machines.placeholders("inference"), "x") | {"StackName": STACK}
    state = machines.definition("inference", values)["States"]["PublishWatch"]
    return str(state["Parameters"]["Namespace"])


def test_alarms_listen_to_metrics_that_a_watch_publishes() -> None:
    """In the namespace of the stack, which the machine's role may write to and no other."""
    alarms = {
        name: p for name, p in of_type(ALARM).items() if "Namespace" in p
        if not p["Namespace"].startswith("AWS/")
    }  # fmt: skip
    assert {p["MetricName"] for p in alarms.values()} == {"Level", "Changed"}
    assert {p["Namespace"] for p in alarms.values()} == {namespace()} == {f"unchurn/{STACK}"}
    (may,) = (
        each
        for each in read_permissions(resolved()["roles"])
        if each.role == "WorkflowRole" and each.action == "cloudwatch:PutMetricData"
    )
    assert may.condition == f"cloudwatch:namespace StringEquals {namespace()}"


def test_a_month_that_asks_to_act_tells_and_changed_customers_train() -> None:
    alarms, rules = of_type(ALARM), of_type("AWS::Events::Rule")
    assert alarms["MonthAsksToAct"]["AlarmActions"]
    assert "AlarmActions" not in alarms["CustomersChanged"], "one message is enough"
    pattern = rules["RetrainingOnAlarm"]["EventPattern"]
    (heard,) = pattern["resources"]
    assert heard.endswith(f":alarm:{alarms['CustomersChanged']['AlarmName']}")
    assert pattern["detail"] == {"state": {"value": ["ALARM"]}}
    (target,) = rules["RetrainingOnAlarm"]["Targets"]
    assert target["Arn"] == "<TrainingVersion>"


def test_the_plan_pays_for_each_metric_that_an_alarm_listens_to() -> None:
    """An expression over eight metrics is eight, as CloudWatch counts."""
    found = alarm_metrics(resolved()["alarms"])
    assert found == templates()["alarms"].text.count("MetricName:") > len(of_type(ALARM))


def test_an_alarm_is_silent_again_before_the_next_month() -> None:
    """Without data it is no alarm: else the second month in a row would start nothing."""
    for name in ("MonthAsksToAct", "CustomersChanged"):
        body = templates()["alarms"].resources[name]["Properties"]
        assert body["TreatMissingData"] == "notBreaching"
