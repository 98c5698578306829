"""The server that scores customers while they wait; batch transform uses it too.

A request is ``asking`` (formats, parameters) and ``bodies`` (bytes); ``csv_payloads``,
``json_payloads`` and ``parquet_payloads`` make customers of it, ``typing_rows`` types them by
the model's schema, ``scoring`` scores them, ``answers`` writes. One customer in a short body
goes the ``quick`` way instead, to the same bits. ``app`` is the ASGI app, ``protocol`` and
``listening`` its sockets, ``workers`` its processes. No engine, search or drawing library is
imported.
"""

from importlib.util import find_spec

from unchurn.errors import ConfigError, listing

_PACKAGES = ("httptools", "msgspec", "starlette", "uvicorn")

if lacking := [name for name in _PACKAGES if find_spec(name) is None]:
    raise ConfigError(
        f"Serving needs {listing(lacking)}, which this Python does not have.",
        "Install the extra: pip install 'unchurn[serve]'",
    )
