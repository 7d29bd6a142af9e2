"""Ads: the flows."""

from __future__ import annotations

from videre.client._flow import Context, Flow
from videre.client._rpc import EXPORT_AD_SCHEDULE, FIND_AD_SLOTS
from videre.v1 import ad_pb2 as pb


def find_slots(context: Context, request: pb.FindAdSlotsRequest) -> Flow[pb.FindAdSlotsResponse]:
    """Return the slots of a film."""
    return (yield from context.call(FIND_AD_SLOTS, request))


def export_schedule(
    context: Context, request: pb.ExportAdScheduleRequest
) -> Flow[pb.ExportAdScheduleResponse]:
    """Return the slots of a film as a VMAP document."""
    return (yield from context.call(EXPORT_AD_SCHEDULE, request))
