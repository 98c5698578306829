"""Clients of botocore that name AWS's own address, or know of no other, led where all others are led.

The SageMaker SDK makes its client of STS for an address that it spells out, which AWS_ENDPOINT_URL does not
change; and a botocore from before 1.31 does not know that variable.
"""

from __future__ import annotations

import functools
import inspect
import os
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


def mend(module: ModuleType) -> None:
    """Give botocore's session its way to the rehearsal."""
    original = module.Session.create_client
    signature = inspect.signature(original)

    @functools.wraps(original)
    def create_client(self: Any, *args: Any, **options: Any) -> Any:
        given = signature.bind(self, *args, **options)
        here, named = os.environ.get("AWS_ENDPOINT_URL"), given.arguments.get("endpoint_url")
        if here and (named is None or _is_aws(named)):
            given.arguments["endpoint_url"] = here
        return original(*given.args, **given.kwargs)

    module.Session.create_client = create_client


def _is_aws(address: str) -> bool:
    return (urlsplit(address).hostname or "").endswith(_AWS)
