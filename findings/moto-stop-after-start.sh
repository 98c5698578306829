#!/usr/bin/env bash
# moto 5.2.5, its interpreter of state machines: an execution is stopped as soon as it was started.
#
# Expected: StopExecution takes, and the execution ends ABORTED, as Step Functions documents for one
# that runs. StartExecution has answered with its ARN, and DescribeExecution calls it RUNNING.
# Seen: until a thread of moto's own has read the definition and made the execution's environment,
# there is nothing that could be told to stop: the call breaks off with an AttributeError, and the
# execution goes on to its end. Whoever puts a simulated account away has to wait for a beginning.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet 'moto[stepfunctions]==5.2.5' boto3==1.44.5
AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1 "$room/env/bin/python" - <<'PY'
import json
import time

import boto3
import moto

# Two thousand states take a while to read, so that the order of what happens is no chance.
states = {f"S{n}": {"Type": "Pass", "Next": f"S{n + 1}"} for n in range(2000)}
states |= {"Wait": {"Type": "Wait", "Seconds": 2, "Next": "S0"}, "S2000": {"Type": "Succeed"}}
with moto.mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    machines = boto3.client("stepfunctions")
    made = machines.create_state_machine(
        name="m",
        definition=json.dumps({"StartAt": "Wait", "States": states}),
        roleArn="arn:aws:iam::123456789012:role/any",
    )
    started = machines.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
    before = machines.describe_execution(executionArn=started)["status"]
    try:
        machines.stop_execution(executionArn=started)
        answer = "taken"
    except AttributeError as error:
        answer = f"AttributeError: {error}"
    until = time.monotonic() + 300
    while (after := machines.describe_execution(executionArn=started)["status"]) == "RUNNING":
        assert time.monotonic() < until
        time.sleep(0.2)
    print("moto", moto.__version__)
    print("before the stop:", before)
    print("the stop:", answer)
    print("in the end:", after)
assert before == "RUNNING"
assert answer == "AttributeError: 'NoneType' object has no attribute 'set_stop'"
assert after == "SUCCEEDED"
PY
