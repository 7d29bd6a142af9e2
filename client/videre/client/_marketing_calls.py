"""The calls about marketing copy, blocking."""

from __future__ import annotations

from videre.client import _marketing
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import marketing_pb2 as pb


class MarketingCalls:
    """The blocking calls about marketing copy; `videre.marketing` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def write(self, request: pb.WriteMarketingCopyRequest) -> pb.WriteMarketingCopyResponse:
        """Return titles, highlights, tags and a script of a media, with what each rests on."""
        return self._transport.run(_marketing.write_copy(self._context, request))
