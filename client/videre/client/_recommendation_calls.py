"""The calls about recommendations, blocking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from videre.client import _bulk, _recommendations
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import recommendation_pb2 as pb


class RecommendationCalls:
    """The blocking calls about recommendations; `videre.recommendations` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def record(
        self, events: Iterable[pb.UserEvent], *, project_id: str = ""
    ) -> Iterator[pb.RecordEventsResponse]:
        """Send events of users, however many; yield what became of each thousand."""
        flow = _recommendations.record_events(self._context, events, project_id)
        return self._transport.iterate(flow)

    def to_user(self, request: pb.RecommendRequest) -> pb.RecommendResponse:
        """Return media that a user may like, the best first, and why."""
        return self._transport.run(_recommendations.recommend(self._context, request))

    def set_interests(self, request: pb.SetUserInterestsRequest) -> pb.UserProfile:
        """Make this what a user says they like; return what is known of them now."""
        return self._transport.run(_recommendations.set_interests(self._context, request))

    def profile(self, request: pb.GetUserProfileRequest) -> pb.UserProfile:
        """Return what is known of a user."""
        return self._transport.run(_recommendations.get_profile(self._context, request))

    def forget(self, user_id: str, *, project_id: str = "") -> bool:
        """Erase all that is known of a user; tell whether there was anything."""
        flow = _recommendations.delete_user(self._context, user_id, project_id)
        return self._transport.run(flow)

    def rotate_key(self, *, project_id: str = "") -> Iterator[pb.RotateProfileKeyResponse]:
        """Seal all profiles of a project under a new key; yield how far it is."""
        flow = _recommendations.rotate_key(self._context, project_id)
        return self._transport.iterate(flow)

    def set_segment(self, segment: pb.Segment, *, project_id: str = "") -> pb.Segment:
        """Store a segment, in the place of the one with its id."""
        flow = _recommendations.set_segment(self._context, segment, project_id)
        return self._transport.run(flow)

    def segments(self, *, project_id: str = "") -> Sequence[pb.Segment]:
        """Return the segments of a project."""
        return self._transport.run(_recommendations.list_segments(self._context, project_id))

    def delete_segment(self, segment_id: str, *, project_id: str = "") -> None:
        """Remove a segment."""
        flow = _recommendations.delete_segment(self._context, segment_id, project_id)
        self._transport.run(flow)

    def count_segment(self, segment_id: str, *, project_id: str = "") -> tuple[int, int]:
        """Return the number of users in a segment, and of all users."""
        flow = _recommendations.count_segment(self._context, segment_id, project_id)
        return self._transport.run(flow)

    def export_items(
        self, after_token: str = "", *, project_id: str = ""
    ) -> Iterator[pb.ExportItemsResponse]:
        """Yield what media are recommended by: all, or what has changed since a token.

        A stream that breaks is taken up again after the last message.
        """
        flow = _bulk.export_items(self._context, after_token, project_id)
        return self._transport.iterate(flow)

    def export_traits(self, *, project_id: str = "") -> Iterator[pb.ExportTraitsResponse]:
        """Yield what labels, topics, keywords and the like mean among the media, as it is now."""
        flow = _bulk.export_traits(self._context, project_id)
        return self._transport.iterate(flow)

    def export_events(
        self, after_token: str = "", *, project_id: str = ""
    ) -> Iterator[pb.ExportUserEventsResponse]:
        """Yield what users did, under pseudonyms: all, or what is new since a token.

        A stream that breaks is taken up again after the last message.
        """
        flow = _bulk.export_events(self._context, after_token, project_id)
        return self._transport.iterate(flow)
