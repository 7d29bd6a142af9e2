"""Client channels: balanced over the replicas, bounded messages, no retries.

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

_SERVICE_CONFIG: Final = json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})
_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("grpc.service_config", _SERVICE_CONFIG),
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
    endpoints: Sequence[str] | Resolver, tls: TlsFiles | None = None
) -> grpc.aio.Channel:
    """Return a channel over all replicas; it connects on its first call.

    To be called on a running event loop. The caller closes it.

    Args:
        endpoints: the replicas.
        tls: files of TLS; plain text without, or where they name no authority.

    Raises:
        VidereError: FIELD_INVALID when the endpoints make no target.
        OSError: a file cannot be read.
    """
    resolver = endpoints if not isinstance(endpoints, Sequence) else StaticResolver(endpoints)
    target, passing = resolver.target(), client_interceptors()
    if tls is None or tls.authority is None:
        return grpc.aio.insecure_channel(target, options=_OPTIONS, interceptors=passing)
    return grpc.aio.secure_channel(
        target, channel_credentials(tls), options=_OPTIONS, interceptors=passing
    )
