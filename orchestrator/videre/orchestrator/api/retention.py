"""RetentionService: holds, and erasing wholly."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import grpc.aio

from videre.common.auth import current_principal
from videre.orchestrator.api.access.projects import require_everywhere
from videre.orchestrator.api.present import timestamp
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.purging import Place, Report, purge_media, purge_project
from videre.orchestrator.store.holds import HoldRecord
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.v1 import retention_pb2 as pb
from videre.v1 import retention_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_HOLD_ID: Final = re.compile(r"[A-Za-z0-9\-_.:]{1,64}")
_REASON: Final = 1_024
_DEFAULT_PAGE: Final = 50


class RetentionServicer(retention_pb2_grpc.RetentionServiceServicer):
    """See retention.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def HoldMedia(
        self, request: pb.HoldMediaRequest, context: Context
    ) -> pb.HoldMediaResponse:
        """See retention.proto."""
        found = Violations()
        found.named("media_id", request.media_id)
        found.pattern("hold_id", request.hold_id, _HOLD_ID)
        found.number("reason", len(request.reason.encode()), 1, _REASON)
        found.raise_if_any()
        record = await asyncio.to_thread(
            self._app.holds.hold,
            project_of(""),
            request.media_id,
            request.hold_id,
            request.reason,
            current_principal().subject,
        )
        return pb.HoldMediaResponse(hold=_hold(record))

    async def ReleaseMedia(
        self, request: pb.ReleaseMediaRequest, context: Context
    ) -> pb.ReleaseMediaResponse:
        """See retention.proto."""
        found = Violations()
        found.named("media_id", request.media_id)
        found.named("hold_id", request.hold_id)
        found.raise_if_any()
        await asyncio.to_thread(
            self._app.holds.release, project_of(""), request.media_id, request.hold_id
        )
        return pb.ReleaseMediaResponse()

    async def ListHolds(
        self, request: pb.ListHoldsRequest, context: Context
    ) -> pb.ListHoldsResponse:
        """See retention.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.raise_if_any()
        limit = request.page_size or _DEFAULT_PAGE
        filters = {"project": project, "media": request.media_id, "hold": request.hold_id}
        after = ("", "")
        if request.page_token:
            media_id, _, hold_id = read_token(request.page_token, filters, str).partition(" ")
            after = (media_id, hold_id)
        holds = await asyncio.to_thread(
            self._app.holds.page,
            project,
            media_id=request.media_id,
            hold_id=request.hold_id,
            limit=limit,
            after=after,
        )
        token = ""
        if len(holds) == limit:
            token = page_token(f"{holds[-1].media_id} {holds[-1].hold_id}", filters)
        return pb.ListHoldsResponse(holds=map(_hold, holds), next_page_token=token)

    async def PurgeMedia(
        self, request: pb.PurgeMediaRequest, context: Context
    ) -> pb.PurgeMediaResponse:
        """See retention.proto."""
        found = Violations()
        found.named("media_id", request.media_id)
        found.raise_if_any()
        record = await asyncio.to_thread(self._app.media.get, project_of(""), request.media_id)
        report = await purge_media(
            self._app,
            record,
            close_reviews=request.close_reviews,
            subject=current_principal().subject,
        )
        return pb.PurgeMediaResponse(report=purge_report(report))

    async def PurgeProject(
        self, request: pb.PurgeProjectRequest, context: Context
    ) -> pb.PurgeProjectResponse:
        """See retention.proto."""
        require_everywhere("PurgeProject")
        found = Violations()
        found.named("project_id", request.project_id)
        found.raise_if_any()
        report = await purge_project(self._app, request.project_id)
        return pb.PurgeProjectResponse(report=purge_report(report))


def purge_report(report: Report) -> pb.PurgeReport:
    """Return a report as a message."""
    return pb.PurgeReport(
        erased=map(_place, report.erased),
        kept=map(_place, report.kept),
        searched=report.searched,
        found=map(_place, report.found),
        not_searched=report.not_searched,
        rewritten=report.rewritten,
    )


def _place(place: Place) -> pb.PurgedPlace:
    return pb.PurgedPlace(place=place.place, count=place.count, reason=place.reason)


def _hold(record: HoldRecord) -> pb.Hold:
    return pb.Hold(
        media_id=record.media_id,
        hold_id=record.hold_id,
        reason=record.reason,
        create_time=timestamp(record.create_ns),
        created_by=record.created_by,
    )
