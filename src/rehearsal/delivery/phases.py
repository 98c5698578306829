"""The phases of a build, from install to the upload of its artefact, in one shell.

As on CodeBuild a phase ends with its first command that fails, `finally` runs all the same, and
post_build and the upload follow a build that failed, but not an install or a pre_build that did.
"""

from __future__ import annotations

from rehearsal.delivery.artefacts import pack
from rehearsal.delivery.build import (
    FAILED,
    STOPPED,
    SUCCEEDED,
    TIMED_OUT,
    Build,
    BuildPhase,
)
from rehearsal.delivery.buildspec import PHASES, Buildspec, BuildspecError, Phase
from rehearsal.delivery.shell import Shell, ShellStoppedError

SUCCEEDING = "CODEBUILD_BUILD_SUCCEEDING"
"""The variable that tells later phases how it goes: 1, or 0 once a phase has failed."""


class Phases:
    """The phases of one build."""

    def __init__(self, build: Build, spec: Buildspec, shell: Shell) -> None:
        self.build, self.spec, self.shell = build, spec, shell
        self.status = SUCCEEDED

    def run(self) -> str:
        """Run them in order; return the status of the build."""
        try:
            for name in PHASES:
                phase, wanted = self.build.enter(name.upper()), self.spec.phases.get(name, Phase())
                self._commands(phase, wanted)
                if phase.status == SUCCEEDED:
                    continue
                self.status = FAILED
                self.shell.export(SUCCEEDING, "0")
                goes_on = wanted.on_failure == "CONTINUE" or (
                    name in ("build", "post_build") and wanted.on_failure != "ABORT"
                )
                if not goes_on:
                    return self._finalized()
            self.build.exported = {name: self.shell.value(name) for name in self.spec.exported}
            self._upload()
        except ShellStoppedError:
            self.status = STOPPED if self.build.stopped.is_set() else TIMED_OUT
            self.build.phases[-1].end(self.status, "BUILD_" + self.status, "The build was ended.")
        return self._finalized()

    def _finalized(self) -> str:
        self.build.passed("FINALIZING")
        return self.status

    def _commands(self, phase: BuildPhase, wanted: Phase) -> None:
        """Run commands until one fails, then those of ``finally`` in the same way."""
        said = [said for part in (wanted.commands, wanted.last) if (said := self._all(part))]
        if said:
            phase.end(FAILED, "COMMAND_EXECUTION_ERROR", said[0])
        else:
            phase.end(SUCCEEDED)

    def _all(self, commands: tuple[str, ...]) -> str:
        """Return what failed, in CodeBuild's words, or nothing."""
        for command in commands:
            with self.build.log.open("a") as log:
                log.write(f"[Container] Running command {command.rstrip()}\n")
            status = self.shell.run(command)
            if status:
                return f"Error while executing command: {command.rstrip()}. Reason: exit status {status}"
        return ""

    def _upload(self) -> None:
        phase = self.build.enter("UPLOAD_ARTIFACTS")
        if self.spec.files is None:
            phase.end(SUCCEEDED)
            return
        try:
            self.build.output = pack(self.shell.folder, self.spec.files)
        except BuildspecError as error:
            phase.end(FAILED, "CLIENT_ERROR", error.message)
            self.status = FAILED
        else:
            phase.end(SUCCEEDED)
