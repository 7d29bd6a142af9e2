"""A gRPC server as every Videre process runs it: health, reflection, limits, an orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import grpc
import grpc.aio
import structlog
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from prometheus_client import CollectorRegistry

from videre.common import auth
from videre.common.channel import COMPRESSIONS, MESSAGE_LIMIT
from videre.common.errors import Reason, VidereError
from videre.common.interceptors import (
    AuthInterceptor,
    EndingInterceptor,
    ErrorInterceptor,
    TelemetryInterceptor,
    Translate,
    untranslated,
)
from videre.common.tls import TlsFiles, server_credentials

log = structlog.get_logger(__name__)

#: Calls served at once; beyond it gRPC answers RESOURCE_EXHAUSTED. Far above what slots and queue
#: take: it bounds memory against callers who only open calls.
_MAX_CALLS: Final = 1_000
_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ("grpc.so_reuseport", 0),  # a second process on the port must fail, not share it
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
)
#: Seconds after which callers are asked to connect anew (calls under way go on): they ask for the
#: addresses of replicas then, and new ones get their share.
_CONNECTION_AGE_S: Final = 60.0
#: How long a call may take to tell its caller that the process ends.
_ANSWER_S: Final = 1.0
#: Bytes that a socket's path may have (sun_path of unix(7), less its end).
_SOCKET_NAME: Final = 107
#: No TLS: what processes on one machine need.
PLAIN: Final = TlsFiles()


@dataclass(frozen=True, slots=True)
class Registration:
    """One service of a server.

    Args:
        descriptor: its descriptor, such as `job_pb2.DESCRIPTOR.services_by_name["JobService"]`.
        add: the generated `add_…Servicer_to_server`.
        servicer: the implementation.
        roles: the role a caller needs: one for all methods, or one per method name.
    """

    descriptor: ServiceDescriptor
    add: Callable[[Any, grpc.aio.Server], None]
    servicer: Any
    roles: auth.Role | Mapping[str, auth.Role]

    def policy(self) -> dict[str, auth.Role]:
        """Return the rows of the policy table."""
        prefix = f"/{self.descriptor.full_name}/"
        if isinstance(self.roles, auth.Role):
            return {method: self.roles for method in auth.methods_of(self.descriptor)}
        return {prefix + method: role for method, role in self.roles.items()}


def channelz_registrations(wanted: bool) -> list[Registration]:
    """Return gRPC's own service about channels, servers and sockets, for administrators.

    Raises:
        VidereError: OPTION_UNIMPLEMENTED, its package is missing.
    """
    if not wanted:
        return []
    try:
        from grpc_channelz.v1 import channelz, channelz_pb2, channelz_pb2_grpc
    except ImportError:
        raise VidereError(
            Reason.OPTION_UNIMPLEMENTED,
            "channelz needs the package grpcio-channelz: install videre-common[channelz]",
        ) from None
    return [
        Registration(
            channelz_pb2.DESCRIPTOR.services_by_name["Channelz"],
            channelz_pb2_grpc.add_ChannelzServicer_to_server,
            channelz.aio.ChannelzServicer(),
            auth.Role.ADMIN,
        )
    ]


class BindRefused(Exception):
    """The server may not or cannot listen on the address; the message says why."""


class Server:
    """A started server. Make it with `start_server`."""

    def __init__(
        self,
        server: grpc.aio.Server,
        health: health.aio.HealthServicer,
        calls: EndingInterceptor,
        address: str,
    ):
        self._server = server
        self._health = health
        self._calls = calls
        #: "host:port" it listens on.
        self.address = address

    async def stop(self, grace_s: float) -> None:
        """Answer NOT_SERVING, refuse new calls, give running ones `grace_s`, then end them.

        They end with SHUTTING_DOWN; one that does not end then is cancelled.
        """
        await self._health.enter_graceful_shutdown()
        stopped = asyncio.ensure_future(self._server.stop(grace_s + _ANSWER_S))
        await asyncio.wait((stopped,), timeout=grace_s)
        self._calls.end()
        await stopped


async def start_server(
    host: str,
    port: int,
    registrations: Sequence[Registration],
    *,
    metrics: CollectorRegistry,
    tls: TlsFiles = PLAIN,
    insecure_bind: bool = False,
    authenticate: auth.Authenticate = auth.local_principal,
    refuses_strangers: bool = False,
    translate: Translate = untranslated,
    further: Sequence[grpc.aio.ServerInterceptor] = (),
    connection_age_s: float = _CONNECTION_AGE_S,
    compression: str = "none",
    inside: Path | None = None,
) -> Server:
    """Start a server for `registrations`, health and reflection on `host`:`port`.

    Args:
        host: address to listen on.
        port: 0 = any free one.
        registrations: the services.
        metrics: where RPC metrics are registered; one registry per server.
        tls: files of TLS; plain text without.
        insecure_bind: allow an address that other machines reach, though calls are not encrypted
            or nobody asks who calls.
        authenticate: turns request metadata into the caller.
        refuses_strangers: whether `authenticate` refuses callers who show no credential.
        translate: knows refusals in exceptions that are not ours.
        further: interceptors that see calls whose callers are known and may make them.
        connection_age_s: callers connect anew after so long.
        compression: of answers, a name in `COMPRESSIONS`.
        inside: socket for this process alone, where it passes calls on to itself.

    Raises:
        BindRefused: the address may not be used, or is taken.
        ValueError: the policy table and the services do not match.
    """
    if not insecure_bind and not is_loopback(host):
        _require_security(host, tls, known=refuses_strangers)
    policy = {method: role for item in registrations for method, role in item.policy().items()}
    if problems := auth.check_policy([item.descriptor for item in registrations], policy):
        raise ValueError("; ".join(problems))
    calls = EndingInterceptor()
    server = grpc.aio.server(
        interceptors=[
            TelemetryInterceptor(metrics),
            ErrorInterceptor(translate),
            calls,
            AuthInterceptor(policy, authenticate),
            *further,
        ],
        options=(*_OPTIONS, ("grpc.max_connection_age_ms", round(1_000 * connection_age_s))),
        maximum_concurrent_rpcs=_MAX_CALLS,
        compression=COMPRESSIONS[compression],
    )
    for item in registrations:
        item.add(item.servicer, server)
    states = await _add_health(server, registrations)
    bound = _bind(server, host, port, tls)
    if inside is not None:
        _bind_inside(server, inside)
    await server.start()
    if inside is not None:
        await asyncio.to_thread(inside.chmod, 0o600)
    return Server(server, states, calls, f"{_bracketed(host)}:{bound}")


async def _add_health(
    server: grpc.aio.Server, registrations: Sequence[Registration]
) -> health.aio.HealthServicer:
    states = health.aio.HealthServicer()
    names = [item.descriptor.full_name for item in registrations]
    for name in names:
        await states.set(name, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(states, server)
    reflection.enable_server_reflection(
        (*names, health.SERVICE_NAME, reflection.SERVICE_NAME), server
    )
    return states


def _require_security(host: str, tls: TlsFiles, *, known: bool) -> None:
    """Refuse an address that other machines reach unless calls are encrypted and callers known."""
    lacks = []
    if not tls.serves:
        lacks.append("calls are not encrypted (VIDERE_TLS_CERT, VIDERE_TLS_KEY)")
    if not known and not tls.knows_callers:
        lacks.append("nobody asks who calls (VIDERE_AUTH, VIDERE_TLS_CLIENTS)")
    if lacks:
        raise BindRefused(
            f"{host} can be reached from other machines, but {', and '.join(lacks)}: listen on "
            "127.0.0.1, or set VIDERE_INSECURE_BIND=true inside a network you trust"
        )


def _bind(server: grpc.aio.Server, host: str, port: int, tls: TlsFiles) -> int:
    address = f"{_bracketed(host)}:{port}"
    if problems := tls.problems():
        raise BindRefused("; ".join(problems))
    try:
        if tls.serves:
            return server.add_secure_port(address, server_credentials(tls))
        return server.add_insecure_port(address)
    except (OSError, ssl.SSLError) as error:
        raise BindRefused(f"{tls.certificate} and {tls.key}: {error}") from error
    except RuntimeError as error:
        raise BindRefused(f"cannot listen on {host}:{port}; is it taken?") from error


def _bind_inside(server: grpc.aio.Server, inside: Path) -> None:
    if len(os.fsencode(inside)) > _SOCKET_NAME:
        raise BindRefused(f"{inside} is too long for a socket: choose another VIDERE_DATA_DIR")
    inside.parent.mkdir(parents=True, exist_ok=True)
    inside.unlink(missing_ok=True)  # of a process that was killed
    server.add_insecure_port(f"unix:{inside}")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address to listen on."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def wait_for_signal() -> None:
    """Return at the first SIGTERM or SIGINT; a second SIGINT interrupts as usual."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stopped.set)
    try:
        await stopped.wait()
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def announce(name: str, address: str, detail: str) -> None:
    """Print the one line that tells a person or a supervisor that the process is ready."""
    print(f"videre {name} ready on {address} ({detail})", flush=True)
