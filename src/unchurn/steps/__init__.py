"""One file a step: short orchestration of the tables and modelling layers."""
