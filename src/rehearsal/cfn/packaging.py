"""Code, scripts and templates beside a template, put into a bucket: as ``aws cloudformation package``.

A path that leads nowhere stays as it is, so that the template is refused with it, and with all else.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.cfn.form import plain_keys
from rehearsal.cfn.template import content_of
from rehearsal.clients import Clients

Put = Callable[[bytes, str], tuple[str, str]]
"""Puts a content with an ending into the bucket; returns bucket and key."""
_LEFT_OUT = {".git", ".aws-sam", "__pycache__"}


@dataclass(frozen=True)
class _Artefact:
    """A property that may be a path; `form` is what it becomes, `zipped` whether files are packed."""

    path: tuple[str, ...]
    form: str
    zipped: bool = False


_FORMS: Mapping[str, Callable[[str, str], Any]] = {
    "uri": lambda bucket, key: f"s3://{bucket}/{key}",
    "url": lambda bucket, key: f"https://{bucket}.s3.amazonaws.com/{key}",
    "code": lambda bucket, key: {"S3Bucket": bucket, "S3Key": key},
    "place": lambda bucket, key: {"Bucket": bucket, "Key": key},
}
_ARTEFACTS: Mapping[str, _Artefact] = {
    "AWS::CloudFormation::Stack": _Artefact(("TemplateURL",), "url"),
    "AWS::CodeCommit::Repository": _Artefact(("Code", "S3"), "place", zipped=True),
    "AWS::Glue::Job": _Artefact(("Command", "ScriptLocation"), "uri"),
    "AWS::Lambda::Function": _Artefact(("Code",), "code", zipped=True),
    "AWS::Lambda::LayerVersion": _Artefact(("Content",), "code", zipped=True),
    "AWS::Serverless::Api": _Artefact(("DefinitionUri",), "uri"),
    "AWS::Serverless::Application": _Artefact(("Location",), "url"),
    "AWS::Serverless::Function": _Artefact(("CodeUri",), "uri", zipped=True),
    "AWS::Serverless::HttpApi": _Artefact(("DefinitionUri",), "uri"),
    "AWS::Serverless::LayerVersion": _Artefact(("ContentUri",), "uri", zipped=True),
    "AWS::Serverless::StateMachine": _Artefact(("DefinitionUri",), "uri"),
    "AWS::StepFunctions::StateMachine": _Artefact(("DefinitionS3Location",), "place"),
}
_INCLUDED = _Artefact(("Parameters", "Location"), "uri")
_CODE = _ARTEFACTS["AWS::Serverless::Function"]


def packaged(clients: Clients, template: str, folder: Path) -> str:
    """Return the text of a template whose paths below `folder` are addresses; as it was without any.

    Raises `RefusedError` for what is no template.
    """
    return _packaged(template, folder, lambda content, ending: stored(clients, content, ending))


def address(clients: Clients, template: Path) -> str:
    """Put the file of a template, packaged, into a bucket; return its address there."""
    text = packaged(clients, template.read_text(encoding="utf-8"), template.parent)
    return str(_FORMS["url"](*stored(clients, text.encode(), ".template")))


def stored(clients: Clients, content: bytes, ending: str) -> tuple[str, str]:
    """Put something into the bucket of deployments, under its hash; return bucket and key."""
    s3, region = clients.client("s3"), clients.region
    bucket, key = f"rehearsal-templates-{region}", hashlib.sha256(content).hexdigest() + ending
    if bucket not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **({} if region == "us-east-1" else place))
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return bucket, key


def _packaged(template: str, folder: Path, put: Put) -> str:
    content = content_of(template)
    if not isinstance(content, dict) or not isinstance(content.get("Resources"), dict):
        return template  # whoever reads it will say so
    content, moved = plain_keys(content), False
    shared = (content.get("Globals") or {}).get("Function") or {}
    moved |= _replaced(shared, _CODE, folder, put)
    for body in content["Resources"].values():
        kind = str(body.get("Type")) if isinstance(body, dict) else ""
        artefact = _ARTEFACTS.get(kind)
        if artefact is None:
            continue
        if kind == "AWS::Serverless::Function":
            _point_at_folder(body, shared)
        moved |= _replaced(body.get("Properties"), artefact, folder, put)
    moved |= _included(content, folder, put)
    return json.dumps(content) if moved else template


def _included(value: Any, folder: Path, put: Put) -> bool:
    """Put into the bucket each part that is included from a file; tell whether there was one."""
    items = value if isinstance(value, list) else []
    if isinstance(value, dict):
        items = list(value.values())
        asked = value.get("Fn::Transform")
        if isinstance(asked, dict) and asked.get("Name") == "AWS::Include":
            return _replaced(asked, _INCLUDED, folder, put)
    moved = [_included(each, folder, put) for each in items]  # each, whichever was the first
    return any(moved)


def _point_at_folder(body: dict[str, Any], shared: Mapping[str, Any]) -> None:
    """Have a function that says nothing of its code take it from beside the template."""
    said = {"CodeUri", "InlineCode", "ImageUri", "PackageType"}
    properties = body.setdefault("Properties", {})
    if not said & ({*properties} | {*shared}):
        properties["CodeUri"] = "."


def _replaced(properties: Any, artefact: _Artefact, folder: Path, put: Put) -> bool:
    """Put into the bucket what a property leads to, and have it say where; tell whether it did."""
    *above, last = artefact.path
    for name in above:
        properties = properties.get(name) if isinstance(properties, dict) else None
    given = properties.get(last) if isinstance(properties, dict) else None
    if not isinstance(given, str) or "://" in given or not (folder / given).exists():
        return False
    path = folder / given
    if artefact.zipped:
        packed = path.read_bytes() if zipfile.is_zipfile(path) else _zip(path)
        place = put(packed, ".zip")
    elif path.is_dir():
        return False
    elif artefact.form == "url":
        nested = _packaged(path.read_text(encoding="utf-8"), path.parent, put)
        place = put(nested.encode(), ".template")
    else:
        place = put(path.read_bytes(), path.suffix)
    properties[last] = _FORMS[artefact.form](*place)
    return True


def _zip(path: Path) -> bytes:
    """Return a file, or all below a folder, as an archive that is the same each time."""
    stream = io.BytesIO()
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    base = path if path.is_dir() else path.parent
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in found:
            name = each.relative_to(base)
            if each.is_file() and not _LEFT_OUT & set(name.parts):
                entry = zipfile.ZipInfo(name.as_posix())
                entry.external_attr = (each.stat().st_mode & 0o777 | 0o444) << 16
                archive.writestr(entry, each.read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
