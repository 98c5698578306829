"""Where the text of a template comes from: the request, the stack as it stands, or a bucket."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from rehearsal.cfn.problems import RefusedError
from rehearsal.cloud import Cloud

LARGEST = 51_200
"""Bytes of a template that can be given with the request."""
LARGEST_STORED = 1_000_000
"""Bytes of a template that a bucket can hold."""
_OF_BUCKET = re.compile(r"(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")
_OF_PATH = re.compile(r"s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")


def template_text(cloud: Cloud, request: dict[str, Any], before: str = "") -> str:
    """Return the template that a request gives; `before` is the one that the stack has.

    Raises `RefusedError` for one too large, for two at once, and for one that is not in its bucket.
    """
    body, url = request.get("TemplateBody"), request.get("TemplateURL")
    given = [each for each in (body, url, request.get("UsePreviousTemplate")) if each]
    if len(given) != 1:
        raise RefusedError("Specify exactly one of TemplateBody, TemplateURL, UsePreviousTemplate.")
    if url and str(url)[:5] == "s3://":
        raise RefusedError(
            f"TemplateURL must be a supported URL: that of an object in S3, not {url!r}."
        )
    if url:
        return stored_text(cloud, str(url))
    text = str(body) if body else before
    if body and len(text.encode()) > LARGEST:
        raise RefusedError(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LARGEST}"
        )
    return text


def place_of(cloud: Cloud, url: str) -> tuple[str, str]:
    """Return bucket and key of an object's address. Raises `RefusedError` for any other address."""
    parts = urlsplit(url)
    path, host = unquote(parts.path).lstrip("/"), parts.hostname or ""
    of_bucket = _OF_BUCKET.fullmatch(host)
    if of_bucket:
        return of_bucket[1], path
    if _OF_PATH.fullmatch(host) or parts.netloc == urlsplit(cloud.endpoint).netloc:
        bucket, _, key = path.partition("/")
        return bucket, key
    raise RefusedError(
        f"TemplateURL must be a supported URL: that of an object in S3, not {url!r}."
    )


def stored_text(cloud: Cloud, url: str) -> str:
    """Return the text of an object, by its address of either form.

    Raises `RefusedError` for one that is not there, is too large, or is no text.
    """
    from botocore.exceptions import ClientError

    bucket, key = url[5:].partition("/")[::2] if url[:5] == "s3://" else place_of(cloud, url)
    try:
        found = cloud.clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        why = error.response["Error"]["Message"]
        raise RefusedError(f"S3 error: {why} TemplateURL {url}") from error
    if len(found) > LARGEST_STORED:
        raise RefusedError(f"Template may not exceed {LARGEST_STORED} bytes in size.")
    try:
        return str(found.decode())
    except UnicodeDecodeError as error:
        raise RefusedError(f"Template format error: {url} is not UTF-8.") from error
