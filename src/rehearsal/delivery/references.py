"""Variables of a pipeline: ``#{Namespace.Name}`` in a configuration, filled as an action begins."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rehearsal.delivery.execution import ActionFailedError, Execution

_REFERENCE = re.compile(r"#\{([^.}]+)\.([^}]+)\}")


def filled(configuration: Mapping[str, str], execution: Execution) -> dict[str, str]:
    """Return a configuration with its variables filled. Raises `ActionFailedError` for a stranger."""
    known = {
        "codepipeline": {"PipelineExecutionId": execution.id},
        "variables": execution.variables,
        **execution.namespaces,
    }

    def value(found: re.Match[str]) -> str:
        try:
            return known[found[1]][found[2]]
        except KeyError:
            raise ActionFailedError(
                "InvalidVariableReference",
                f"The action configuration refers to {found[0]}, which no earlier action has set.",
            ) from None

    return {name: _REFERENCE.sub(value, text) for name, text in configuration.items()}
