"""Client channels: balanced over the replicas that are well, bounded messages, no retries.

Retries happen in one layer only, that of the caller; gRPC's own are off.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import grpc.aio

from videre.common.discovery import Resolver, StaticResolver
from videre.common.interceptors import client_interceptors
from videre.common.tls import TlsFiles, channel_credentials

#: A full batch (4 MiB of frames or samples) and room for what comes with it. Both directions.
MESSAGE_LIMIT: Final = (4 << 20) + (512 << 10)
#: By their names in the settings.
COMPRESSIONS: Final = {
    "none": grpc.Compression.NoCompression,
    "deflate": grpc.Compression.Deflate,
    "gzip": grpc.Compression.Gzip,
}

#: Calls go round the replicas.
_AROUND: Final[Any] = [{"round_robin": {}}]
#: Calls of a span that a replica must have been asked for before it is judged.
_JUDGED_FROM: Final = 5
#: Longest time that a replica is left out, in spans.
_LONGEST: Final = 10
_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("grpc.enable_retries", 0),
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    ("grpc.dns_min_time_between_resolutions_ms", 5_000),  # a name's addresses change with its load
)


def open_channel(
    endpoints: Sequence[str] | Resolver,
    tls: TlsFiles | None = None,
    *,
    ejects_after_s: float | None = None,
    compression: str = "none",
) -> grpc.aio.Channel:
    """Return a channel over all replicas; it connects on its first call.

    To be called on a running event loop. The caller closes it.

    Args:
        endpoints: the replicas.
        tls: files of TLS; plain text without, or where they name no authority.
        ejects_after_s: a replica that has answered nothing but errors for so long gets no call
            for a while; one of several always stays. None = all do.
        compression: a name in `COMPRESSIONS`.

    Raises:
        VidereError: FIELD_INVALID when the endpoints make no target.
        OSError: a file cannot be read.
    """
    resolver = endpoints if not isinstance(endpoints, Sequence) else StaticResolver(endpoints)
    options = (("grpc.service_config", json.dumps(_service_config(ejects_after_s))), *_OPTIONS)
    target, passing, packed = resolver.target(), client_interceptors(), COMPRESSIONS[compression]
    if tls is None or tls.authority is None:
        return grpc.aio.insecure_channel(target, options, packed, passing)
    return grpc.aio.secure_channel(target, channel_credentials(tls), options, packed, passing)


def _service_config(ejects_after_s: float | None) -> dict[str, Any]:
    """Return gRPC's configuration of a channel.

    Outlier detection is gRFC A50; C-core's name for it still ends in "experimental". It counts
    every status but OK, also the RESOURCE_EXHAUSTED of a replica that is merely busy: so only one
    that has answered nothing but errors is an outlier. Health is not watched: where the watch fails
    on its way, as behind some proxies, gRPC makes no call at all, and a server that ends says so.
    """
    if ejects_after_s is None:
        return {"loadBalancingConfig": _AROUND}
    detection = {
        "interval": f"{ejects_after_s:g}s",
        "baseEjectionTime": f"{ejects_after_s:g}s",
        "maxEjectionTime": f"{_LONGEST * ejects_after_s:g}s",
        "maxEjectionPercent": 50,
        "failurePercentageEjection": {
            "threshold": 99, "enforcementPercentage": 100, "minimumHosts": 2,
            "requestVolume": _JUDGED_FROM,
        },
        "childPolicy": _AROUND,
    }  # fmt: skip
    return {"loadBalancingConfig": [{"outlier_detection_experimental": detection}]}
