"""Maths on Arrow tables and NumPy arrays: no paths of its own, no clouds, nothing printed."""
