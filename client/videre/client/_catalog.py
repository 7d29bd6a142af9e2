"""What the server can do and has to do: engines, the backlog, what was used."""

from __future__ import annotations

from videre.client._flow import Context, Flow
from videre.client._rpc import LIST_ENGINES
from videre.client._rpc_admin import GET_BACKLOG, GET_QUEUE_PLACE, LIST_USAGE
from videre.v1 import engine_pb2, operations_pb2


def list_engines(context: Context, feature: str) -> Flow[list[engine_pb2.Engine]]:
    """Return the engines of all services, installed or not, best first within a feature."""
    request = engine_pb2.ListEnginesRequest(feature=feature)
    answer = yield from context.call(LIST_ENGINES, request)
    return list(answer.engines)


def get_backlog(context: Context) -> Flow[operations_pb2.GetBacklogResponse]:
    """Return what waits and runs now, and how busy the installation is."""
    return (yield from context.call(GET_BACKLOG, operations_pb2.GetBacklogRequest()))


def get_queue_place(context: Context, job_id: str) -> Flow[operations_pb2.GetQueuePlaceResponse]:
    """Return where a queued job stands, and about how long it will wait."""
    request = operations_pb2.GetQueuePlaceRequest(job_id=job_id)
    return (yield from context.call(GET_QUEUE_PLACE, request))


def list_usage(
    context: Context, first_day: str, last_day: str
) -> Flow[list[operations_pb2.UsageDay]]:
    """Return what was used, a row per day."""
    request = operations_pb2.ListUsageRequest(first_day=first_day, last_day=last_day)
    answer = yield from context.call(LIST_USAGE, request)
    return list(answer.days)
