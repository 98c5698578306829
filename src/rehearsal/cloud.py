"""One rehearsed cloud, as its services know it: the way to each other, and what they share.

Services are given a `Cloud` and take what they need of it; it knows none of them. `opening` does:
there they are listed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from rehearsal.access_key import Key
from rehearsal.bell import Bell
from rehearsal.clients import Clients
from rehearsal.faults import Faults
from rehearsal.images import Images, Rule
from rehearsal.journal import Journal
from rehearsal.permissions.enforcing import Permissions
from rehearsal.permissions.sessions import acting

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Setup:
    """What whoever opens a cloud knows, and the cloud does not.

    `images` say how container images are run; the first rule that knows an image decides.
    `hidden` are beginnings of variables that containers do not inherit, `commands` what a build finds
    in its PATH beside this machine's own: name → what is run. With `glue_folders` the addresses in S3
    among a Glue job's arguments become folders, for scripts that read paths and not S3. `repositories`
    are local folders of git in the place of repositories, by the name that a pipeline's source gives;
    `applications` are files of templates in the place of what comes out of the application repository,
    by its ARN.
    `enforce` has every call that is made for a role made as that role, and refused where its policies
    do not allow it.
    `successors` lets functions be made with runtimes that AWS has retired, as the nearest that lives.
    In a `thorough` rehearsal builds install packages and run tests for real, in a Python of their own.
    """

    images: Sequence[Rule] = ()
    hidden: Sequence[str] = ()
    commands: Mapping[str, Sequence[str]] = field(default_factory=dict)
    glue_folders: bool = False
    repositories: Mapping[str, Path] = field(default_factory=dict)
    applications: Mapping[str, Path] = field(default_factory=dict)
    enforce: bool = True
    successors: bool = False
    thorough: bool = False


@dataclass(eq=False)
class Cloud:
    """One rehearsal: the way in for clients, and what its services share.

    `endpoint` is the address of every service; `work` a folder that belongs to the rehearsal;
    `images` say how containers run, `setup` what else its opener knows;
    `glue_command` what runs a Glue job's script, spark-submit where it is None; `bake_seconds` the
    longest that a step of an endpoint's update is watched; `closing` stops what was started, last
    first, and `ending` is set before: nothing sets off anything new; `bell` rings when a job has ended, `beginnings` hear the definition of each machine that is started; `key` is the administrator's, `permissions` say what roles may do.
    """

    endpoint: str
    clients: Clients
    work: Path
    images: Images
    setup: Setup = field(default_factory=Setup)
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    glue_command: list[str] | None = None
    bake_seconds: float = 2.0
    closing: ExitStack = field(default_factory=ExitStack)
    ending: Event = field(default_factory=Event)
    bell: Bell = field(default_factory=Bell)
    beginnings: list[Callable[[str], None]] = field(default_factory=list)
    key: Key = field(default_factory=Key)
    account: str = ACCOUNT
    permissions: Permissions = field(
        default_factory=lambda: Permissions(ACCOUNT, REGION, Journal(), enforce=False)
    )

    @property
    def region(self) -> str:
        """The region that is rehearsed."""
        return self.clients.region

    def child_env(self) -> dict[str, str]:
        """Return what a process in this cloud inherits of this one's environment, and the `way` to it.

        Its clock is UTC's, as everywhere on AWS.
        """
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        return inherited | {"TZ": "UTC"} | self.way()

    def way(self) -> dict[str, str]:
        """Return the variables by which an SDK finds this cloud and no other, and calls as whoever acts now."""
        session = acting()
        return (
            credentials(self.region, self.key)
            | (session.variables() if session else {})
            | {"AWS_ENDPOINT_URL": self.endpoint}
        )


def credentials(region: str, key: Key) -> dict[str, str]:
    """Return the variables that keep any SDK to this cloud, and away from real accounts."""
    return {
        "AWS_ACCESS_KEY_ID": key.id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
