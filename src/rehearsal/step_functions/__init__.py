"""Step Functions: moto walks the machine, and every task of it is really done.

`structure`, `fields` and `checking` refuse a machine that could not be run, with every reason, wherever it is
made (`machines`); `services` says what can be called, `absent_services` what cannot, `resources` what a Task names, `integrations`
which calls wait for what. `calls` makes a call, waits, and fails as the service would, for the Task
states in `task_state`; `callbacks` takes tokens back and hands activities out, `maps` reads what a
distributed Map goes over, `histories` gives what was done in pages. `errors` and `error_names` give errors AWS's names, `timing` shortens waits,
`interpreter` corrects what moto's interpreter gets wrong, with `intrinsics` (functions), `comparisons`
(Choice) and `data_flow` (paths, variables, sizes).
"""

from __future__ import annotations

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch
from rehearsal.step_functions.checking import check_machine, task_states

__all__ = ["check_machine", "patches", "task_states"]


def patches(cloud: Cloud) -> list[Patch]:
    """Return what is replaced in moto's Step Functions for `cloud`."""
    from rehearsal.step_functions import (
        callbacks,
        histories,
        interpreter,
        machines,
        maps,
        task,
        timing,
        versions,
    )

    parts = (interpreter, task, callbacks, histories, machines, maps, timing, versions)
    return [patch for part in parts for patch in part.patches(cloud)]
