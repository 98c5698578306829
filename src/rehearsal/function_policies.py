"""The policies of functions: a function, each of its versions and each alias have one of their own.

See "Viewing resource-based IAM policies" and "Using Lambda aliases in event sources and permissions
policies" in the guide of Lambda. moto keeps an alias's with the version that it leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from rehearsal.patches import Patch, around

_KEPT = "policies_of_qualifiers"
"""The attribute of moto's record of a function that holds what is not its own."""


def split(reference: str) -> tuple[str, str]:
    """Return a function's name, and the version or alias after it ("" where there is none).

    `reference` is a name, an ARN, or a part of one: ``f:live``, ``123456789012:function:f``.
    """
    name, _, qualifier = reference.rpartition(":function:")[2].partition(":")
    return name, qualifier


def policy_of(backend: Any, reference: str, qualifier: str = "") -> Any:
    """Return moto's policy of a function, a version or an alias; raises what moto does where none is."""
    from moto.awslambda.policy import Policy

    name, own = split(reference)
    function, told = backend.get_function(name), own or qualifier
    if not told:
        return function.policy
    backend.get_function(name, told)
    kept = vars(function).setdefault(_KEPT, {})
    return kept.setdefault(told, Policy(function))


def patches() -> list[Patch]:
    """Return what keeps those policies apart."""
    from moto.awslambda.models import LambdaBackend
    from moto.awslambda.responses import LambdaResponse

    return [
        around(LambdaBackend, "add_permission", _add),
        around(LambdaBackend, "get_policy", _get),
        around(LambdaResponse, "remove_permission", _remove),
        around(LambdaBackend, "delete_alias", _forget),
    ]


def _add(_: Any, backend: Any, function_name: str, qualifier: str | None, raw: str) -> Any:
    told = split(function_name)[1] or qualifier
    statement, _revision = policy_of(backend, function_name, told or "").add_statement(raw, told)
    return statement


def _get(_: Any, backend: Any, function_name: str, qualifier: str | None = None) -> str:
    return str(policy_of(backend, function_name, qualifier or "").wire_format())


def _remove(_: Any, response: Any) -> Any:
    told = response.querystring
    function = unquote(response.path.split("/")[-3])
    policy = policy_of(response.backend, function, told.get("Qualifier", [""])[0])
    policy.del_statement(
        unquote(response.path.split("/")[-1].split("?")[0]), told.get("RevisionId", [""])[0]
    )
    return 204, {"status": 204}, "{}"


def _forget(original: Callable[..., Any], backend: Any, name: str, function_name: str) -> Any:
    answer = original(backend, name, function_name)
    vars(backend.get_function(split(function_name)[0])).get(_KEPT, {}).pop(name, None)
    return answer
