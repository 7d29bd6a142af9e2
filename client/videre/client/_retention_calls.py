"""The calls about holds and purging, blocking."""

from __future__ import annotations

from collections.abc import Iterator

from videre.client import _retention
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import retention_pb2 as pb


class RetentionCalls:
    """The blocking calls about how long media are kept; `videre.retention` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def hold(self, media_id: str, hold_id: str, reason: str) -> pb.Hold:
        """Keep a media with all that is known of it, until the hold is released."""
        flow = _retention.hold_media(self._context, media_id, hold_id, reason)
        return self._transport.run(flow)

    def release(self, media_id: str, hold_id: str) -> None:
        """Take a hold away."""
        self._transport.run(_retention.release_media(self._context, media_id, hold_id))

    def holds(
        self, media_id: str = "", hold_id: str = "", *, project_id: str = ""
    ) -> Iterator[pb.Hold]:
        """Yield the holds of a project, or those of a media or with a name."""
        flow = _retention.list_holds(self._context, media_id, hold_id, project_id)
        return self._transport.iterate(flow)

    def purge_media(self, media_id: str, *, close_reviews: bool = False) -> pb.PurgeReport:
        """Erase a media and all that is known of it; return what was done and searched for."""
        flow = _retention.purge_media(self._context, media_id, close_reviews)
        return self._transport.run(flow)

    def purge_user(self, user_id: str, *, project_id: str = "") -> pb.PurgeReport:
        """Erase all that is known of a user; return what was done and searched for."""
        flow = _retention.purge_user(self._context, user_id, project_id)
        return self._transport.run(flow)

    def purge_project(self, project_id: str) -> pb.PurgeReport:
        """Erase all that a closed project has; return what was done and searched for."""
        return self._transport.run(_retention.purge_project(self._context, project_id))
