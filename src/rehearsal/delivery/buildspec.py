"""A buildspec, read as CodeBuild reads it; what the rehearsal does not do is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.errors import RehearsalError, listing

PHASES = ("install", "pre_build", "build", "post_build")
_TOP = {"version", "run-as", "env", "phases", "reports", "artifacts", "cache"}
_ENV = {"shell", "variables", "exported-variables", "git-credential-helper"}
_PHASE = {"commands", "finally", "on-failure", "runtime-versions"}
_ARTEFACTS = {"files", "name", "discard-paths", "base-directory", "exclude-paths"}
_SHELLS = {"sh": "sh", "/bin/sh": "sh", "bash": "bash"}
_FAILING = ("ABORT", "CONTINUE")


class BuildspecError(RehearsalError):
    """A buildspec that CodeBuild would not take, or that asks for what is not rehearsed."""


@dataclass(frozen=True)
class Phase:
    """The commands of one phase. `on_failure` is ABORT, CONTINUE or "" where nothing is said."""

    commands: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    """Commands of ``finally``: run after the others, whether these failed or not."""
    on_failure: str = ""


@dataclass(frozen=True)
class Files:
    """Which files of the build's folder are its artefact: patterns below `base`."""

    patterns: tuple[str, ...]
    base: str = ""
    flat: bool = False
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Buildspec:
    """What a build is to do. `unheard` names sections that are read and left alone."""

    phases: Mapping[str, Phase]
    variables: Mapping[str, str] = field(default_factory=dict)
    exported: tuple[str, ...] = ()
    shell: str = "sh"
    files: Files | None = None
    unheard: tuple[str, ...] = ()


def read_buildspec(text: str) -> Buildspec:
    """Read a buildspec of version 0.2. Raises `BuildspecError`."""
    import yaml

    try:
        # Every scalar a text, as the shell has it.
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts alone
    except yaml.YAMLError as error:
        raise BuildspecError(f"The buildspec is no YAML: {error}") from error
    content = _mapping(content, "The buildspec")
    if content.get("version") != "0.2":
        raise BuildspecError(
            f"The version of the buildspec is {content.get('version')!r}, not 0.2."
        )
    _only(content, _TOP, "the buildspec")
    env = _mapping(content.get("env") or {}, "env")
    _only(env, _ENV, "env")
    shell = env.get("shell", "sh")
    if shell not in _SHELLS:
        raise BuildspecError(f"env/shell is {shell!r}; rehearsed are {listing(_SHELLS)}.")
    return Buildspec(
        _phases(content.get("phases")),
        {name: _text(value, f"env/variables/{name}") for name, value in _variables(env).items()},
        _texts(env.get("exported-variables"), "env/exported-variables"),
        _SHELLS[shell],
        _files(content.get("artifacts")),
        tuple(name for name in ("run-as", "reports", "cache") if name in content),
    )


def _variables(env: Mapping[str, Any]) -> dict[str, Any]:
    return _mapping(env.get("variables") or {}, "env/variables")


def _phases(content: Any) -> dict[str, Phase]:
    given = _mapping(content or {}, "phases")
    if not given:
        raise BuildspecError("The buildspec has no phases.")
    _only(given, set(PHASES), "phases")
    return {name: _phase(name, given[name]) for name in PHASES if name in given}


def _phase(name: str, content: Any) -> Phase:
    given = _mapping(content, f"phases/{name}")
    _only(given, _PHASE, f"phases/{name}")
    failing = given.get("on-failure", "")
    if failing not in ("", *_FAILING):
        raise BuildspecError(
            f"phases/{name}/on-failure is {failing!r}; rehearsed are {listing(_FAILING)}."
        )
    return Phase(
        _texts(given.get("commands"), f"phases/{name}/commands"),
        _texts(given.get("finally"), f"phases/{name}/finally"),
        failing,
    )


def _files(content: Any) -> Files | None:
    if content is None:
        return None
    given = _mapping(content, "artifacts")
    _only(given, _ARTEFACTS, "artifacts")
    patterns = _texts(given.get("files"), "artifacts/files")
    if not patterns:
        raise BuildspecError("artifacts names no files.")
    return Files(
        patterns,
        given.get("base-directory", ""),
        given.get("discard-paths", "no") in ("yes", "true"),
        _texts(given.get("exclude-paths"), "artifacts/exclude-paths"),
    )


def _texts(given: Any, where: str) -> tuple[str, ...]:
    """Return a list of texts; one text alone is a list of it."""
    if given in (None, ""):
        return ()
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, list):
        raise BuildspecError(f"{where} is no list.")
    return tuple(_text(each, where) for each in given)


def _text(given: Any, where: str) -> str:
    if not isinstance(given, str):
        raise BuildspecError(f"{where} has {given!r} where a text is expected: quote it.")
    return given


def _mapping(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise BuildspecError(f"{where} is no mapping of names to values.")
    return given


def _only(given: Mapping[str, Any], known: set[str], where: str) -> None:
    strangers = sorted(set(given) - known)
    if strangers:
        raise BuildspecError(
            f"The rehearsal does not know {listing(strangers)} in {where}.",
            f"It knows {listing(sorted(known))}.",
        )
