"""The pipeline: steps in their order, and the ways in on one machine."""
