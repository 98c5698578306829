"""Every pipeline of one cloud at work: executions begun, stages entered in order, actions done."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from threading import Thread
from typing import TYPE_CHECKING, Any

from rehearsal.delivery import notices
from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.builds import Builds
from rehearsal.delivery.execution import (
    ABANDONED,
    FAILED,
    STOPPED,
    SUCCEEDED,
    SUPERSEDED,
    ActionFailedError,
    ActionRun,
    Execution,
    StageRun,
    StoppedError,
)
from rehearsal.delivery.invoking import Jobs
from rehearsal.delivery.providers import order_of, provider_of
from rehearsal.delivery.references import filled
from rehearsal.delivery.stage_queue import StageQueue, SupersededError
from rehearsal.permissions.refusals import DeniedError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


@dataclass
class Pipelines:
    """The executions of `cloud`, oldest first, and what they share."""

    cloud: Cloud
    builds: Builds
    jobs: Jobs = field(default_factory=Jobs)
    every: list[Execution] = field(default_factory=list)
    _stage_queues: dict[str, StageQueue] = field(default_factory=lambda: defaultdict(StageQueue))
    _threads: list[Thread] = field(default_factory=list)

    def start(self, name: str, trigger: str, given: Mapping[str, str]) -> Execution:
        """Begin an execution of a pipeline as it is now; it goes on by itself."""
        declared = self.cloud.clients.client("codepipeline").get_pipeline(name=name)["pipeline"]
        variables = {
            each["name"]: each.get("defaultValue", "") for each in declared.get("variables", [])
        }
        execution = Execution(declared, trigger, variables | dict(given))
        self.every.append(execution)
        thread = Thread(target=self._run, args=(execution,), name=execution.id, daemon=True)
        self._threads.append(thread)
        thread.start()
        return execution

    def of(self, name: str) -> list[Execution]:
        """Return the executions of one pipeline, newest first."""
        return [each for each in reversed(self.every) if each.pipeline == name]

    def close(self) -> None:
        """Stop what still runs, and wait for it."""
        for execution in self.every:
            execution.stopped.set()
        for thread in self._threads:
            thread.join()

    def _run(self, execution: Execution) -> None:
        began, why = time.monotonic(), ""
        notices.tell_pipeline(self.cloud, execution)
        try:
            status = self._stages(execution)
        except StoppedError:
            status = STOPPED
        except SupersededError:
            status = SUPERSEDED
        except Exception as error:  # an execution must end whatever happens
            status, why = FAILED, f"{type(error).__name__}: {error}"
        why = why or next((each.message for each in execution.actions if each.message), "")
        seconds = time.monotonic() - began
        execution.become(status)
        try:
            self.cloud.journal.note("pipeline", execution.pipeline, status, seconds, why)
            notices.tell_pipeline(self.cloud, execution)
        finally:
            execution.ended.set()

    def _stages(self, execution: Execution) -> str:
        stage_queue = self._stage_queues[execution.pipeline]
        for declared in execution.declared["stages"]:
            stage_queue.enter(declared["name"], execution)
            try:
                stage = StageRun(declared["name"])
                execution.stages.append(stage)
                self._stage(execution, stage, declared["actions"])
            finally:
                stage_queue.leave(declared["name"])
            if stage.status != SUCCEEDED:
                return FAILED
        return SUCCEEDED

    def _stage(self, execution: Execution, stage: StageRun, actions: list[dict[str, Any]]) -> None:
        """Do the actions of a stage in their order; those of one order at the same time."""
        notices.tell_stage(self.cloud, execution, stage)
        stage.status = FAILED
        try:
            ordered = sorted(actions, key=order_of)
            for _, group in groupby(ordered, key=order_of):
                runs = [ActionRun(stage.name, action) for action in group]
                stage.actions += runs
                with ThreadPoolExecutor(len(runs)) as pool:
                    list(pool.map(lambda run: self._action(execution, run), runs))
                if execution.stopped.is_set():
                    stage.status = STOPPED
                    raise StoppedError
                if any(run.status != SUCCEEDED for run in runs):
                    return
            stage.status = SUCCEEDED
        finally:
            notices.tell_stage(self.cloud, execution, stage)

    def _action(self, execution: Execution, run: ActionRun) -> None:
        began = time.monotonic()
        notices.tell_action(self.cloud, execution, run)
        try:
            settings = filled(run.declared.get("configuration") or {}, execution)
            context = ActionContext(self.cloud, self.builds, execution, run, settings)
            role = run.declared.get("roleArn") or execution.declared.get("roleArn") or ""
            arn = f"arn:aws:codepipeline:{self.cloud.region}:{self.cloud.account}:{execution.pipeline}"
            with self.cloud.permissions.as_role(role, "codepipeline", source=arn):
                (provider_of(run.declared).do or self.jobs.invoke)(context)
            if run.declared.get("namespace"):
                execution.namespaces[run.declared["namespace"]] = dict(run.variables)
            run.end(SUCCEEDED)
        except StoppedError:
            run.end(ABANDONED, "", "The execution was stopped.")
        except ActionFailedError as error:
            run.end(FAILED, error.code, error.message)
        except DeniedError as error:
            run.end(FAILED, "PermissionError", error.message)
        except Exception as error:  # an action must end whatever happens, or its stage never does
            run.end(FAILED, "InternalError", f"{type(error).__name__}: {error}")
        seconds, name = time.monotonic() - began, f"{execution.pipeline}/{run.stage}/{run.name}"
        self.cloud.journal.note("action", name, run.status, seconds, run.message)
        notices.tell_action(self.cloud, execution, run)
