"""CloudFormation as AWS does it, of which moto does too little: change sets, updates, rollbacks.

`template` reads a template, `intrinsics` resolves its functions, `planning` says what changes,
`deploying` changes it through the APIs of the services, `api` answers the calls. One module a
service says how its resource types are made, changed and deleted.
"""

from __future__ import annotations

from rehearsal.cfn.api import patches

__all__ = ["patches"]
