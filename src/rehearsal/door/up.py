"""``python -m rehearsal up``: an empty cloud for other processes, until it is told to end."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rehearsal.cloud import REGION, Setup
from rehearsal.delivery.repositories import is_repository
from rehearsal.door.endings import endings
from rehearsal.errors import SettingError
from rehearsal.images import Program, Rule
from rehearsal.journal import Note
from rehearsal.opening import open_cloud, way_into
from rehearsal.permissions.record import least_privilege


def up(
    images: Sequence[str],
    region: str = REGION,
    as_json: bool = False,
    repositories: Sequence[str] = (),
    record: Path | None = None,
    successors: bool = False,
    applications: Sequence[str] = (),
    thorough: bool = False,
    enforce: bool = True,
) -> int:
    """Keep a cloud open; print the way in on standard output, what is done on standard error.

    `images` are of the form ``PATTERN=COMMAND``, `repositories` of the form ``NAME=FOLDER``,
    `applications` of the form ``ARN=TEMPLATE``. In the end
    the file `record` gets the least that each role needed. With `successors` retired runtimes count as
    their successors, `thorough` and `enforce` are as in `Setup`. Raises `SettingError` for what is not of
    its form, or a file that cannot be.
    """
    if record is not None:
        _write(record, {})  # what cannot be written is known before anything is done
    setup = Setup(
        images=[image_rule(each) for each in images],
        repositories=dict(map(repository, repositories)),
        applications=dict(map(application, applications)),
        successors=successors,
        thorough=thorough,
        enforce=enforce,
    )
    environment = dict(os.environ)
    with endings() as ended, tempfile.TemporaryDirectory(prefix="rehearsal-") as work:
        with open_cloud(Path(work), region, _tell, setup) as cloud:
            way = way_into(cloud, environment)
            document = way.document()
            sys.stdout.write(json.dumps(document) if as_json else exports(document))
            sys.stdout.write("\n")
            sys.stdout.flush()
            _say(f"A cloud is open on {way.endpoint}; Ctrl-C closes it.")
            os.read(ended, 1)
            if record is not None:
                _write(record, least_privilege(cloud.permissions.record.uses))
            _say("Not proven here:", *(f"  {words}" for words in way.unproven))
        _say("The cloud is closed; what was in it is gone.")
    return 0


def _write(file: Path, policies: Mapping[str, Any]) -> None:
    document = {"schema_version": 1, "roles": policies}
    try:
        file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingError(f"--record-permissions {file} cannot be written: {error}.") from error


def exports(document: Mapping[str, Any]) -> str:
    """Return the lines that lead a shell into the cloud of a way's document."""
    given = document["environment"]
    lines = [f"export {name}={shlex.quote(value)}" for name, value in given.items()]
    return "\n".join([*lines, f"unset {' '.join(document['unset'])}"])


def image_rule(text: str) -> Rule:
    """Return the rule of ``PATTERN=COMMAND``: images whose address matches run the command.

    The pattern is a shell's (``*/acme:*``); the command stands for the image's ENTRYPOINT. Raises
    `SettingError` for a text that is no such pair.
    """
    pattern, _, command = text.partition("=")
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise SettingError(f"--image {text!r}: {error}.", "Close the quotation.") from error
    if not pattern or not words:
        raise SettingError(
            f"--image is {text!r}; it must be PATTERN=COMMAND.",
            "For example: --image '*/acme:*=python serve.py'",
        )
    program = Program(words)
    return lambda image: program if fnmatchcase(image, pattern) else None


def repository(text: str) -> tuple[str, Path]:
    """Return name and folder of ``NAME=FOLDER``: what stands for a repository in pipelines' sources.

    Raises `SettingError` for a text that is no such pair, or a folder that is no repository of git.
    """
    name, _, folder = text.partition("=")
    if not name or not folder:
        raise SettingError(
            f"--repository is {text!r}; it must be NAME=FOLDER.",
            "For example: --repository acme/churn=/home/ada/churn",
        )
    path = Path(folder).expanduser().resolve()
    if not is_repository(path):
        raise SettingError(
            f"--repository {text!r}: {path} is not the top of a git repository.",
            "Name the folder that has .git in it, and have something committed.",
        )
    return name, path


def application(text: str) -> tuple[str, Path]:
    """Return ARN and file of ``ARN=TEMPLATE``: what an application of the repository is made of.

    Raises `SettingError` for a text that is no such pair, or a file that there is not.
    """
    arn, _, file = text.partition("=")
    if not arn.startswith("arn:") or not file:
        raise SettingError(
            f"--application is {text!r}; it must be ARN=TEMPLATE.",
            "For example: --application arn:aws:serverlessrepo:us-east-1:123456789012:applications/acme=acme.yaml",
        )
    path = Path(file).expanduser().resolve()
    if not path.is_file():
        raise SettingError(f"--application {text!r}: there is no file {path}.")
    return arn, path


def words_of(note: Note) -> str:
    """Return one thing done, as a line."""
    why = f": {note.why}" if note.why else ""
    return f"{note.kind} {note.name}: {note.status} after {note.seconds:.1f} s{why}"


def _tell(note: Note) -> None:
    _say(words_of(note))


def _say(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
