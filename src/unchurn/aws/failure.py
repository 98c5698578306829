"""What AWS says when it refuses, as a message with a next move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unchurn.errors import ConfigError, UnchurnError

_HINTS = {
    "AccessDenied": "Give these credentials the action that the message names, or use others.",
    "ExpiredToken": "Sign in again (aws sso login, or new keys), then run the same command.",
    "ThrottlingException": "AWS asks for patience: run the same command again in a minute.",
    "301": "The bucket is in another region: name that one with --region.",
    "LimitExceededException": "Ask for a higher quota (Service Quotas), or delete what is unused.",
}
_ALIASES = {
    "AccessDeniedException": "AccessDenied",
    "UnauthorizedOperation": "AccessDenied",
    "403": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "Throttling": "ThrottlingException",
    "ResourceLimitExceeded": "LimitExceededException",
}
_MISSING = {
    "404",
    "NoSuchKey",
    "NoSuchBucket",
    "NotFound",
    "ResourceNotFoundException",
    "ResourceNotFound",
    "EntityNotFoundException",
    "ImageNotFoundException",
    "RepositoryNotFoundException",
    "StateMachineDoesNotExist",
    "ExecutionDoesNotExist",
}


class AwsError(UnchurnError):
    """AWS refused, or something that ran there failed."""


@contextmanager
def asking_aws(doing: str) -> Iterator[None]:
    """Turn what botocore raises while `doing` something (an infinitive) into a sentence.

    Raises `ConfigError` where there are no credentials, `AwsError` for everything else.
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        CredentialRetrievalError,
        NoCredentialsError,
        PartialCredentialsError,
        ProfileNotFound,
    )

    unknown = (
        *(NoCredentialsError, PartialCredentialsError),
        *(CredentialRetrievalError, ProfileNotFound),
    )
    try:
        yield
    except unknown as error:
        raise ConfigError(
            f"There are no AWS credentials, which are needed to {doing}: {error}.",
            "Set them (aws configure, or AWS_PROFILE), or try it offline: unchurn aws rehearse",
        ) from error
    except ClientError as error:
        raise AwsError(f"AWS refused to {doing}: {_words(error)}", hint_of(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise AwsError(
            f"AWS could not be asked to {doing}: {error}",
            "Check the network and the region, then run the same command.",
        ) from error


def code_of(error: Any) -> str:
    """Return the error code of a botocore ``ClientError``."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: Any) -> bool:
    """Tell whether a botocore ``ClientError`` says that what was asked for does not exist."""
    return code_of(error) in _MISSING


def hint_of(error: Any) -> str:
    """Return the next move for a botocore ``ClientError``, or an empty text."""
    code = code_of(error)
    return _HINTS.get(_ALIASES.get(code, code), "")


def _words(error: Any) -> str:
    message = str(error.response.get("Error", {}).get("Message", "")) or str(error)
    return f"{message.rstrip('.')} ({code_of(error)})."
