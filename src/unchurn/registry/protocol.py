"""What a registry of models holds and does, whatever it is stored in.

A *version* is a registered model: a number from 1, never changed and never deleted. Two
aliases point at versions: ``champion``, the model in charge, and ``challenger``, the newest one
that passed its gate without taking over. Every move of an alias is kept, with who, when, from
where, to where and why; the aliases are what the last moves say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal, Protocol

from unchurn.errors import RegistryError

Alias = Literal["champion", "challenger"]
Action = Literal["register", "promote", "rollback"]
ANY: Literal["any"] = "any"
"""Said to `Registry.register`: promote whoever the champion is by now."""


@dataclass(frozen=True)
class Entry:
    """A model offered for registration: where its bundle is and what it was made from.

    `bundle` is a POSIX path relative to the registry's root; `bundle_sha256` is the sha256 of
    that folder's manifest. `environment` maps a library to its version. `metrics`, `verdict`
    and `lineage` are plain data (dict, list, str, finite number, bool, None). Raises
    `RegistryError` for a bundle outside the root or a hash that is not 64 hex digits.
    """

    run_id: str
    bundle: str
    bundle_sha256: str
    data_sha256: str
    config_sha256: str
    code_sha256: str
    environment: dict[str, str]
    metrics: dict[str, Any]
    verdict: dict[str, Any]
    lineage: dict[str, Any]

    def __post_init__(self) -> None:
        path = PurePosixPath(self.bundle)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in self.bundle:
            raise RegistryError(
                f"The bundle of run {self.run_id!r} is {self.bundle!r}; "
                "it must be a folder below the registry's root.",
                "Do not use this entry; it was not made by unchurn.",
            )
        if len(self.bundle_sha256) != 64 or set(self.bundle_sha256) - set("0123456789abcdef"):
            raise RegistryError(
                f"The bundle hash of run {self.run_id!r} is {self.bundle_sha256!r}; "
                "it must be a sha256 in 64 lower-case hex digits.",
            )


@dataclass(frozen=True)
class Record:
    """A registered version. `created_at` is UTC in ISO 8601."""

    version: int
    entry: Entry
    created_at: str
    created_by: str

    def folder(self, root: Path) -> Path:
        """Return the folder of the bundle below `root`."""
        return root / self.entry.bundle


@dataclass(frozen=True)
class Move:
    """One move of an alias. `previous` and `version` are None where it pointed nowhere."""

    number: int
    alias: Alias
    action: Action
    previous: int | None
    version: int | None
    at: str
    by: str
    reason: str


@dataclass(frozen=True)
class Registration:
    """What register made: the version, whether it became champion, and that in words.

    `unchanged`: another run had made the version, of the same model.
    """

    version: int
    promoted: bool
    words: str = ""
    unchanged: bool = False


@dataclass(frozen=True)
class Change:
    """What promote or rollback did. `changed` is false when there was nothing to do."""

    version: int
    previous: int | None
    changed: bool
    words: str


Check = Callable[[Record], object]
"""Loads a version's bundle and scores with it; raises `UnchurnError` when it cannot."""


class Registry(Protocol):
    """Versions of models, which of them is in charge, and who said so."""

    def register(
        self, entry: Entry, promote: bool, against: int | Literal["any"] | None = ANY
    ) -> Registration:
        """Add a version, in one transaction, and point an alias at it.

        The first version becomes champion; a later one becomes champion when `promote` is
        true and the champion still is `against`, the version its verdict compared it with
        (None: there was none). Otherwise it becomes challenger. A run that is registered
        already, and a model that is (the same bundle, settings and code), get their version back, and no alias
        moves. Raises `RegistryError` when that run was registered
        with another bundle, or when its verdict is not "passed".
        """

    def records(self) -> tuple[Record, ...]:
        """Return every version, oldest first."""

    def get(self, version: int) -> Record:
        """Return one version. Raises `ConfigError` naming those there are."""

    def alias(self, name: Alias) -> int | None:
        """Return the version that an alias points at, or None."""

    def promote(self, version: int, by: str, reason: str, check: Check) -> Change:
        """Make a version the champion, after `check` has loaded it and scored with it.

        Promoting the champion changes nothing and says so. A challenger that is promoted
        stops being challenger. Raises `ConfigError` for an unknown version, `RegistryError`
        when the check fails or when the champion was changed by somebody else meanwhile.
        """

    def rollback(self, by: str, check: Check) -> Change:
        """Put the previous champion back, after `check` has loaded it and scored with it.

        Champions form a stack: registering or promoting puts one on top, a rollback takes one
        off. Rolling back again goes one further back. Raises `RegistryError` when there is no
        earlier champion, or as `promote` does.
        """

    def audit(self) -> tuple[Move, ...]:
        """Return every move of an alias, oldest first."""
