"""Deploy actions whose target cannot be here: they fail when they are reached, and say why.

A pipeline is made on AWS whatever its actions will find: what they deploy to is often another team's.
So it is made here too, and told; nothing is deployed, and nobody is told that it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.execution import ActionFailedError


def deploying_to(what: str) -> Callable[[ActionContext], NoReturn]:
    """Return what an action does that deploys to `what`, of which there is none here."""

    def fail(context: ActionContext) -> NoReturn:
        for name in context.inputs:
            context.read(name)  # as the action's role, which has to be allowed to
        provider = context.run.declared["actionTypeId"]["provider"]
        raise ActionFailedError(
            "JobFailed", f"{provider} deploys to {what}, and a rehearsal has none."
        )

    return fail
