"""Recommendations: the flows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from videre.client._flow import Context, Emit, EmitFlow, Flow
from videre.client._rpc import (
    COUNT_SEGMENT_USERS,
    DELETE_SEGMENT,
    DELETE_USER,
    GET_USER_PROFILE,
    LIST_SEGMENTS,
    RECOMMEND,
    RECORD_EVENTS,
    ROTATE_PROFILE_KEY,
    SET_SEGMENT,
    SET_USER_INTERESTS,
)
from videre.v1 import recommendation_pb2 as pb

#: Most events of one call.
_BATCH: Final = 1_000


def record_events(
    context: Context, events: Iterable[pb.UserEvent], project_id: str
) -> EmitFlow[pb.RecordEventsResponse]:
    """Send events, a thousand at a time; emit what became of each of these."""
    left = iter(events)
    while batch := list(islice(left, _BATCH)):
        request = pb.RecordEventsRequest(project_id=project_id, events=batch)
        yield Emit((yield from context.call(RECORD_EVENTS, request)))


def recommend(context: Context, request: pb.RecommendRequest) -> Flow[pb.RecommendResponse]:
    """Return media that a user may like."""
    return (yield from context.call(RECOMMEND, request))


def set_interests(context: Context, request: pb.SetUserInterestsRequest) -> Flow[pb.UserProfile]:
    """Make this what a user says they like; return what is known of them now."""
    return (yield from context.call(SET_USER_INTERESTS, request)).profile


def get_profile(context: Context, request: pb.GetUserProfileRequest) -> Flow[pb.UserProfile]:
    """Return what is known of a user."""
    return (yield from context.call(GET_USER_PROFILE, request)).profile


def delete_user(context: Context, user_id: str, project_id: str) -> Flow[bool]:
    """Erase all that is known of a user; tell whether there was anything."""
    request = pb.DeleteUserRequest(project_id=project_id, user_id=user_id)
    return (yield from context.call(DELETE_USER, request)).erased


def rotate_key(context: Context, project_id: str) -> EmitFlow[pb.RotateProfileKeyResponse]:
    """Seal all profiles under a new key; emit how far it is after each call."""
    request = pb.RotateProfileKeyRequest(project_id=project_id)
    while True:
        answer = yield from context.call(ROTATE_PROFILE_KEY, request)
        yield Emit(answer)
        request.page_token = answer.next_page_token
        if not request.page_token:
            return


def set_segment(context: Context, segment: pb.Segment, project_id: str) -> Flow[pb.Segment]:
    """Store a segment; return it as it is stored."""
    request = pb.SetSegmentRequest(project_id=project_id, segment=segment)
    return (yield from context.call(SET_SEGMENT, request)).segment


def list_segments(context: Context, project_id: str) -> Flow[Sequence[pb.Segment]]:
    """Return the segments of a project."""
    request = pb.ListSegmentsRequest(project_id=project_id)
    return (yield from context.call(LIST_SEGMENTS, request)).segments


def delete_segment(context: Context, segment_id: str, project_id: str) -> Flow[None]:
    """Remove a segment."""
    request = pb.DeleteSegmentRequest(project_id=project_id, segment_id=segment_id)
    yield from context.call(DELETE_SEGMENT, request)


def count_segment(context: Context, segment_id: str, project_id: str) -> Flow[tuple[int, int]]:
    """Return the number of users in a segment, and of all users."""
    request = pb.CountSegmentUsersRequest(project_id=project_id, segment_id=segment_id)
    users = known = 0
    while True:
        answer = yield from context.call(COUNT_SEGMENT_USERS, request)
        users, known = users + answer.user_count, known + answer.known_count
        request.page_token = answer.next_page_token
        if not request.page_token:
            return users, known
