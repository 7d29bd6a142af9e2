"""Ads: the flows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from videre.client._flow import Context, Emit, EmitFlow, Flow
from videre.client._rpc import (
    DELETE_AD,
    EXPORT_AD_SCHEDULE,
    FIND_AD_SLOTS,
    GET_AD_REPORT,
    LIST_ADS,
    MATCH_ADS,
    RECORD_AD_EVENTS,
    SET_AD,
)
from videre.v1 import ad_pb2 as pb

#: Most events of one call.
_BATCH: Final = 1_000


def find_slots(context: Context, request: pb.FindAdSlotsRequest) -> Flow[pb.FindAdSlotsResponse]:
    """Return the slots of a film."""
    return (yield from context.call(FIND_AD_SLOTS, request))


def export_schedule(
    context: Context, request: pb.ExportAdScheduleRequest
) -> Flow[pb.ExportAdScheduleResponse]:
    """Return the slots of a film as a VMAP document."""
    return (yield from context.call(EXPORT_AD_SCHEDULE, request))


def set_ad(context: Context, ad: pb.Ad, project_id: str) -> Flow[pb.Ad]:
    """Put an ad into the library; return it as it is stored."""
    request = pb.SetAdRequest(project_id=project_id, ad=ad)
    return (yield from context.call(SET_AD, request)).ad


def list_ads(context: Context, project_id: str) -> Flow[Sequence[pb.AdState]]:
    """Return the library with what came of each ad."""
    return (yield from context.call(LIST_ADS, pb.ListAdsRequest(project_id=project_id))).ads


def delete_ad(context: Context, ad_id: str, project_id: str) -> Flow[None]:
    """Remove an ad."""
    yield from context.call(DELETE_AD, pb.DeleteAdRequest(project_id=project_id, ad_id=ad_id))


def match_ads(context: Context, request: pb.MatchAdsRequest) -> Flow[pb.MatchAdsResponse]:
    """Return the ads that fit the slots of a film."""
    return (yield from context.call(MATCH_ADS, request))


def record_events(
    context: Context, events: Iterable[pb.AdEvent], project_id: str
) -> EmitFlow[pb.RecordAdEventsResponse]:
    """Send what came of ads, a thousand at a time; emit what became of each of these."""
    left = iter(events)
    while batch := list(islice(left, _BATCH)):
        request = pb.RecordAdEventsRequest(project_id=project_id, events=batch)
        yield Emit((yield from context.call(RECORD_AD_EVENTS, request)))


def report(context: Context, request: pb.GetAdReportRequest) -> Flow[pb.GetAdReportResponse]:
    """Return what came of ads."""
    return (yield from context.call(GET_AD_REPORT, request))
