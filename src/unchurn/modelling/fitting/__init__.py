"""Configurations, folds, weights, calibration and the search."""
