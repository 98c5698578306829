"""A rehearsal answers to who has its key, and to no other user or page of this machine."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from rehearsal.access_key import AccessCheck, Key
from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud


def ask(cloud: Cloud, path: str, method: str = "GET", **headers: str) -> int:
    place = urlsplit(cloud.endpoint)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=3600)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def client(cloud: Cloud, service: str, key: str) -> Any:
    return boto3.session.Session().client(
        service,
        region_name=cloud.region,
        endpoint_url=cloud.endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=cloud.key.secret,
    )


@pytest.mark.parametrize(
    "path", ["/", "/acme-bucket", "/moto-api/reset", "/moto-api/data.json", "/latest/meta-data/iam", "/latest/api/token"]
)  # fmt: skip
def test_a_call_without_the_key_is_refused(acme: Cloud, path: str) -> None:
    """Whatever is asked: services, moto's own pages, a machine's metadata."""
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        assert ask(acme, path, method) == 403
    signed = f"AWS4-HMAC-SHA256 Credential={acme.key.id[:-1]}/20250101/us-east-1/s3/aws4_request, "
    assert ask(acme, path, Authorization=signed) == 403
    assert client(acme, "s3", acme.key.id).list_buckets()["Buckets"]


@pytest.mark.parametrize("service", ["s3", "sts", "lambda", "dynamodb", "codebuild"])
def test_another_key_is_refused_by_every_service(acme: Cloud, service: str) -> None:
    calls = {
        "s3": "list_buckets",
        "sts": "get_caller_identity",
        "lambda": "list_functions",
        "dynamodb": "list_tables",
        "codebuild": "list_projects",
    }
    with pytest.raises(ClientError) as refused:
        getattr(client(acme, service, Key().id), calls[service])()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_an_address_signed_beforehand_carries_the_key(acme: Cloud) -> None:
    for key, status in ((acme.key.id, 200), (Key().id, 403)):
        url = urlsplit(
            client(acme, "s3", key).generate_presigned_url(
                "list_objects_v2", Params={"Bucket": "acme-bucket"}
            )
        )
        assert ask(acme, f"{url.path}?{url.query}") == status


def test_no_page_is_let_in_whatever_it_knows() -> None:
    """A name of its own, and an origin, are refused before anything else is looked at."""
    key = Key()
    keeper = AccessCheck(lambda environ, start: [], key.has_id)
    signed = f"AWS4-HMAC-SHA256 Credential={key.id}/20250101/us-east-1/s3/aws4_request, x"
    good = {"HTTP_HOST": "127.0.0.1:4566", "HTTP_AUTHORIZATION": signed}
    assert keeper.lets_in(good)
    assert keeper.lets_in({**good, "HTTP_HOST": "bucket.s3.localhost:1"})
    for odd in (
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "localhost.evil.example"},
        {"HTTP_HOST": ""},
        {"HTTP_ORIGIN": "http://localhost"},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_AUTHORIZATION": "\xff"},
    ):
        assert not keeper.lets_in({**good, **odd}), odd


def test_the_key_is_another_each_time(acme: Cloud, tmp_path: Path) -> None:
    """It is long, shown nowhere by itself, and given to the cloud's own processes."""
    assert Key().id != Key().id
    assert len(Key().id) >= 32
    assert acme.key.secret not in repr(acme.key)
    assert acme.child_env()["AWS_ACCESS_KEY_ID"] == acme.key.id


def test_clouds_one_after_another_have_their_own(tmp_path: Path) -> None:
    """What a process remembers of the first does not keep it out of the second."""
    for name in ("one", "two"):
        with open_cloud(tmp_path / name) as cloud:
            cloud.clients.client("s3").create_bucket(Bucket=name)
            assert cloud.clients.client("sts").get_caller_identity()["Account"]
