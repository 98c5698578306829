"""Whom contact moves: models of the effect on each customer, and how well they rank customers by it."""
