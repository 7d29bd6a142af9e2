"""Marketing copy: the flow."""

from __future__ import annotations

from videre.client._flow import Context, Flow
from videre.client._rpc import WRITE_MARKETING_COPY
from videre.v1 import marketing_pb2 as pb


def write_copy(
    context: Context, request: pb.WriteMarketingCopyRequest
) -> Flow[pb.WriteMarketingCopyResponse]:
    """Return the copy of a media."""
    return (yield from context.call(WRITE_MARKETING_COPY, request))
