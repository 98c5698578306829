"""A queue that topics and rules may bring something to, for tests that listen."""

from __future__ import annotations

import json
from typing import Any


def open_queue(sqs: Any, name: str) -> tuple[str, str]:
    """Make a queue that lets SNS and EventBridge in; return its address and its ARN."""
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = str(told["Attributes"]["QueueArn"])
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": ["sns.amazonaws.com", "events.amazonaws.com"]},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn
