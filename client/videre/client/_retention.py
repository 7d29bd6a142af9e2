"""Holds and purging: the flows."""

from __future__ import annotations

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc import DELETE_USER
from videre.client._rpc_retention import (
    HOLD_MEDIA,
    LIST_HOLDS,
    PURGE_MEDIA,
    PURGE_PROJECT,
    RELEASE_MEDIA,
)
from videre.v1 import recommendation_pb2
from videre.v1 import retention_pb2 as pb


def hold_media(context: Context, media_id: str, hold_id: str, reason: str) -> Flow[pb.Hold]:
    """Hold a media and return the hold."""
    request = pb.HoldMediaRequest(media_id=media_id, hold_id=hold_id, reason=reason)
    return (yield from context.call(HOLD_MEDIA, request)).hold


def release_media(context: Context, media_id: str, hold_id: str) -> Flow[None]:
    """Take a hold away."""
    yield from context.call(
        RELEASE_MEDIA, pb.ReleaseMediaRequest(media_id=media_id, hold_id=hold_id)
    )


def list_holds(context: Context, media_id: str, hold_id: str, project_id: str) -> EmitFlow[pb.Hold]:
    """Emit holds, page after page."""
    asked = pb.ListHoldsRequest(project_id=project_id, media_id=media_id, hold_id=hold_id)
    return every(context, LIST_HOLDS, asked, lambda page: page.holds)


def purge_media(context: Context, media_id: str, close_reviews: bool) -> Flow[pb.PurgeReport]:
    """Erase a media and return what was done."""
    request = pb.PurgeMediaRequest(media_id=media_id, close_reviews=close_reviews)
    return (yield from context.call(PURGE_MEDIA, request)).report


def purge_project(context: Context, project_id: str) -> Flow[pb.PurgeReport]:
    """Erase all that a closed project has and return what was done."""
    request = pb.PurgeProjectRequest(project_id=project_id)
    return (yield from context.call(PURGE_PROJECT, request)).report


def purge_user(context: Context, user_id: str, project_id: str) -> Flow[pb.PurgeReport]:
    """Erase all that is known of a user and return what was done."""
    request = recommendation_pb2.DeleteUserRequest(project_id=project_id, user_id=user_id)
    return (yield from context.call(DELETE_USER, request)).report
