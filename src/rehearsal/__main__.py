"""``python -m rehearsal``: up, deploy, start.

Exit codes: 0 as wanted; 1 a stack or an execution failed, or was refused; 2 a flag or a name is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal.errors import RehearsalError, SettingError

if TYPE_CHECKING:
    from rehearsal.door.deploy import Deployed
    from rehearsal.door.start import Ended

STATUS, USAGE = 1, 2
_SUCCESSORS = "A cloud opened with `up --successors` makes such functions, as of the nearest runtime that lives."


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    flags = _parser().parse_args(words)
    try:
        code: int = flags.run(flags)
    except RehearsalError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE if isinstance(error, SettingError) else STATUS
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal", description="An AWS that executes, on loopback."
    )
    verbs = parser.add_subparsers(required=True, metavar="up | deploy | start")
    up = verbs.add_parser("up", help="keep an empty cloud open, and print the way in")
    up.add_argument("--region", default="us-east-1", help="the region that is rehearsed")
    up.add_argument(
        "--image", action="append", default=[], metavar="PATTERN=COMMAND",
        help="how containers of an image run, e.g. '*/acme:*=python door.py'",
    )  # fmt: skip
    up.add_argument(
        "--repository", action="append", default=[], metavar="NAME=FOLDER",
        help="a local git folder for a repository of pipelines, e.g. acme/churn=.",
    )  # fmt: skip
    up.add_argument(
        "--application", action="append", default=[], metavar="ARN=TEMPLATE",
        help="the template of an application out of the repository, by its ARN",
    )  # fmt: skip
    up.add_argument(
        "--record-permissions", type=Path, metavar="FILE",
        help="in the end write the least that each role needed, as policies in JSON",
    )  # fmt: skip
    up.add_argument(
        "--successors", action="store_true",
        help="make functions of runtimes that AWS has retired, as of the nearest that lives",
    )  # fmt: skip
    up.add_argument(
        "--thorough", action="store_true",
        help="builds install packages and run tests for real, each in a Python of its own",
    )  # fmt: skip
    up.add_argument(
        "--unenforced", action="store_true",
        help="allow every call, whatever roles may do, and say so",
    )  # fmt: skip
    _finish(up, _up)
    deploy = verbs.add_parser("deploy", help="deploy a template in the cloud that is up")
    deploy.add_argument("template", type=Path, help="a CloudFormation template, YAML or JSON")
    deploy.add_argument("--stack", default="", help="name of the stack; else the file's")
    deploy.add_argument("--parameter", action="append", default=[], metavar="KEY=VALUE")
    deploy.add_argument("--capability", action="append", default=[], metavar="CAPABILITY_IAM")
    _finish(deploy, _deploy)
    start = verbs.add_parser("start", help="start a state machine, and follow it to its end")
    start.add_argument("machine", help="its name or its ARN")
    start.add_argument("--input", type=Path, help="a file with JSON; else {}")
    _finish(start, _start)
    return parser


def _finish(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.set_defaults(run=run)


def _up(flags: argparse.Namespace) -> int:
    from rehearsal.door.up import up

    given = (flags.image, flags.region, flags.json, flags.repository)
    more = (flags.record_permissions, flags.successors, flags.application, flags.thorough)
    return up(*given, *more, enforce=not flags.unenforced)


def _deploy(flags: argparse.Namespace) -> int:
    from rehearsal.door.deploy import deploy, stack_name
    from rehearsal.door.inside import clients_inside

    template = _read(flags.template)
    parameters = dict(_pair(each) for each in flags.parameter)
    name = flags.stack or stack_name(flags.template.stem)
    clients = clients_inside()
    given, beside = (parameters, flags.capability), flags.template.parent
    made: Deployed = _asked(lambda: deploy(clients, name, template, *given, beside))
    lines = [f"{made.stack}: {made.status}"]
    lines += [f"  {key}: {value}" for key, value in made.outputs.items()]
    _print(made.document(), lines, flags.json)
    for why in made.failures:
        sys.stderr.write(f"{why}\n")
    return 0 if made.succeeded else STATUS


def _start(flags: argparse.Namespace) -> int:
    from rehearsal.door.inside import clients_inside
    from rehearsal.door.start import start

    given = _read(flags.input) if flags.input else "{}"
    try:
        json.loads(given)
    except ValueError as error:
        raise SettingError(f"--input {flags.input} is no JSON: {error}.") from error
    clients = clients_inside()
    ended: Ended = _asked(lambda: start(clients, flags.machine, given, _tell))
    lines = [f"{ended.execution}: {ended.status}"]
    lines += [json.dumps(ended.output)] if ended.succeeded else []
    lines += [f"{ended.error}: {ended.cause}"] if ended.error else []
    _print(ended.document(), lines, flags.json)
    return 0 if ended.succeeded else STATUS


def _tell(state: str) -> None:
    sys.stderr.write(f"{state}\n")


def _asked(call: Callable[[], Any]) -> Any:
    """Make a call to the cloud. Raises `RehearsalError` with the words it is refused with."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call()
    except (BotoCoreError, ClientError) as error:
        retired = "is no longer supported for creating or updating" in str(error)
        raise RehearsalError(f"{error}", _SUCCESSORS if retired else "") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} cannot be read: {error}.") from error


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise SettingError(f"--parameter is {text!r}; it must be KEY=VALUE.")
    return key, value


def _print(document: dict[str, Any], lines: Sequence[str], as_json: bool) -> None:
    text = json.dumps(document, ensure_ascii=False) if as_json else "\n".join(lines)
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
