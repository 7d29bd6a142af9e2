"""The calls about search, blocking."""

from __future__ import annotations

from collections.abc import Iterator

from videre.client import _search
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import search_pb2 as pb


class SearchCalls:
    """The blocking calls about search; `videre.search` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def moments(self, request: pb.SearchMomentsRequest) -> pb.SearchMomentsResponse:
        """Return a page of media with moments that were found, the best first."""
        return self._transport.run(_search.search_moments(self._context, request))

    def similar(self, request: pb.FindSimilarMomentsRequest) -> pb.FindSimilarMomentsResponse:
        """Return moments that look like a moment or a picture, the most alike first."""
        return self._transport.run(_search.similar_moments(self._context, request))

    def duplicates(self, request: pb.FindDuplicateMediaRequest) -> pb.FindDuplicateMediaResponse:
        """Return media that show the same pictures as a media, and where."""
        return self._transport.run(_search.duplicate_media(self._context, request))

    def rebuild(
        self, *, all: bool = False, project_id: str = ""
    ) -> Iterator[pb.RebuildSearchIndexResponse]:
        """Index what waits, or all, anew; yield what is indexed after each of some media."""
        request = pb.RebuildSearchIndexRequest(project_id=project_id, all=all)
        return self._transport.iterate(_search.rebuild_index(self._context, request))
