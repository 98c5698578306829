"""The live endpoint: deployed from a version of the registry, asked, put back.

The champion and what the endpoint serves are kept one: who moves the one moves the other, and a
version that the endpoint does not keep gives the championship back.
"""
