"""What shell scripts and files of variables say: stack, region, bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unchurn.importing.folder import Source
from unchurn.importing.places import Fact, Place

_ASSIGNED = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$")
_NAMES = {
    "STACK_NAME": "stack",
    "STACK": "stack",
    "REGION": "region",
    "AWS_REGION": "region",
    "AWS_DEFAULT_REGION": "region",
    "S3_BUCKET_NAME": "bucket",
    "BUCKET_NAME": "bucket",
    "BUCKET": "bucket",
}
_DEFAULT = re.compile(r"\$\{[^:}]+:-([^}$]+)\}")


def is_shell(source: Source) -> bool:
    """Tell whether a file is a shell script, or a file of variables."""
    return source.file.endswith((".sh", ".env")) or source.text.startswith(
        ("#!/bin/", "#!/usr/bin/env bash")
    )


def facts_of(source: Source) -> Iterator[Fact]:
    """Variables that a script or an .env gives its deployment.

    A value made of others (``$NAME-$ACCOUNT``) is no fact but `computed`: it is not known before it
    runs.
    """
    for number, line in enumerate(source.text.splitlines(), 1):
        found = _ASSIGNED.match(line)
        name = _NAMES.get(found[1].upper()) if found else None
        if not found or not name:
            continue
        value = found[2].split(" #")[0].strip().strip("\"'")
        default = _DEFAULT.fullmatch(value)
        value = default[1] if default else value
        place = Place(source.file, number)
        if re.fullmatch(r"\$\{?\w+\}?", value):
            continue  # another variable, by another name
        if "$" in value or "`" in value:
            yield Fact("computed", value, place, name)
        elif value:
            yield Fact(name, value, place)
