"""The calls about marketing copy, awaiting."""

from __future__ import annotations

from videre.client import _marketing
from videre.client._flow import Context
from videre.client._transport import AsyncTransport
from videre.v1 import marketing_pb2 as pb


class AsyncMarketingCalls:
    """The awaiting calls about marketing copy; `videre.marketing` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    async def write(self, request: pb.WriteMarketingCopyRequest) -> pb.WriteMarketingCopyResponse:
        """Return titles, highlights, tags and a script of a media, with what each rests on."""
        return await self._transport.run(_marketing.write_copy(self._context, request))
