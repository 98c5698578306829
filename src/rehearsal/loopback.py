"""The moto server on loopback: started on a free port, stopped with nothing left open."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Thread

from rehearsal.access_key import AccessCheck, Key
from rehearsal.permissions.enforcing import Permissions
from rehearsal.permissions.gate import Gate

HOST = "127.0.0.1"
_TRIES = 20


@contextmanager
def serving(key: Key, permissions: Permissions | None = None) -> Iterator[int]:
    """Serve every API of moto for the length of the block; yield the port.

    Who has `key` is the administrator, sessions do what `permissions` say. Its state is then lost.
    """
    from moto.moto_api._internal.models import moto_api_backend
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    class Quiet(MotoRequestHandler):  # type: ignore[misc]
        def log_request(self, *_: object) -> None:
            """Say nothing of each request: there are thousands."""

    class Dispatcher(DomainDispatcherApplication):  # type: ignore[misc]
        """Finds each service once; moto lists its own folder for it at every request."""

        get_backend_for_host = cache(DomainDispatcherApplication.get_backend_for_host)

    def knows(given: str) -> bool:
        known = permissions is not None and permissions.sessions.by_key(given)
        return key.has_id(given) or bool(known)

    inner = Dispatcher(create_backend_app)
    app = AccessCheck(Gate(inner, permissions) if permissions else inner, knows)
    server = make_server(HOST, 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    with _quiet("werkzeug", "moto"):
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            _forget(moto_api_backend.reset)


def _forget(reset: Callable[[], None]) -> None:
    """Lose moto's state; what a last thread still makes there breaks it off, and it begins again."""
    for _ in range(_TRIES):
        try:
            return reset()
        except RuntimeError:  # a dictionary that it walks through has grown
            time.sleep(0.05)
    return reset()


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Silence loggers that tell on standard error what the history of a machine tells better."""
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
