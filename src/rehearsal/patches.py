"""What the rehearsal replaces in moto, applied together and put back together.

A replacement is a value with an address. Nothing is replaced at import: modules of the rehearsal
return lists of patches, and `applied` is the only place that sets and restores them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

_ABSENT = object()


@dataclass(frozen=True)
class Patch:
    """Attribute `name` of `owner` (a module, a class), or item `name` of a mapping.

    An attribute has to exist already, or, where it is `new`, must not, so that another version of
    moto is noticed at once; an item of a mapping (an environment variable, a setting) may be either.
    """

    owner: Any
    name: str
    replacement: Any
    new: bool = False

    @property
    def exists(self) -> bool:
        """Tell whether there is something to replace."""
        return isinstance(self.owner, MutableMapping) or hasattr(self.owner, self.name)

    @property
    def fits(self) -> bool:
        """Tell whether moto is as it was when the patch was written."""
        return self.exists is not self.new

    def __str__(self) -> str:
        where = getattr(self.owner, "__qualname__", getattr(self.owner, "__name__", "settings"))
        return f"{getattr(self.owner, '__module__', '')}.{where}.{self.name}".lstrip(".")


def around(owner: Any, name: str, wrapper: Callable[..., Any]) -> Patch:
    """Patch a function, method or static method with ``wrapper(original, *arguments)``."""
    original = getattr(owner, name)
    static = isinstance(inspect.getattr_static(owner, name), staticmethod)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return wrapper(original, *args, **kwargs)

    return Patch(owner, name, staticmethod(wrapped) if static else wrapped)


def added(owner: Any, name: str, function: Callable[..., Any]) -> Patch:
    """Give a class the method for an operation that moto does not have."""

    @functools.wraps(function)
    def method(self: Any) -> Any:
        return function(self)

    return Patch(owner, name, method, new=True)


@contextmanager
def applied(patches: Iterable[Patch]) -> Iterator[None]:
    """Apply `patches` in order for the length of the block, and restore them last first.

    Raises `AttributeError` naming the first that does not fit; none is left applied.
    """
    with ExitStack() as restoring:
        for patch in patches:
            if not patch.fits:
                found = "exists already" if patch.new else "does not exist"
                raise AttributeError(f"{patch} {found} in this version of moto")
            restoring.callback(_restore, patch, _stored(patch))
            _set(patch, patch.replacement)
        yield


def _stored(patch: Patch) -> Any:
    """Return what the owner itself holds, so that an inherited attribute is inherited again."""
    if isinstance(patch.owner, MutableMapping):
        return patch.owner.get(patch.name, _ABSENT)
    return vars(patch.owner).get(patch.name, _ABSENT)


def _set(patch: Patch, value: Any) -> None:
    if isinstance(patch.owner, MutableMapping):
        patch.owner[patch.name] = value
    else:
        setattr(patch.owner, patch.name, value)


def _restore(patch: Patch, before: Any) -> None:
    if before is not _ABSENT:
        _set(patch, before)
    elif isinstance(patch.owner, MutableMapping):
        patch.owner.pop(patch.name, None)
    else:
        delattr(patch.owner, patch.name)
