"""Read by Python at its start, before a script's first line."""

import sys
from importlib import import_module

if sys.version_info >= (3, 7):  # noqa: UP036 - of images
    import_module("import_hook").mend({"botocore.session": "endpoint_override"})
