"""One address for everything in the bucket. Keys never begin with a slash; prefixes end in one.

Standard library alone: a function on AWS is packed with this file.
"""

from __future__ import annotations

from dataclasses import dataclass

PROJECT = "project/churn.toml"
"""The configuration that the next run pins into its own folder."""
OWN_CODE = "project/own_code.zip"
"""The modules of [evaluate] metrics, pinned with it; an empty archive where there are none."""
UPLIFT = "project/uplift.tar.gz"
"""The accepted model of whom contact moves, pinned by scorings; an empty archive where there is none."""
TRAIN = "data/train/"
"""Labelled customers; the crawler's table ``train``."""
INFER = "data/infer/"
"""Customers to score; the crawler's table ``infer``."""
HISTORY = "data/history/"
"""The tables of a history, each in a folder of its section's name; the crawler's, too."""
EXCLUDED = "data/exclude/"
"""Lists of ids that a campaign must not contact."""
OUTCOMES = "data/outcomes/"
"""Files of who left; those about one scoring in a folder named after its run."""
QUERIED = "queried/"
"""Folder of a run in which Athena puts what it was asked for."""
INTERMEDIATE = "data/intermediate/"
"""What jobs of a scoring hand one another, by run."""
RESULTS = "data/inference_result/"
"""Published lists of customers, by run."""
CAMPAIGNS = "data/campaigns/"
"""Published campaigns, by run."""
TOLD = "outcomes/"
"""Below the folder of a campaign: files of what became of its customers."""
CAPTURE = "capture/"
"""What endpoints keep of requests and answers, in folders of endpoint, variant, day and hour."""
WATCHES = "data/watches/"
"""What every watch made, by run: a later one looks at them."""
CAPTURED = f"{WATCHES}captured/"
"""Those of what the endpoint was asked, by run, apart from those of scorings."""
CONSTRAINTS = f"{WATCHES}constraints.json"
"""What [cycle] constraints names, which every watch keeps to; `NO_CONSTRAINTS` where it names none."""
NO_CONSTRAINTS = b"{}"
ATHENA = "athena/"
"""Results of queries; emptied by the lifecycle rule."""


def code(sha256: str) -> str:
    """Prefix of one version of the code bundles, named by their contents."""
    return f"code/{sha256[:16]}/"


@dataclass(frozen=True)
class RunLayout:
    """Where one execution keeps its things. `run` is the execution's name."""

    run: str

    @property
    def folder(self) -> str:
        """Prefix of everything the run made, but for what is below ``data/``."""
        return f"runs/{self.run}/"

    @property
    def project(self) -> str:
        """Key of the churn.toml that the run pinned."""
        return f"{self.folder}project/churn.toml"

    def artefact(self, name: str) -> str:
        """Prefix of what a job makes: snapshots, clean, champion, prepared, settings, scores, …."""
        return f"{self.folder}{name}/"

    def queried(self, key: str) -> str:
        """Prefix of the rows that Athena gave for [data] `key`: train, or score, whose go sooner."""
        return f"{self.folder if key == 'train' else self._intermediate}{QUERIED}"

    @property
    def parameters(self) -> str:
        """Key of the parameters with which the endpoint is deployed."""
        return f"{self.folder}cloudformation_parameters.json"

    @property
    def _intermediate(self) -> str:
        return f"{INTERMEDIATE}{self.run}/"

    @property
    def batch(self) -> str:
        """Prefix of the Batch artefact of a scoring."""
        return f"{self._intermediate}batch/"

    @property
    def lines(self) -> str:
        """Prefix of the JSON Lines that batch transform reads."""
        return f"{self._intermediate}lines/"

    @property
    def transformed(self) -> str:
        """Prefix of what batch transform answered."""
        return f"{self._intermediate}transformed/"

    @property
    def result(self) -> str:
        """Prefix of the published customer list."""
        return f"{RESULTS}{self.run}/"

    @property
    def campaign(self) -> str:
        """Prefix of the published campaign; what became of its customers lands below its `TOLD`."""
        return f"{CAMPAIGNS}{self.run}/"

    @property
    def watched(self) -> str:
        """Prefix of the watch as later ones find it, and of its metrics."""
        return f"{WATCHES}{self.run}/"

    @property
    def captured(self) -> str:
        """Prefix of the watch of what the endpoint was asked, and of its metrics."""
        return f"{CAPTURED}{self.run}/"
