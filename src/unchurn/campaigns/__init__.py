"""The ledger of campaigns: who was contacted, who was left alone, and until when."""

from unchurn.campaigns.entries import Asked, Entry, Member, Written
from unchurn.campaigns.ledger import Ledger, OtherCampaignError
from unchurn.campaigns.sqlite import CampaignLedger
from unchurn.errors import ConfigError
from unchurn.project import Project

__all__ = [
    "Asked",
    "CampaignLedger",
    "Entry",
    "Ledger",
    "Member",
    "OtherCampaignError",
    "Written",
    "local_ledger",
]


def local_ledger(project: Project) -> Ledger:
    """Return the ledger of a project that keeps it on this machine.

    Raises `ConfigError` for a project that keeps it on AWS, beside its registry.
    """
    if project.registry.kind != "sqlite":
        raise ConfigError(
            f"The ledger of campaigns of this project is kept on AWS ([registry] kind is "
            f"{project.registry.kind!r}).",
            'Use the command line — or set [registry] kind = "sqlite" to keep campaigns here.',
        )
    return CampaignLedger(project.root)
