"""The ledger of campaigns: who was contacted, who was left alone, and until when."""

from unchurn.campaigns.entries import Asked, Entry, Member
from unchurn.campaigns.ledger import CampaignLedger, Written

__all__ = ["Asked", "CampaignLedger", "Entry", "Member", "Written"]
