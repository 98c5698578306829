"""A churn project of somebody's on AWS, read from its files: what it says as a churn.toml, and its faults."""

from unchurn.importing.places import Fault, Place
from unchurn.importing.project import Imported, import_folder
from unchurn.importing.remedies import FAULTS, KINDS

__all__ = ["FAULTS", "KINDS", "Fault", "Imported", "Place", "import_folder"]
