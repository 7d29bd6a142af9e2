"""What the server can do: engines."""

from __future__ import annotations

from videre.client._flow import Context, Flow
from videre.client._rpc import LIST_ENGINES
from videre.v1 import engine_pb2


def list_engines(context: Context, feature: str) -> Flow[list[engine_pb2.Engine]]:
    """Return the engines of all services, installed or not, best first within a feature."""
    request = engine_pb2.ListEnginesRequest(feature=feature)
    answer = yield from context.call(LIST_ENGINES, request)
    return list(answer.engines)
