"""What a bucket, a topic or a queue tells by itself: to a function, a queue, a topic.

`bucket_configuration` takes what a bucket is to tell, and refuses what S3 would; `bucket_events` tells it;
`topics`, `queues` and `streams` invoke the functions that are subscribed or mapped (`mappings`, with a thread
each: `pollers`). moto does the first without a
look at permissions and the others with a made-up record, in the sender's thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud
    from rehearsal.patches import Patch


def patches(cloud: Cloud) -> list[Patch]:
    """Return what has notifications delivered as their service does it."""
    from rehearsal.notifications import bucket_configuration, bucket_events, mappings, topics

    modules = (bucket_configuration, bucket_events, mappings, topics)
    return [patch for module in modules for patch in module.patches(cloud)]
