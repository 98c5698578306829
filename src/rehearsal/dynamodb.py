"""DynamoDB in the rehearsal: moto's, with transactions that other requests cannot cut in two.

moto runs a transaction over a live table and puts back a copy when it fails: another thread sees
half of it, and loses what it wrote meanwhile. Here one request at a time reaches the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any

from rehearsal.patches import Patch, around

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_METHODS = (
    "transact_write_items",
    "get_item",
    "put_item",
    "update_item",
    "delete_item",
    "query",
    "scan",
)


def patches(cloud: Cloud | None = None) -> list[Patch]:
    """Return what makes the tables of moto change one request at a time, in any cloud."""
    from moto.dynamodb.models import DynamoDBBackend

    lock = RLock()

    def alone(original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with lock:
            return original(*args, **kwargs)

    return [around(DynamoDBBackend, name, alone) for name in _METHODS]
