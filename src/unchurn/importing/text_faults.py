"""Faults that a line of any file shows: secrets, accounts and buckets written in, waiting by time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unchurn.importing.folder import Source
from unchurn.importing.places import Fault, Place
from unchurn.importing.retired import python_is_retired
from unchurn.importing.shell import is_shell

_SECRETS = (
    ("an access key of AWS", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")),
    ("a token of GitHub", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b")),
    (
        "a secret",
        re.compile(
            r"(?i)\b\w*(?:password|passwd|secret_access_key|secret_key|api_?key|auth_?token)\w*[\"']?\s*[:=]\s*"
            r"[\"']?(?![\"'$!{<(]|\bnone\b|null|true|false|os\.|os\[|args|config|get|resolve)([^\s\"',;)}]{8,})"
        ),
    ),
)
_ACCOUNT = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(\d{12}):")
_BUCKET = re.compile(r"s3a?://([a-z0-9][a-z0-9.-]{2,62})/")
_SLEEP = re.compile(r"^\s*sleep\s+(\d+)")
_MADE = re.compile(r"aws s3api create-bucket|aws s3 mb ")
_PYTHON = re.compile(r"^\s*python:\s*[\"']?(\d+\.\d+)")
_PIP = re.compile(r"^\s*-?\s*(?:pip3?|python3? -m pip) install (?!-r|\.|-e)(.+)$")
_PUBLIC = re.compile(r"--acl\s+public-read|\bpublic-read(-write)?\b")


def text_faults(source: Source) -> Iterator[Fault]:
    """Everything that is looked for in the lines of one file."""
    shell, build = is_shell(source), source.name.startswith("buildspec")
    for number, line in enumerate(source.text.splitlines(), 1):
        for code, words in _line(line[:2000], shell, build):
            yield Fault(code, Place(source.file, number), words)


def _line(line: str, shell: bool, build: bool) -> Iterator[tuple[str, str]]:
    for what, pattern in _SECRETS:
        if pattern.search(line):
            yield "secret", f"It holds {what}."
            break
    if found := _ACCOUNT.search(line):
        yield "fixed-place", f"It names the account {found[1]}."
    if line.lstrip().startswith("#"):
        return
    if (found := _BUCKET.search(line)) and "somebucket" not in line:
        yield "fixed-place", f"It names the bucket {found[1]!r}."
    if (shell or build) and (found := _SLEEP.match(line)):
        yield "sleep", f"It waits {found[1]} seconds and hopes."
    if (shell or build) and _MADE.search(line):
        yield "bucket-outside", "It makes a bucket that no stack knows, and nothing takes it down."
    if _PUBLIC.search(line) and shell:
        yield "public-bucket", "It lets anybody read what it uploads."
    if build and (found := _PYTHON.match(line)) and python_is_retired(found[1]):
        yield "build-image", f"The build asks for Python {found[1]}."
    if (shell or build) and (found := _PIP.match(line)) and "==" not in found[1]:
        yield "install-while-running", f"It installs {found[1].strip()!r}, of no stated version."
