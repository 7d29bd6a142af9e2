"""The calls about ads, blocking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from videre.client import _ads
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import ad_pb2 as pb


class AdCalls:
    """The blocking calls about ads; `videre.ads` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def slots(self, request: pb.FindAdSlotsRequest) -> pb.FindAdSlotsResponse:
        """Return where a film can be interrupted, and why there."""
        return self._transport.run(_ads.find_slots(self._context, request))

    def schedule(self, request: pb.ExportAdScheduleRequest) -> pb.ExportAdScheduleResponse:
        """Return the slots as an IAB VMAP document."""
        return self._transport.run(_ads.export_schedule(self._context, request))

    def put(self, ad: pb.Ad, *, project_id: str = "") -> pb.Ad:
        """Put an ad into the library, or in the place of the one with its id."""
        return self._transport.run(_ads.set_ad(self._context, ad, project_id))

    def all(self, *, project_id: str = "") -> Sequence[pb.AdState]:
        """Return the library with what came of each ad."""
        return self._transport.run(_ads.list_ads(self._context, project_id))

    def delete(self, ad_id: str, *, project_id: str = "") -> None:
        """Remove an ad; what came of it stays in reports."""
        self._transport.run(_ads.delete_ad(self._context, ad_id, project_id))

    def match(self, request: pb.MatchAdsRequest) -> pb.MatchAdsResponse:
        """Return the ads that fit the slots of a film, and why others do not."""
        return self._transport.run(_ads.match_ads(self._context, request))

    def record(
        self, events: Iterable[pb.AdEvent], *, project_id: str = ""
    ) -> Iterator[pb.RecordAdEventsResponse]:
        """Send what came of ads, however much; yield what became of each thousand."""
        return self._transport.iterate(_ads.record_events(self._context, events, project_id))

    def report(self, request: pb.GetAdReportRequest) -> pb.GetAdReportResponse:
        """Return what came of ads."""
        return self._transport.run(_ads.report(self._context, request))
