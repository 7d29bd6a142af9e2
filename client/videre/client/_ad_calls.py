"""The calls about ads, blocking."""

from __future__ import annotations

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
