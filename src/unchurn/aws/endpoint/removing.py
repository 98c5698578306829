"""The endpoint removed; the model, the registry and everything else stay."""

from __future__ import annotations

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.live import LONGEST
from unchurn.aws.endpoint.parameters import TEMPLATE
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.stack_state import GONE, failures, read_stack, wait_for_stack
from unchurn.progress import Progress


def delete_endpoint(clients: Clients, deployment: Deployment, progress: Progress) -> bool:
    """Delete the endpoint's stack; tell whether there was one. Raises `AwsError` if it stays."""
    stack = deployment.stack_name(TEMPLATE)
    with asking_aws(f"delete {stack}"), progress.task(f"delete {stack}"):
        if read_stack(clients, stack) is None:
            return False
        # One that is under way is let come to its end: it could not be deleted cleanly.
        wait_for_stack(clients, stack, LONGEST)
        clients.client("cloudformation").delete_stack(StackName=stack)
        status = wait_for_stack(clients, stack, LONGEST)
        if status != GONE:
            raise AwsError(
                f"The stack {stack} ended as {status}: {failures(clients, stack)}",
                "Remove what is named, then run the same command again.",
            )
    return True
