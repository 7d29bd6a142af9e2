"""The orchestrator process: one event loop for gRPC, the journal and the HTTP side port."""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

from videre.common.allocator import share_arenas
from videre.common.clock import SystemClock
from videre.common.config import PORTS
from videre.common.errors import VidereError
from videre.common.log import configure_logging
from videre.common.places import registered
from videre.common.server import (
    BindRefused,
    Registration,
    announce,
    channelz_registrations,
    start_server,
    wait_for_signal,
)
from videre.common.spans import export_spans
from videre.orchestrator.access.callers import callers_of
from videre.orchestrator.access.rates import CallRates, RateInterceptor
from videre.orchestrator.api.audit.interceptor import AuditInterceptor
from videre.orchestrator.api.registrations import accepting, registrations
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.collector import collect_seldom
from videre.orchestrator.http import SidePort, start_side_port
from videre.orchestrator.lexicon.names import NameListError
from videre.orchestrator.metrics import measure
from videre.orchestrator.notify.sender import Sender
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.change_listener import told_by
from videre.orchestrator.store.database import Database, exclusive, open_database
from videre.orchestrator.store.failures import refusal
from videre.orchestrator.sweep import sweep_forever
from videre.orchestrator.taxonomy.entries import TaxonomyError
from videre.orchestrator.watching import Watcher
from videre.orchestrator.workflows.dbos_journal import prepare, recover, running
from videre.orchestrator.workflows.journal import FLOW
from videre.orchestrator.workflows.replica import Replica

log = structlog.get_logger(__name__)


async def serve(settings: OrchestratorSettings) -> None:
    """Run until told to stop."""
    database = open_database(settings.database_path, settings.postgres_url)
    metrics = CollectorRegistry()
    stopping = asyncio.Event()
    try:
        if database.shared:
            await asyncio.to_thread(prepare, database)
        async with AsyncExitStack() as stack:
            stack.enter_context(export_spans("orchestrator", settings.otlp_endpoint))
            app = await stack.enter_async_context(
                open_orchestrator(settings, database, SystemClock(), random.Random())
            )
            measure(app, metrics)
            if settings.role != "api":
                leads = await _work(stack, app, database)
                _beside(stack, "sweeper", sweep_forever(app, leads))
                _beside(stack, "watcher", Watcher(app, accepting(app).accept).run(leads))
                sender = Sender(app.webhooks, app.sinks, app.seal, app.clock, app.rng)
                _beside(stack, "sender", sender.run(app.changes))
            if database.shared and settings.role != "worker":
                stack.enter_context(told_by(database.journal, app.changes.announce))
            port = PORTS["orchestrator"] if settings.port is None else settings.port
            served = [] if settings.role == "worker" else registrations(app)
            web = settings.web_port is not None and bool(served)
            server = await start_server(
                settings.bind,
                port,
                [*served, *channelz_registrations(settings.channelz)],
                metrics=metrics,
                compression=settings.compression,
                tls=settings.tls,
                insecure_bind=settings.insecure_bind,
                authenticate=await asyncio.to_thread(callers_of, app),
                refuses_strangers=settings.auth,
                translate=refusal,
                further=[*_rates(app), AuditInterceptor(app.clock)],
                inside=settings.inside_path if web else None,
            )
            told = await stack.enter_async_context(_web(settings, served)) if web else ""
            stack.push_async_callback(server.stop, settings.drain_seconds)
            side = SidePort(app.artifacts, app.links, metrics, lambda: not stopping.is_set())
            http_port = settings.http_port
            if http_port is None:
                http_port = int(server.address.rsplit(":", 1)[1]) + 1 if port else 0
            runner, http_port = await start_side_port(
                side.application(), settings.bind, http_port, settings.tls
            )
            stack.push_async_callback(runner.cleanup)
            announce("orchestrator", server.address, f"HTTP {settings.bind}:{http_port}{told}")
            await stack.enter_async_context(registered(settings, "orchestrator", server.address))
            await wait_for_signal()
            stopping.set()
    finally:
        database.dispose()


@asynccontextmanager
async def _web(
    settings: OrchestratorSettings, served: Sequence[Registration]
) -> AsyncIterator[str]:
    """Serve callers without gRPC, too; give what is to be announced."""
    # Here, for it takes a third of a second, and most processes have no use for it.
    from videre.orchestrator.web.server import serving_web

    async with serving_web(
        settings.inside_path,
        [item.descriptor for item in served],
        host=settings.bind,
        port=settings.web_port or 0,
        tls=settings.tls,
        origins=settings.web_origins,
        version=version("videre-protos"),
    ) as address:
        yield f", web {address}"


def _rates(app: Orchestrator) -> list[RateInterceptor]:
    """Return what limits the calls of each caller, where there is a limit."""
    per_second, burst = app.settings.calls_per_second, app.settings.calls_burst
    return [RateInterceptor(CallRates(per_second, burst, app.clock))] if per_second else []


async def _work(stack: AsyncExitStack, app: Orchestrator, database: Database) -> Callable[[], bool]:
    """Run jobs until the stack ends; return what tells whether this process sweeps."""
    settings, replica = app.settings, None
    if database.shared:
        # A name of its own for every start: what an earlier process left is taken over like
        # anybody else's.
        name = f"{socket.gethostname()}-{app.ids.new()}"
        replica = Replica(database.journal, name, FLOW, recover)
        await asyncio.to_thread(replica.own)
        log.info("replica", name=name)
        # Not in a thread: by then the engine has taken the loop's executor with it.
        stack.callback(replica.close)
    await stack.enter_async_context(
        running(
            app.runtime(),
            database,
            jobs_at_once=settings.jobs_at_once,
            chunks_at_once=settings.chunks_at_once or settings.slots + 1,
            replica=replica.name if replica is not None else None,
        )
    )
    if replica is not None:
        replica.start()
    return lambda: replica is None or replica.leads


def _beside(stack: AsyncExitStack, name: str, body: Coroutine[Any, Any, None]) -> None:
    """Run something for as long as the stack is open."""
    stack.push_async_callback(_stop, asyncio.create_task(body, name=name))


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _migrate(settings: OrchestratorSettings) -> None:
    database = open_database(settings.database_path, settings.postgres_url)
    try:
        if database.shared:
            prepare(database, current=True)
    finally:
        database.dispose()


def main() -> None:
    """Parse the command line, hold the lock, serve."""
    share_arenas()
    collect_seldom()
    parser = argparse.ArgumentParser(prog="videre.orchestrator")
    parser.add_argument("--port", type=int, help="port to listen on; 0 = any free one")
    parser.add_argument(
        "--migrate",
        action="store_true",
        help="bring the database to this release, have it take new jobs, and end",
    )
    given = parser.parse_args()
    port: int | None = given.port
    settings = OrchestratorSettings() if port is None else OrchestratorSettings(port=port)
    configure_logging(settings.log_level, settings.log_format, process="orchestrator")
    try:
        with exclusive(settings.data_dir / "orchestrator.lock"):
            if given.migrate:
                _migrate(settings)
            else:
                asyncio.run(serve(settings))
    except (BindRefused, VidereError, OSError, TaxonomyError, NameListError) as refused:
        sys.exit(f"videre orchestrator: {refused}")


if __name__ == "__main__":
    main()
