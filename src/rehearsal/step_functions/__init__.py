"""Step Functions: moto walks the machine, and every task of it is really done.

`checking` refuses a machine that could not be run, `integrations` says which calls wait for what,
`calls` makes a call, waits, and fails as the service would, for the Task state in `task`;
`errors` gives errors AWS's names, `timing` shortens waits, `interpreter` corrects what moto's
interpreter gets wrong.
"""

from __future__ import annotations

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch
from rehearsal.step_functions.checking import check_machine, task_states

__all__ = ["check_machine", "patches", "task_states"]


def patches(cloud: Cloud) -> list[Patch]:
    """Return what is replaced in moto's Step Functions for `cloud`."""
    from rehearsal.step_functions import interpreter, task, timing

    return [*interpreter.patches(cloud), *task.patches(cloud), *timing.patches(cloud)]
