"""AdService."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc.aio

from videre.exports.vmap import MEDIA_TYPE, AdBreak, vmap_document
from videre.orchestrator.ads.model import Roll, Slot
from videre.orchestrator.api.ads.checks import check_rules, source_of
from videre.orchestrator.api.ads.library import AdLibrary
from videre.orchestrator.api.ads.matches import Matcher
from videre.orchestrator.api.ads.slots import SlotFinder, slot_message
from videre.orchestrator.api.present import duration, suggestion
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.v1 import ad_pb2 as pb
from videre.v1 import ad_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]


class AdServicer(ad_pb2_grpc.AdServiceServicer):
    """See ad.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._slots = SlotFinder(app)
        self._library, self._matcher = AdLibrary(app), Matcher(app, self._slots)

    async def FindAdSlots(
        self, request: pb.FindAdSlotsRequest, context: Context
    ) -> pb.FindAdSlotsResponse:
        """See ad.proto."""
        found = Violations()
        check_rules(found, request)
        found.raise_if_any()
        chosen = await asyncio.to_thread(self._slots.find, project_of(""), request)
        return pb.FindAdSlotsResponse(
            slots=map(slot_message, chosen.slots),
            duration=duration(chosen.duration_ns),
            revision=chosen.record.revision,
            suggestion=suggestion(chosen.record.suggestion),
            break_count=chosen.breaks,
        )

    async def ExportAdSchedule(
        self, request: pb.ExportAdScheduleRequest, context: Context
    ) -> pb.ExportAdScheduleResponse:
        """See ad.proto."""
        found = Violations()
        check_rules(found, request.slots, "slots.")
        source = source_of(found, request)
        found.raise_if_any()
        chosen = await asyncio.to_thread(self._slots.find, project_of(""), request.slots)
        places = [_place(number, slot) for number, slot in enumerate(chosen.slots)]
        return pb.ExportAdScheduleResponse(
            data=vmap_document(places, source),
            file_name=f"{chosen.record.media_id}.vmap.xml",
            media_type=MEDIA_TYPE,
            slots=map(slot_message, chosen.slots),
        )

    async def SetAd(self, request: pb.SetAdRequest, context: Context) -> pb.SetAdResponse:
        """See ad.proto."""
        return await self._library.put(project_of(request.project_id), request)

    async def ListAds(self, request: pb.ListAdsRequest, context: Context) -> pb.ListAdsResponse:
        """See ad.proto."""
        return await self._library.all(project_of(request.project_id))

    async def DeleteAd(self, request: pb.DeleteAdRequest, context: Context) -> pb.DeleteAdResponse:
        """See ad.proto."""
        return await self._library.remove(project_of(request.project_id), request.ad_id)

    async def MatchAds(self, request: pb.MatchAdsRequest, context: Context) -> pb.MatchAdsResponse:
        """See ad.proto."""
        return await self._matcher.match(project_of(""), request)

    async def RecordAdEvents(
        self, request: pb.RecordAdEventsRequest, context: Context
    ) -> pb.RecordAdEventsResponse:
        """See ad.proto."""
        return await self._library.record(project_of(request.project_id), request)

    async def GetAdReport(
        self, request: pb.GetAdReportRequest, context: Context
    ) -> pb.GetAdReportResponse:
        """See ad.proto."""
        return await self._library.report(project_of(request.project_id), request)


def _place(number: int, slot: Slot) -> AdBreak:
    if slot.roll is Roll.MID:
        return AdBreak(f"mid-{number}", slot.time_ns)
    return AdBreak(slot.roll, None, at_end=slot.roll is Roll.POST)
