"""How a verb is declared: its own flags and what it does; those that all verbs have are added."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import typer

from unchurn.cli.options import AsJson, Flags, Quiet, Verbose
from unchurn.cli.session import Verb, serve_verb

__all__ = ["Verb", "verb"]

_EVERYWHERE = {"json": AsJson, "quiet": Quiet, "verbose": Verbose}
_FLAGS = "flags"


def verb(
    group: typer.Typer, name: str | None = None
) -> Callable[[Callable[..., Verb]], Callable[..., Verb]]:
    """Make a function a verb of `group`: its parameters are flags, its docstring is the help.

    It returns what the verb does and how that is shown. ``--json``, ``--quiet`` and ``--verbose``
    are added; a parameter named `flags` is given them.
    """

    def declare(told: Callable[..., Verb]) -> Callable[..., Verb]:
        own = inspect.signature(told, eval_str=True).parameters

        def run(**given: Any) -> None:
            flags = Flags(**{each: given.pop(each) for each in _EVERYWHERE})
            if _FLAGS in own:
                given[_FLAGS] = flags
            serve_verb(lambda: told(**given), flags)

        parameters = [each for each in own.values() if each.name != _FLAGS]
        parameters += [
            Parameter(each, Parameter.KEYWORD_ONLY, default=False, annotation=kind)
            for each, kind in _EVERYWHERE.items()
        ]
        run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        run.__name__, run.__doc__ = told.__name__, told.__doc__
        group.command(name)(run)
        return told

    return declare
