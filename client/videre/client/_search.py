"""Search: the flows."""

from __future__ import annotations

from videre.client._flow import Context, Emit, EmitFlow, Flow
from videre.client._rpc import (
    FIND_DUPLICATE_MEDIA,
    FIND_SIMILAR_MOMENTS,
    REBUILD_SEARCH_INDEX,
    SEARCH_MOMENTS,
)
from videre.v1 import search_pb2 as pb


def search_moments(
    context: Context, request: pb.SearchMomentsRequest
) -> Flow[pb.SearchMomentsResponse]:
    """Return a page of media with moments that were found."""
    return (yield from context.call(SEARCH_MOMENTS, request))


def similar_moments(
    context: Context, request: pb.FindSimilarMomentsRequest
) -> Flow[pb.FindSimilarMomentsResponse]:
    """Return moments that look like an example."""
    return (yield from context.call(FIND_SIMILAR_MOMENTS, request))


def duplicate_media(
    context: Context, request: pb.FindDuplicateMediaRequest
) -> Flow[pb.FindDuplicateMediaResponse]:
    """Return media that show the same pictures."""
    return (yield from context.call(FIND_DUPLICATE_MEDIA, request))


def rebuild_index(
    context: Context, request: pb.RebuildSearchIndexRequest
) -> EmitFlow[pb.RebuildSearchIndexResponse]:
    """Index media anew until all were looked at; emit what is indexed after each call."""
    asked = pb.RebuildSearchIndexRequest()
    asked.CopyFrom(request)
    while True:
        answer = yield from context.call(REBUILD_SEARCH_INDEX, asked)
        yield Emit(answer)
        asked.page_token = answer.next_page_token
        if not asked.page_token:
            return
