"""Containers of frameworks in script mode: the user's own script trains, their functions serve."""
