"""Where the user's code is: a sourcedir.tar.gz in S3 or in a channel, or a folder of the model."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rehearsal.archives import extract
from rehearsal.errors import ArchiveError
from rehearsal.stand_ins import opt_ml
from rehearsal.stand_ins.opt_ml import ClientError

PROGRAM, DIRECTORY = "sagemaker_program", "sagemaker_submit_directory"


def decoded(told: Mapping[str, str]) -> dict[str, Any]:
    """Return hyperparameters as the SDK writes them, as JSON; what is none is text."""
    return {name: _decoded(text) for name, text in told.items()}


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def program() -> str:
    """Return the script that the job or the model names, "" where it names none."""
    told = decoded(opt_ml.hyperparameters()).get(PROGRAM) or os.environ.get(PROGRAM.upper(), "")
    return str(told)


def code_folder() -> Path:
    """Return the folder of the user's code, unpacked where it is an archive.

    Raises `ClientError` where there is none, or it is damaged or unsafe.
    """
    told = decoded(opt_ml.hyperparameters()).get(DIRECTORY) or os.environ.get(DIRECTORY.upper())
    of_model = opt_ml.root() / "model" / "code"
    if not told or (of_model.is_dir() and not str(told).startswith("s3://")):
        if not of_model.is_dir():
            raise ClientError(f"Nothing names the code: give {DIRECTORY} and {PROGRAM}.")
        return of_model
    place = Path(str(told).replace("/opt/ml", str(opt_ml.root()), 1))
    if place.is_dir():
        return place
    folder = opt_ml.root() / "code"
    try:
        extract(_brought(str(told)) if str(told).startswith("s3://") else place, folder)
    except ArchiveError as error:
        raise ClientError(f"{DIRECTORY} is {told}: {error.message}") from error
    return folder


def _brought(uri: str) -> Path:
    """Fetch an object beside the code. Raises `ClientError` where it cannot be had."""
    import boto3
    from botocore.exceptions import BotoCoreError
    from botocore.exceptions import ClientError as Refused

    bucket, _, key = uri.removeprefix("s3://").partition("/")
    target = opt_ml.root() / Path(key).name
    try:
        boto3.client("s3").download_file(bucket, key, str(target))
    except (BotoCoreError, Refused) as error:
        raise ClientError(f"{DIRECTORY} is {uri}, which cannot be had: {error}") from error
    return target
