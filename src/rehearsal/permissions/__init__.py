"""Permissions: who may do what, decided as IAM decides it, and enforced where requests come in.

`policies` reads documents, `patterns` and `conditions` say what matches, `evaluation` decides: all
four are pure.
"""
