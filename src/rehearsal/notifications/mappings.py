"""Lambda's mappings: a queue or a stream that is made one has a thread that looks into it."""

from __future__ import annotations

from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.notifications.pollers import Mapped, Pollers
from rehearsal.notifications.queues import QueuePoller, check_time
from rehearsal.notifications.streams import SERVICES, StreamReader, check_stream, fetching
from rehearsal.patches import Patch, around
from rehearsal.step_functions.timing import HASTE


def patches(cloud: Cloud) -> list[Patch]:
    """Return what has mappings looked into, instead of invoked in the thread of whoever sends."""
    from moto.awslambda.models import LambdaBackend

    pollers = Pollers(cloud)
    cloud.closing.callback(pollers.close)

    def create(original: Any, self: Any, spec: dict[str, Any]) -> Any:
        source = str(spec.get("EventSourceArn"))
        queue, streamed = _queue(self, source), source.split(":")[2:3] in [[e] for e in SERVICES]
        if queue is not None:
            check_time(self.get_function(spec["FunctionName"], None), queue)
        elif streamed:
            check_stream(cloud, self.get_function(spec["FunctionName"], None), source, spec)
        mapping = original(self, spec)
        if queue is not None:
            queue.lambda_event_source_mappings.pop(mapping.function_arn, None)
            cloud.journal.remark(
                f"queues of functions: what failed comes again after {HASTE:.0%} of the visibility timeout"
            )
            mapped = Mapped(pollers, self, mapping, queue.name)
            pollers.begin(mapped, QueuePoller(mapped, queue).turn)
        elif streamed:
            mapped = Mapped(pollers, self, mapping, source)
            pollers.begin(mapped, StreamReader(mapped, fetching(cloud, mapping)).turn)
        return mapping

    return [around(LambdaBackend, "create_event_source_mapping", create)]


def _queue(backend: Any, arn: str) -> Any:
    from moto.sqs.models import sqs_backends

    queues = sqs_backends[backend.account_id][backend.region_name].queues
    found = queues.get(arn.rpartition(":")[2])
    return found if found is not None and found.queue_arn == arn else None
