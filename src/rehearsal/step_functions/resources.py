"""What the Resource of a Task names: an integration, a function, an activity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rehearsal.step_functions.absent_services import ABSENT, offered, sdk_name
from rehearsal.step_functions.integrations import CALLS, WAITS
from rehearsal.step_functions.service_models import operation
from rehearsal.step_functions.services import SERVICES, answered

BY_TOKEN = "waitForTaskToken"  # noqa: S105, a pattern's name
"""The pattern in which a task waits for somebody to send its token back."""
_FUNCTION = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:[\w-]+(:[\w$-]+)?")
_ACTIVITY = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:activity:[^:\s]+")
_SERVICE = re.compile(
    r"arn:[^:]*:states:[^:]*:[^:]*:(aws-sdk:)?([a-z0-9-]+):([A-Za-z0-9]+)(?:\.(.+))?"
)
_HAND_OUT = frozenset(
    {
        ("events", "putEvents"),
        ("lambda", "invoke"),
        ("sns", "publish"),
        ("sqs", "sendMessage"),
        ("states", "startExecution"),
    }
)
"""The integrations of its own with which Step Functions can hand a token out."""


@dataclass(frozen=True)
class Resource:
    """A Resource, taken apart.

    `kind` is ``"service"``, ``"function"``, ``"activity"``, or ``""`` for what is none. The others are
    a service's: ``arn:aws:states:::aws-sdk:glue:getTable`` is integration ``aws-sdk``, service
    ``glue``, action ``getTable``; ``…:::sagemaker:createTrainingJob.sync`` has ``sagemaker`` for
    both and the pattern ``sync``.
    """

    kind: str
    integration: str = ""
    service: str = ""
    action: str = ""
    pattern: str = ""

    @property
    def waits(self) -> bool:
        """Whether the state goes on only when something else has ended."""
        return bool(self.pattern) or self.kind == "activity"

    def refusal(self) -> str:
        """Return why the rehearsal cannot do it, or nothing."""
        if self.kind in {"function", "activity"}:
            return ""
        if not self.kind:
            return "which is no ARN of a function, an activity or an integration"
        if not (self._offered_elsewhere() if self.absence() else self._offered()):
            return "which the rehearsal does not know how to do"
        return ""

    def absence(self) -> str:
        """Return why a state that names it fails when it is reached, or nothing."""
        return ABSENT.get(self.service, "")

    def _offered_elsewhere(self) -> bool:
        """Tell whether AWS has it, of a service that is absent here."""
        if self.integration == "aws-sdk":
            known = sdk_name(self.service) and operation(self.service, self.action)
            return bool(known) and self.pattern in {"", BY_TOKEN}
        return offered(self.service, self.action) and self.pattern in {"", "sync", BY_TOKEN}

    def _offered(self) -> bool:
        if self.service not in SERVICES or operation(self.service, self.action) is None:
            return False
        called = (self.service, self.action)
        if self.integration == "aws-sdk":
            return self.pattern in {"", BY_TOKEN} and answered(*called)
        if self.action not in CALLS.get(self.service, ()):
            return False
        if self.pattern == BY_TOKEN:
            return called in _HAND_OUT
        return not self.pattern or (*called, self.pattern) in WAITS


def resource(arn: str) -> Resource:
    """Take a Resource apart."""
    if _FUNCTION.fullmatch(arn):
        return Resource("function")
    if _ACTIVITY.fullmatch(arn):
        return Resource("activity")
    found = _SERVICE.fullmatch(arn)
    if found is None:
        return Resource("")
    sdk, service, action, pattern = found.groups()
    return Resource("service", "aws-sdk" if sdk else service, service, action, pattern or "")
