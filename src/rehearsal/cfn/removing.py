"""The operations that remove stacks, also while they are made, and those that keep them."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread

from rehearsal.cfn.changing import PATIENCE_SECONDS, Changing
from rehearsal.cfn.deleting import delete_stack
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.stack import Stack
from rehearsal.cfn.stacks import Request


@dataclass(frozen=True)
class Removing:
    """Each operation takes and gives plain mappings, and raises `RefusedError`."""

    changing: Changing

    def delete_stack(self, request: Request) -> Request:
        """Delete a stack, waiting a while for its end; nothing happens when there is none.

        One that is being made is made no further, and deleted as far as it was. One whose exports
        others import stays as it was, and says why.
        """
        stacks = self.changing.stacks
        with self.changing.turn:
            found = [s for s in stacks.there() if request["StackName"] in {s.name, s.id}]
            if not found or found[0].status == "DELETE_IN_PROGRESS":
                return {}
            stack, kept = found[0], set(request.get("RetainResources") or [])
            _check_deletable(stack, kept, request.get("DeletionMode"))
            used = stacks.in_use(stack, stack.outputs)
            if used:
                stack.become(stack.status, used)
                return {}
            with stack.turn:
                stack.cancelled.set()
                stack.become("DELETE_IN_PROGRESS", "User Initiated")
        forced = request.get("DeletionMode") == "FORCE_DELETE_STACK"
        work = Thread(target=self._delete, args=(stack, kept, forced), daemon=True)
        self.changing.executions.append(work)
        work.start()
        work.join(PATIENCE_SECONDS)
        return {}

    def _delete(self, stack: Stack, kept: set[str], forced: bool) -> None:
        stack.idle.wait()
        delete_stack(self.changing.cloud, stack, kept, forced)

    def update_termination_protection(self, request: Request) -> Request:
        """Protect a stack from being deleted, or no longer."""
        stack = self.changing.stacks.named(request["StackName"])
        wanted = str(request["EnableTerminationProtection"]).lower() == "true"
        stack.protected = wanted
        return {"StackId": stack.id}


def _check_deletable(stack: Stack, kept: set[str], mode: str | None) -> None:
    if stack.protected:
        raise RefusedError(
            f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        )
    if stack.updating or (
        stack.status.startswith("UPDATE_") and stack.status.endswith("_IN_PROGRESS")
    ):
        raise RefusedError(
            f"Stack [{stack.name}] cannot be deleted while in status "
            f"{stack.status if stack.status.endswith('_IN_PROGRESS') else 'UPDATE_IN_PROGRESS'}"
        )
    if (kept or mode == "FORCE_DELETE_STACK") and stack.status != "DELETE_FAILED":
        raise RefusedError(
            f"Invalid operation on stack [{stack.id}]. When you delete a stack, specify which "
            "resources to retain only when the stack is in the DELETE_FAILED state."
        )
    strangers = sorted(kept - set(stack.live))
    if strangers:
        raise RefusedError(
            f"Resources [{', '.join(strangers)}] to be retained do not exist in the stack."
        )
