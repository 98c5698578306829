"""What `unchurn init` makes of a table: target, label, id, columns to leave out, suspects."""

from unchurn.proposal.propose import Proposal, propose
from unchurn.proposal.wanted import Wanted
from unchurn.proposal.wording import document, settings_and_notes

__all__ = ["Proposal", "Wanted", "document", "propose", "settings_and_notes"]
