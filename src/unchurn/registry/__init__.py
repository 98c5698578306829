"""The registry: immutable versions of models, who is champion, and who said so."""

from __future__ import annotations

from pathlib import Path

from unchurn.registry.audit_user import current_user
from unchurn.registry.backup import restore
from unchurn.registry.candidate import Offer
from unchurn.registry.model_card import model_card
from unchurn.registry.model_store import LocalShelf, Shelf, local_shelf, require_local
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
    "Change",
    "Check",
    "Entry",
    "LocalShelf",
    "Move",
    "Offer",
    "Record",
    "Registration",
    "Registry",
    "Shelf",
    "check_files",
    "current_user",
    "local_shelf",
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
