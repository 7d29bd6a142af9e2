"""The library of ads, what came of them, and reports of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from videre.orchestrator.ads.matching import AdRules, Done
from videre.orchestrator.api.ads.ad_checks import check_ad, done_of, rules_of_ad
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import REQUEST_ID, Violations
from videre.orchestrator.app import Orchestrator
from videre.v1 import ad_pb2 as pb

_ROLLS: Final = {"pre": pb.AD_ROLL_PRE, "mid": pb.AD_ROLL_MID, "post": pb.AD_ROLL_POST}


class AdLibrary:
    """The ads of projects."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def put(self, project: str, request: pb.SetAdRequest) -> pb.SetAdResponse:
        """Store an ad.

        Raises:
            VidereError: FIELD_INVALID, ADS_FULL.
        """
        found = Violations()
        check_ad(found, request.ad)
        found.raise_if_any()
        for one in request.ad.subjects:
            one.ClearField("stated")
            one.ClearField("name")
        data = request.ad.SerializeToString(deterministic=True)
        ad_id = request.ad.creative.creative_id
        await asyncio.to_thread(self._app.ads.put, project, ad_id, data)
        return pb.SetAdResponse(ad=request.ad)

    async def all(self, project: str) -> pb.ListAdsResponse:
        """Return all ads with what came of them."""
        states = []
        for data, done in await asyncio.to_thread(self._app.ads.ads, project):
            ad = pb.Ad.FromString(data)
            rules: AdRules = rules_of_ad(ad)
            states.append(
                pb.AdState(ad=ad, figures=figures(done), spent_micros=rules.spent_micros(done))
            )
        return pb.ListAdsResponse(ads=states)

    async def remove(self, project: str, ad_id: str) -> pb.DeleteAdResponse:
        """Remove an ad.

        Raises:
            VidereError: FIELD_INVALID, AD_NOT_FOUND.
        """
        found = Violations()
        found.pattern("ad_id", ad_id, REQUEST_ID)
        found.raise_if_any()
        await asyncio.to_thread(self._app.ads.remove, project, ad_id)
        return pb.DeleteAdResponse()

    async def record(
        self, project: str, request: pb.RecordAdEventsRequest
    ) -> pb.RecordAdEventsResponse:
        """Count events.

        Raises:
            VidereError: FIELD_INVALID.
        """
        events = done_of(request, self._app.clock.now_ns())
        new, repeated = await asyncio.to_thread(self._app.ads.record, project, events)
        return pb.RecordAdEventsResponse(recorded_count=new, repeated_count=repeated)

    async def report(self, project: str, request: pb.GetAdReportRequest) -> pb.GetAdReportResponse:
        """Return what came of ads.

        Raises:
            VidereError: FIELD_INVALID.
        """
        found = Violations()
        start, end = instant(found, request, "start_time"), instant(found, request, "end_time")
        found.raise_if_any()
        rows = await asyncio.to_thread(self._app.ads.report, project, start, end)
        return pb.GetAdReportResponse(
            total=figures(_sum(row.done for row in rows)),
            rows=[
                pb.AdReportRow(
                    ad_id=row.ad_id,
                    media_id=row.media_id,
                    roll=_ROLLS[row.roll],
                    figures=figures(row.done),
                )
                for row in rows
            ],
        )


def _sum(done: Iterable[Done]) -> Done:
    total = Done()
    for one in done:
        total = Done(
            total.impressions + one.impressions,
            total.clicks + one.clicks,
            total.conversions + one.conversions,
            total.requests + one.requests,
        )
    return total


def figures(done: Done) -> pb.AdFigures:
    """Return counts with their rates."""
    return pb.AdFigures(
        requests=done.requests,
        impressions=done.impressions,
        clicks=done.clicks,
        conversions=done.conversions,
        fill_rate=_rate(done.impressions, done.requests),
        click_rate=_rate(done.clicks, done.impressions),
        conversion_rate=_rate(done.conversions, done.clicks),
    )


def _rate(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
