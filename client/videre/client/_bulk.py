"""Vectors and events in bulk: streams that are taken up again where they broke."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from videre.client._errors import ServerRefusal
from videre.client._flow import Context, Emit, EmitFlow, Open, Pause, Receive, Stream
from videre.client._rpc import EXPORT_ITEMS, EXPORT_TRAITS, EXPORT_USER_EVENTS, Method
from videre.v1 import recommendation_pb2 as pb

MessageT = TypeVar(
    "MessageT", pb.ExportItemsResponse, pb.ExportTraitsResponse, pb.ExportUserEventsResponse
)

#: Longest time of one stream, seconds; a longer export is taken up again where it can be.
_STREAM_S: Final = 3600.0


def export_items(
    context: Context, after_token: str, project_id: str
) -> EmitFlow[pb.ExportItemsResponse]:
    """Emit what media are recommended by."""
    request = pb.ExportItemsRequest(project_id=project_id, after_token=after_token)
    return _streamed(context, EXPORT_ITEMS, request)


def export_traits(context: Context, project_id: str) -> EmitFlow[pb.ExportTraitsResponse]:
    """Emit what traits mean; a stream that breaks within cannot be taken up again."""
    return _streamed(context, EXPORT_TRAITS, pb.ExportTraitsRequest(project_id=project_id))


def export_events(
    context: Context, after_token: str, project_id: str
) -> EmitFlow[pb.ExportUserEventsResponse]:
    """Emit what users did, under pseudonyms."""
    request = pb.ExportUserEventsRequest(project_id=project_id, after_token=after_token)
    return _streamed(context, EXPORT_USER_EVENTS, request)


def _streamed(context: Context, method: Method[Any, MessageT], request: Any) -> EmitFlow[MessageT]:
    failures = 0
    begun = False
    while True:
        stream: Stream | None = None
        try:
            stream = yield Open(method, request, _STREAM_S)
            while (message := (yield Receive(stream))) is not None:
                failures, begun = 0, True
                if not isinstance(message, pb.ExportTraitsResponse):
                    request.after_token = message.next_token
                yield Emit(message)
            return
        except ServerRefusal as error:
            failures += 1
            pause_s = context.retry.pause_s(error, failures, context.timeout_s)
            if pause_s is None or (begun and isinstance(request, pb.ExportTraitsRequest)):
                raise
        finally:
            if stream is not None:
                stream.cancel()
        yield Pause(pause_s)
