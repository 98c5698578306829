"""A function that keeps each event it is invoked with, for tests of what invokes functions."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from rehearsal.cloud import Cloud

WAIT_SECONDS = 3600
BUCKET = "acme-bucket"
ROLE = "arn:aws:iam::123456789012:role/listener"
ACTIONS = [
    *("s3:PutObject", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
]
"""What the function does, and what is done as its role."""
CODE = """
import boto3, json, time

s3 = boto3.client("s3")

def handler(event, context):
    # S3 tells when an object was written to the second
    key = f"heard/{time.time_ns():020}-{context.aws_request_id}"
    s3.put_object(Bucket="acme-bucket", Key=key, Body=json.dumps(event).encode())
    bodies = [each.get("body") for each in event.get("Records", [])]
    if "raise" in bodies:
        raise ValueError("told to")
    return {"batchItemFailures": [
        {"itemIdentifier": each["messageId"]} for each in event.get("Records", [])
        if each.get("body") == "again"
    ]}
"""
Found = TypeVar("Found")


def policy(statement: dict[str, Any]) -> str:
    """Return a policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def lambda_role(cloud: Cloud, name: str) -> None:
    """Make a role that Lambda assumes, and that may do nothing yet."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    cloud.clients.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=policy(trust | {"Action": "sts:AssumeRole"})
    )


def zipped(code: str, name: str = "listener.py") -> bytes:
    """Return an archive of one module."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, code)
    return stream.getvalue()


def waited(probe: Callable[[], Found], what: str) -> Found:
    """Ask until there is something; `what` is told when there never is."""
    until = time.monotonic() + WAIT_SECONDS
    while not (found := probe()):
        assert time.monotonic() < until, what
        time.sleep(0.02)
    return found


@dataclass
class Listener:
    """The function in an open cloud, and what it heard."""

    cloud: Cloud

    def make(self, timeout: int = 20) -> Listener:
        """Make the function."""
        lambda_role(self.cloud, "listener")
        allowed = {"Effect": "Allow", "Action": ACTIONS, "Resource": "*"}
        self.cloud.clients.client("iam").put_role_policy(
            RoleName="listener", PolicyName="listens", PolicyDocument=policy(allowed)
        )
        self.cloud.clients.client("lambda").create_function(
            FunctionName="listener",
            Role=ROLE,
            Runtime="python3.12",
            Handler="listener.handler",
            Timeout=timeout,
            Code={"ZipFile": zipped(CODE)},
        )
        return self

    @property
    def arn(self) -> str:
        """The ARN of the function."""
        return f"arn:aws:lambda:{self.cloud.region}:{self.cloud.account}:function:listener"

    def permit(self, service: str, source: str) -> None:
        """Let a service invoke the function for one resource."""
        self.cloud.clients.client("lambda").add_permission(
            FunctionName="listener",
            StatementId=service.partition(".")[0],
            Action="lambda:InvokeFunction",
            Principal=service,
            SourceArn=source,
        )

    def events(self) -> list[dict[str, Any]]:
        """Return the events so far."""
        s3 = self.cloud.clients.client("s3")
        listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="heard/").get("Contents", [])
        ordered = sorted(listed, key=lambda each: each["Key"])
        return [
            json.loads(s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read())
            for each in ordered
        ]

    def records(self, number: int) -> list[dict[str, Any]]:
        """Wait for this many records, and return all."""

        def heard() -> list[dict[str, Any]]:
            every = [record for event in self.events() for record in event["Records"]]
            return every if len(every) >= number else []

        return waited(heard, f"{number} records do not come; there are {self.events()}")
