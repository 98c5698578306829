"""AWS on loopback for tests that need no more of it than moto gives: S3, DynamoDB, STS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from rehearsal import dynamodb
from rehearsal.access_key import Key
from rehearsal.cloud import REGION, credentials
from rehearsal.loopback import HOST, serving
from rehearsal.patches import Patch, applied
from unchurn.aws.clients import Clients


@contextmanager
def loopback_aws(*buckets: str) -> Iterator[Clients]:
    """Serve moto on a free port of 127.0.0.1, with `buckets`, and credentials for nothing else.

    moto's DynamoDB transactions are not atomic between threads; the rehearsal's patch, which
    lets one request at a time reach the tables, is applied.
    """
    key = Key()
    with serving(key) as port:
        endpoint = f"http://{HOST}:{port}"
        variables = credentials(REGION, key) | {"AWS_ENDPOINT_URL": endpoint}
        settings = [Patch(os.environ, name, value) for name, value in variables.items()]
        forgotten = Patch(boto3, "DEFAULT_SESSION", None)
        with applied([*settings, forgotten, *dynamodb.patches()]):
            clients = Clients(REGION, endpoint)
            for name in buckets:
                clients.client("s3").create_bucket(Bucket=name)
            yield clients


def make_table(clients: Clients, name: str) -> str:
    """Make a registry's table as the stack does; return its name."""
    clients.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name
