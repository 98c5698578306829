"""Finds who is about to leave, says why, and decides whom it pays to contact."""

__version__ = "0.1.0"
