"""The rehearsal: deploy, train, score, serve and destroy, on loopback, with the very code of the verbs.

The only difference from an account is where the clients point. A fault may be made in one state,
to see it caught; the rehearsal then went well when the machine ended as its catch says.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from pathlib import Path

from rehearsal.cloud import REGION
from rehearsal.journal import UNPROVEN
from unchurn.aws.clients import Clients
from unchurn.aws.delivery import NONE
from unchurn.aws.deploy import deploy
from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.aws.destroy import destroy, stand
from unchurn.aws.fetch import fetch_all
from unchurn.aws.queries import queried
from unchurn.aws.rehearse_open import clients_of, give_what_exists, open_rehearsal
from unchurn.aws.rehearse_outcome import Rehearsal
from unchurn.aws.rehearse_push import commit_of, push
from unchurn.aws.rehearse_served import ask_again, observed_day, serve_champion
from unchurn.aws.rehearse_tasks import machine_of
from unchurn.aws.run import Finished, RunError, plain_cause, score, train
from unchurn.aws.uploads import HISTORY
from unchurn.errors import ConfigError, UnchurnError, listing
from unchurn.pipeline.observing import answering, require_history
from unchurn.progress import Progress
from unchurn.project import Project

_KEPT = {"bucket"}
"""What destroy says it leaves."""


def rehearse(
    project: Project,
    data: str,
    score_data: str,
    work: Path,
    progress: Progress,
    fail: str = "",
    keep: bool = False,
    thorough: bool = False,
    as_of: str = "",
) -> Rehearsal:
    """Run everything once in a cloud of its own; `work` holds what its jobs need.

    Tables are located as in churn.toml; a history's are `HISTORY`, scored on the day `as_of`, by
    default that of the run. With `fail`, the task of that state fails. With `keep`,
    the bucket is copied to ``work/bucket`` before everything is destroyed. `thorough` builds install
    and test. Raises `ConfigError` for a state that no machine has, a table that is not there, or
    the day of no history; for a state that this project's run does not come to, too.
    """
    machine = machine_of(fail, project, bool(score_data)) if fail else None
    require_history(project, as_of)
    began = time.monotonic()
    deployment = make_deployment(project)
    deployment = make_deployment(project, Named(region=deployment.region or REGION))
    # a policy of the account's, for tables of the account's: neither is here
    deployment = deployment.with_values({"QueryPolicy": ""})
    with open_rehearsal(work / "cloud", deployment.region, thorough=thorough) as cloud:
        give_what_exists(cloud, deployment)
        clients = clients_of(cloud)
        made = Rehearsal(deploy(clients, deployment, project, progress))
        if queried(project):
            made.remarks.append(
                "the queries of [data], whose tables are in your account: a table went up instead"
            )
        if deployment.values["CaptureSchedule"]:
            made.remarks.append("the watch of requests: its machine stands, and no hour has passed")
        if project.aws.campaign:
            made.remarks.append(
                "the effect of campaigns: its machine stands, and no outcomes landed"
            )
        if fail:
            cloud.faults.add(fail, "fails")
        for job in deployment.spot:
            cloud.faults.add(job.capitalize(), "interrupted", 1)
        asked = (data, score_data, as_of)
        _run_machines(clients, deployment, project, asked, fail, made, progress)
        if fail and made.caught is None:
            made.problems.append(f"The fault in {fail} ({machine}) did not stop the run.")
        _finish(clients, deployment, made, work if keep else None, progress)
        made.unproven = (*UNPROVEN, *made.remarks, *cloud.journal.unproven)
    made.seconds = time.monotonic() - began
    return made


def _run_machines(
    clients: Clients,
    deployment: Deployment,
    project: Project,
    asked: tuple[str, str, str],
    fail: str,
    made: Rehearsal,
    progress: Progress,
) -> None:
    data, score_data, as_of = asked
    try:
        trained = train(clients, deployment, project, data, progress)
        made.runs["training"] = trained.document()
        _hash(trained, made)
        if trained.execution.refused:
            made.refused = True
            return
        if score_data:
            scored = score(clients, deployment, project, score_data, progress, as_of)
            made.runs["inference"] = scored.document()
            _hash(scored, made)
    except RunError as error:
        _record_failure(error, fail, made)
        return
    scores = scored.folder / "scores.csv" if score_data else None
    _serve(clients, deployment, project, (score_data, scores), made, progress)


def _serve(
    clients: Clients,
    deployment: Deployment,
    project: Project,
    scored: tuple[str, Path | None],
    made: Rehearsal,
    progress: Progress,
) -> None:
    """Deploy the endpoint, and ask it for customers that are in the list already."""
    table, scores = scored
    try:
        made.endpoint = serve_champion(clients, deployment, progress)
        if scores is not None and table == HISTORY:
            table = observed_day(clients, made.deployed.outputs["Bucket"], scores.parent)
        if scores is not None:
            asked, different = ask_again(clients, deployment, answering(project), table, scores)
            made.endpoint |= {"asked": asked, "equal": not different}
            made.problems += different[:3]
        if project.delivery.source != NONE:
            _deliver(clients, project, made, progress)
    except UnchurnError as error:
        made.problems.append(error.message)


def _deliver(clients: Clients, project: Project, made: Rehearsal, progress: Progress) -> None:
    """Push the project's own repository through the pipeline, unless its build would ask Athena."""
    if queried(project):
        made.remarks.append("the pipeline, which stands: a commit's build asks Athena")
        return
    outputs = made.deployed.outputs
    try:
        commit = commit_of(project)
    except ConfigError as error:
        made.remarks.append(f"the pipeline, which stands: {error.message}")
        return
    done = push(clients, outputs["Bucket"], outputs["PipelineName"], commit, progress)
    made.delivery = done.document()
    if not done.succeeded:
        made.problems.append(f"The pipeline ended as {done.status}: {done.why}")


def _record_failure(error: RunError, fail: str, made: Rehearsal) -> None:
    machine = "inference" if "training" in made.runs else "training"
    execution = error.execution
    made.runs[machine] = execution.document()
    at = next((each for each in execution.visits if fail and each.state == fail), None)
    if at is None:
        made.problems.append(error.message)
        return
    made.caught = {
        "state": at.state,
        "tries": at.tries,
        "error": execution.error,
        "cause": plain_cause(execution),
        "ended_by": [each.state for each in execution.visits[-2:]],
    }
    if not any(each.state.startswith("Notify") for each in execution.visits):
        made.problems.append(f"The fault in {at.state} was not caught: nobody was told.")


def _finish(
    clients: Clients, deployment: Deployment, made: Rehearsal, keep: Path | None, progress: Progress
) -> None:
    standing = stand(clients, deployment)
    things = (each.detail for each in standing.found.things if each.kind == "resource")
    made.resources = dict(sorted(Counter(things).items()))
    if keep is not None:
        fetch_all(clients, standing.bucket, keep / "bucket", progress)
        made.kept = str(keep)
    gone = destroy(clients, deployment, standing, False, progress)
    made.left = gone["left"]
    allowed = _KEPT | ({"table"} if deployment.existing_table else set())
    beyond = [each["name"] for each in made.left if each["kind"] not in allowed]
    if beyond:
        made.problems.append(f"Destroy left more than it says: {listing(beyond)}.")


def _hash(finished: Finished, made: Rehearsal) -> None:
    made.hashes |= {
        path.relative_to(finished.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(finished.files)
    }
