"""The methods of the public API about holds and purging; see `_rpc`."""

from __future__ import annotations

from typing import Final

from videre.client._rpc import Method
from videre.v1 import retention_pb2 as pb

_RETENTION: Final = "RetentionService"
HOLD_MEDIA: Final = Method(_RETENTION, "HoldMedia", pb.HoldMediaRequest, pb.HoldMediaResponse)
RELEASE_MEDIA: Final = Method(
    _RETENTION, "ReleaseMedia", pb.ReleaseMediaRequest, pb.ReleaseMediaResponse
)
LIST_HOLDS: Final = Method(_RETENTION, "ListHolds", pb.ListHoldsRequest, pb.ListHoldsResponse)
PURGE_MEDIA: Final = Method(_RETENTION, "PurgeMedia", pb.PurgeMediaRequest, pb.PurgeMediaResponse)
PURGE_PROJECT: Final = Method(
    _RETENTION, "PurgeProject", pb.PurgeProjectRequest, pb.PurgeProjectResponse
)
