"""Read by Python at its start, before a script's first line: makes ``s3://`` paths work in it."""

from importlib import import_module

import_module("rehearsed_paths.hook").install()
