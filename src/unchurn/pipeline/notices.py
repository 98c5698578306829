"""Tells people what a cycle came to: by command or webhook, retried, reported, never fatal.

An address is a secret: what is reported of it is the variable that holds it, or its host.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from unchurn.errors import ConfigError
from unchurn.modelling.watching.levels import LEVELS
from unchurn.project import Notice, Project
from unchurn.project.cycle import is_address, variable_of
from unchurn.project.env_file import read_env

WAITS = (0.5, 2.0)
"""Seconds between attempts."""
_COMMAND_SECONDS, _WEBHOOK_SECONDS = 60, 10
_PASSING = frozenset({408, 425, 429})
"""Answers that may be another a moment later, as all of the server's own failures (5xx) may."""

Plain = dict[str, Any]


class _NotSentError(Exception):
    """Why a notice was not sent; `for_good` where another attempt would end alike."""

    def __init__(self, problem: str, for_good: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.for_good = problem, for_good


def check_notices(project: Project) -> None:
    """Raise `ConfigError` where an entry of [[cycle.notify]] says not how, or says two ways.

    What is no address is not shown: it may be one with a slip in it.
    """
    for number, each in enumerate(project.cycle.notify, 1):
        if bool(each.command) == bool(each.webhook):
            what = "a command and a webhook" if each.command else "no command and no webhook"
            raise ConfigError(
                f"Entry {number} of [[cycle.notify]] has {what}.", "Give it exactly one of them."
            )
        if each.webhook and not (variable_of(each.webhook) or is_address(each.webhook)):
            raise ConfigError(
                f"The webhook of entry {number} of [[cycle.notify]] is no address.",
                "Write one that begins with https://, or $NAME of a variable that holds it.",
            )


def tell(
    project: Project,
    notice: Mapping[str, Any],
    before: Sequence[Plain] = (),
    waits: Sequence[float] = WAITS,
) -> list[Plain]:
    """Tell whoever is to be told of a notice's level; return what came of each [[cycle.notify]].

    `notice` has `level` and `text`, and is sent as it is. Returns {"to", "due", "sent", "attempts",
    "problem"} of each; `before` is what an earlier call returned, and who was told then is not told again.
    """
    found = []
    for number, each in enumerate(project.cycle.notify):
        to = _named(each)
        known = before[number] if number < len(before) else {}
        due = LEVELS.index(notice["level"]) >= LEVELS.index(each.level)
        told = {"sent": False, "attempts": 0, "problem": ""}
        if known.get("to") == to and known.get("sent"):
            told = known
        elif due:
            told = _retried(each, project, notice, waits)
        found.append({**told, "to": to, "due": due})
    return found


def problems(notices: Sequence[Plain]) -> list[str]:
    """Say in words whom a notice did not reach, and why."""
    return [
        f"{each['to']} could not be told ({each['attempts']} attempts): {each['problem']}."
        for each in notices
        if each["due"] and not each["sent"]
    ]


def _named(notice: Notice) -> str:
    """Name who is told, without what is secret about it."""
    if notice.command:
        return f"command {Path(notice.command[0]).name}"
    if variable_of(notice.webhook):
        return f"webhook {notice.webhook}"
    return f"webhook at {urlsplit(notice.webhook).hostname}"


def _retried(
    each: Notice, project: Project, notice: Mapping[str, Any], waits: Sequence[float]
) -> Plain:
    send = partial(_run if each.command else _post, each, project.folder, notice)
    problem, attempts = "", 0
    for wait in (0.0, *waits):
        time.sleep(wait)
        attempts += 1
        try:
            send()
        except _NotSentError as error:
            problem = error.problem
            if error.for_good:
                break
        else:
            return {"sent": True, "attempts": attempts, "problem": ""}
    return {"sent": False, "attempts": attempts, "problem": problem}


def _run(each: Notice, folder: Path, notice: Mapping[str, Any]) -> None:
    """Start a program with the notice on its standard input; what it prints is not kept."""
    said = {"UNCHURN_LEVEL": str(notice["level"]), "UNCHURN_TEXT": str(notice["text"])}
    try:
        done = subprocess.run(  # noqa: S603 - what the owner of churn.toml asked for, without a shell
            each.command,
            input=_body(notice),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, **said},
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _NotSentError(
            f"it took longer than {_COMMAND_SECONDS} seconds", for_good=True
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it cannot be started"
        raise _NotSentError(why, for_good=True) from error
    if done.returncode:
        raise _NotSentError(f"it ended with code {done.returncode}")


def _post(each: Notice, folder: Path, notice: Mapping[str, Any]) -> None:
    address = _address(each.webhook, folder)
    headers = {"Content-Type": "application/json", "User-Agent": "unchurn"}
    try:
        request = urllib.request.Request(address, _body(notice), headers)  # noqa: S310 - http or https
        with urllib.request.urlopen(request, timeout=_WEBHOOK_SECONDS):  # noqa: S310
            return
    except urllib.error.HTTPError as error:
        error.close()
        passing = error.code >= 500 or error.code in _PASSING
        raise _NotSentError(f"it answered {error.code}", for_good=not passing) from None
    except (OSError, HTTPException, ValueError) as error:
        # never the error's own words: some name the address
        reason = getattr(error, "reason", error)
        why = getattr(reason, "strerror", None) or "nobody answered"
        raise _NotSentError(why) from None


def _address(webhook: str, folder: Path) -> str:
    """Return the address that a webhook names, from the environment first. Raises `_NotSentError`."""
    name = variable_of(webhook)
    if not name:
        return webhook
    try:
        found = os.environ.get(name) or read_env(folder, keys=(name,)).get(name, "")
    except ConfigError as error:
        raise _NotSentError(".env cannot be read", for_good=True) from error
    if not found:
        raise _NotSentError(f"{name} is set neither in the environment nor in .env", for_good=True)
    if not is_address(found):
        raise _NotSentError(f"what {name} holds is no address", for_good=True)
    return found


def _body(notice: Mapping[str, Any]) -> bytes:
    return json.dumps(notice, ensure_ascii=False, allow_nan=False).encode()
