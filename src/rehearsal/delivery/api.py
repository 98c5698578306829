"""CodePipeline's API where executions are concerned; moto keeps the pipelines themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rehearsal.delivery import answers
from rehearsal.delivery.approving import answer
from rehearsal.delivery.execution import RUNNING, STOPPING, Execution
from rehearsal.delivery.pipelines import Pipelines
from rehearsal.delivery.providers import PipelineError, check_pipeline
from rehearsal.patches import Patch, around

Request = dict[str, Any]


class MissingError(LookupError):
    """Something that a request names is not there; `code` is CodePipeline's word for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Operations:
    """Each operation takes and gives plain mappings, and raises `MissingError`."""

    pipelines: Pipelines

    def start_pipeline_execution(self, request: Request) -> Request:
        """Begin an execution."""
        given = {each["name"]: each["value"] for each in request.get("variables") or []}
        started = self.pipelines.start(request["name"], "StartPipelineExecution", given)
        return {"pipelineExecutionId": started.id}

    def get_pipeline_execution(self, request: Request) -> Request:
        """Tell of one execution."""
        found = self._found(request["pipelineName"], request["pipelineExecutionId"])
        return {"pipelineExecution": answers.execution(found)}

    def list_pipeline_executions(self, request: Request) -> Request:
        """List executions, newest first."""
        found = self.pipelines.of(request["pipelineName"])[: request.get("maxResults") or 100]
        return {"pipelineExecutionSummaries": [answers.summary(each) for each in found]}

    def list_action_executions(self, request: Request) -> Request:
        """List the actions of one execution or of all, newest first."""
        wanted = (request.get("filter") or {}).get("pipelineExecutionId")
        found = self.pipelines.of(request["pipelineName"])
        details = [
            answers.action(each, run)
            for each in found
            if wanted in (None, each.id)
            for run in reversed(each.actions)
        ]
        return {"actionExecutionDetails": details}

    def get_pipeline_state(self, request: Request) -> Request:
        """Tell how each stage stands, by the latest execution that came to it."""
        client = self.pipelines.cloud.clients.client("codepipeline")
        found = client.get_pipeline(name=request["name"])
        return answers.state(found, self.pipelines.of(request["name"]))

    def stop_pipeline_execution(self, request: Request) -> Request:
        """Stop an execution; what it runs is abandoned."""
        found = self._found(request["pipelineName"], request["pipelineExecutionId"])
        if found.status == RUNNING:
            found.summary = request.get("reason", "")
            found.become(STOPPING)
            found.stopped.set()
        return {"pipelineExecutionId": found.id}

    def put_approval_result(self, request: Request) -> Request:
        """Answer an approval that waits."""
        asked = (request["stageName"], request["actionName"])
        for execution in self.pipelines.of(request["pipelineName"]):
            for run in execution.actions:
                if (run.stage, run.name) == asked and answer(
                    run, request["token"], request["result"]
                ):
                    return {"approvedAt": datetime.now(UTC)}
        raise MissingError(
            "InvalidApprovalTokenException", "No approval waits for an answer with this token."
        )

    def put_job_success_result(self, request: Request) -> Request:
        """Take a function's word that its job went well."""
        return self._job(request["jobId"], {"outputVariables": request.get("outputVariables", {})})

    def put_job_failure_result(self, request: Request) -> Request:
        """Take a function's word that its job failed."""
        return self._job(request["jobId"], {"message": request["failureDetails"]["message"]})

    def _job(self, job: str, result: Request) -> Request:
        if job not in self.pipelines.jobs.answers:
            raise MissingError("JobNotFoundException", f"There is no job {job}.")
        self.pipelines.jobs.answers[job] = result
        return {}

    def _found(self, name: str, identity: str) -> Execution:
        for each in self.pipelines.of(name):
            if each.id == identity:
                return each
        raise MissingError(
            "PipelineExecutionNotFoundException", f"{name} has no execution {identity}."
        )


def patches(pipelines: Pipelines) -> list[Patch]:
    """Return what answers the calls about executions, and starts one when a pipeline is made."""
    from moto.codepipeline.responses import CodePipelineResponse as Api

    operations = Operations(pipelines)

    def call_action(original: Callable[..., Any], response: Any) -> Any:
        from moto.core.responses import ActionResult

        name = _method(response._get_action())
        if not hasattr(operations, name):
            return original(response)
        try:
            result = getattr(operations, name)(json.loads(response.body))
        except Exception as error:  # whatever it is, the caller gets an answer
            refusal = _refusal(error)
            return refusal.code, response.response_headers, refusal.description
        return response.serialized(ActionResult(result))

    def create_pipeline(original: Callable[..., Any], response: Any) -> Any:
        try:
            check_pipeline(json.loads(response.body)["pipeline"], pipelines.cloud.region)
        except PipelineError as error:
            raise _refusal(error) from error
        made = original(response)
        pipelines.start(json.loads(made)["pipeline"]["name"], "CreatePipeline", {})
        return made

    return [
        around(Api, "call_action", call_action),
        around(Api, "create_pipeline", create_pipeline),
    ]


def _method(action: str | None) -> str:
    from moto.core.utils import camelcase_to_underscores

    return str(camelcase_to_underscores(action or ""))


def _refusal(error: Exception) -> Any:
    """Return an error as CodePipeline answers it."""
    from botocore.exceptions import ClientError
    from moto.core.exceptions import JsonRESTError

    if isinstance(error, MissingError):
        return JsonRESTError(error.code, error.message)
    if isinstance(error, PipelineError):
        return JsonRESTError("InvalidStructureException", str(error))
    if isinstance(error, ClientError):
        told = error.response["Error"]
        return JsonRESTError(told["Code"], told["Message"])
    return JsonRESTError("InternalFailure", f"{type(error).__name__}: {error}")
