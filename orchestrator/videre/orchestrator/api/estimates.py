"""What a job would cost, from recorded costs where there are any."""

from __future__ import annotations

import asyncio

from videre.common.errors import invalid
from videre.common.values import NS
from videre.orchestrator.api.request import plan_request
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.costs import cpu_ms, measured_costs
from videre.orchestrator.features import FEATURES
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.planning import PlanMedia, make_plan, services_to_ask
from videre.v1 import job_pb2

#: Bytes of evidence and pictures per media-second where nothing was recorded yet.
_SHIPPED_BYTES_PER_SECOND = 3_000


class Estimator:
    """Estimates jobs."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def estimate(
        self, project_id: str, request: job_pb2.SubmitJobRequest, duration_ns: int
    ) -> job_pb2.EstimateJobResponse:
        """Return CPU-seconds and bytes per stage.

        Raises:
            VidereError: FIELD_INVALID when the length of the media is unknown.
        """
        media = await asyncio.to_thread(self._media, project_id, request)
        if media is None:
            if duration_ns <= 0:
                raise invalid(
                    "duration",
                    "is needed: the media was not analysed before, so its length is unknown",
                    limit="> 0",
                    actual="0",
                )
            media = PlanMedia("", "video", duration_ns, True, True, ())
        asked = plan_request(request)
        services = services_to_ask(media, asked)
        catalogs = await self._app.services.catalogs(services, wanted=None)
        recorded = await asyncio.to_thread(self._app.evidence.costs)
        costs = measured_costs(recorded)
        plan = make_plan(
            project_id=project_id,
            media_id="",
            index_digest="",
            media=media,
            request=asked,
            catalogs=catalogs,
            costs=costs,
            slots=self._app.settings.slots,
        )
        response = job_pb2.EstimateJobResponse()
        for planned in plan.features:
            if planned.state != "PENDING":
                continue
            cost, measured = cpu_ms(
                planned.name, planned.engine, media.duration_ns, costs, plan.sample_interval_ns
            )
            engine = planned.engine.id if planned.engine else ""
            size = self._bytes(recorded.get((planned.name, engine)), media.duration_ns)
            response.stages.add(
                stage=planned.name,
                cpu_seconds=cost / 1_000,
                basis=(
                    job_pb2.ESTIMATE_BASIS_MEASURED if measured else job_pb2.ESTIMATE_BASIS_SHIPPED
                ),
                output_bytes=size,
            )
        response.cpu_seconds = sum(stage.cpu_seconds for stage in response.stages)
        response.output_bytes = sum(stage.output_bytes for stage in response.stages)
        return response

    def _media(self, project_id: str, request: job_pb2.SubmitJobRequest) -> PlanMedia | None:
        """Return the media when it was probed before; None when its length is not known."""
        main = next(item for item in request.inputs if item.name in ("", "main"))
        media_id = main.media_id
        if main.upload_id:
            media_id = self._app.uploads.get(project_id, main.upload_id).media_id or ""
        if not media_id:
            return None
        record = self._app.media.get(project_id, media_id)
        if not record.index_digest:
            return None
        index = MediaIndex.decode(self._app.artifacts.read(project_id, record.index_digest))
        return PlanMedia(
            digest=record.digest,
            kind=index.kind.value,
            duration_ns=index.duration_ns,
            has_picture=index.video is not None,
            has_sound=index.audio is not None,
            units=(),
        )

    @staticmethod
    def _bytes(recorded: tuple[int, int, int] | None, duration_ns: int) -> int:
        seconds = duration_ns / NS
        if recorded is None or not recorded[0]:
            return round(_SHIPPED_BYTES_PER_SECOND * seconds / len(FEATURES))
        return round(recorded[2] / recorded[0] * 1_000 * seconds)
