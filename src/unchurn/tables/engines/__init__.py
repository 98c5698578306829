"""What does the relational work: one small protocol, one file an engine."""

from __future__ import annotations

from importlib.util import find_spec

from unchurn import project as config
from unchurn.errors import ConfigError
from unchurn.tables.engines.protocol import EngineProtocol, Identity, Settled
from unchurn.thread_limit import few_threads

__all__ = ["EngineProtocol", "Identity", "Settled", "open_engine"]


def open_engine(engine: config.Engine) -> EngineProtocol:
    """Return the engine that [engine] kind names.

    Raises `ConfigError` on another kind, and where what the engine runs on is missing.
    """
    # the same bytes; DuckDB starts more threads than it is told to
    if engine.kind == "arrow" or (engine.kind == "duckdb" and few_threads()):
        from unchurn.tables.engines.arrow import ArrowEngine

        return ArrowEngine(engine.threads, engine.memory_mb)
    if engine.kind == "duckdb":
        if find_spec("duckdb") is None:
            raise ConfigError(
                "[engine] kind is 'duckdb', and duckdb is not installed.",
                "Install the extra: pip install 'unchurn[duckdb]'; or leave the key out.",
            )
        from unchurn.tables.engines.duckdb import DuckEngine

        return DuckEngine(engine.threads, engine.memory_mb)
    if engine.kind == "spark":
        from unchurn.tables.engines.spark import SparkEngine

        return SparkEngine(engine.threads, engine.memory_mb)
    raise ConfigError(f"[engine] kind is {engine.kind!r}.", "Choose 'arrow', 'duckdb' or 'spark'.")
