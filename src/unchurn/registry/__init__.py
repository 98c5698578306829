"""The registry: immutable versions of models, who is champion, and who said so."""

from __future__ import annotations

from pathlib import Path

from unchurn.registry.audit_user import current_user
from unchurn.registry.backup import restore
from unchurn.registry.candidate import Candidate
from unchurn.registry.model_card import model_card
from unchurn.registry.model_store import (
    LocalModelStore,
    ModelStore,
    local_model_store,
    require_local,
)
from unchurn.registry.protocol import (
    ANY,
    Alias,
    Change,
    Check,
    Entry,
    Move,
    Record,
    Registration,
    Registry,
)
from unchurn.registry.sqlite import SqliteRegistry
from unchurn.registry.verification import check_files, require_registered, verify_versions

__all__ = [
    "ANY",
    "Alias",
    "Candidate",
    "Change",
    "Check",
    "Entry",
    "LocalModelStore",
    "ModelStore",
    "Move",
    "Record",
    "Registration",
    "Registry",
    "check_files",
    "current_user",
    "local_model_store",
    "model_card",
    "open_registry",
    "require_local",
    "require_registered",
    "restore",
    "verify_versions",
]


def open_registry(root: Path) -> Registry:
    """Open the registry below `root`; nothing is created before the first registration."""
    return SqliteRegistry(root)
