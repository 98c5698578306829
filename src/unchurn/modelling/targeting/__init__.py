"""Whom to contact within budgets, with which offer, and who is left alone to measure the effect."""
