"""Puts our Task state in the place of those of moto's interpreter."""

from __future__ import annotations

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes every task of a machine one of ours."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory

    from rehearsal.step_functions.task_state import Task

    return [Patch(state_task_factory, "state_task_service_for", lambda service_name: Task(cloud))]
