"""Read by Python at its start, before a script's first line."""

from importlib import import_module

import_module("after_import").mend({"botocore.session": "own_endpoints"})
