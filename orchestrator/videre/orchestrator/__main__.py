"""The orchestrator process: one event loop for gRPC, the journal and the HTTP side port."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from contextlib import AsyncExitStack

from prometheus_client import CollectorRegistry

from videre.common.allocator import share_arenas
from videre.common.clock import SystemClock
from videre.common.config import PORTS
from videre.common.errors import VidereError
from videre.common.log import configure_logging
from videre.common.server import BindRefused, announce, start_server, wait_for_signal
from videre.orchestrator.access.callers import callers_of
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import open_orchestrator
from videre.orchestrator.collector import collect_seldom
from videre.orchestrator.http import SidePort, start_side_port
from videre.orchestrator.lexicon.names import NameListError
from videre.orchestrator.metrics import measure
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.database import exclusive, open_sqlite
from videre.orchestrator.store.failures import store_failure
from videre.orchestrator.sweep import sweep_forever
from videre.orchestrator.taxonomy.entries import TaxonomyError
from videre.orchestrator.workflows.dbos_journal import running


async def serve(settings: OrchestratorSettings) -> None:
    """Run until told to stop."""
    database = open_sqlite(settings.database_path)
    metrics = CollectorRegistry()
    stopping = asyncio.Event()
    try:
        async with AsyncExitStack() as stack:
            app = await stack.enter_async_context(
                open_orchestrator(settings, database, SystemClock(), random.Random())
            )
            measure(app, metrics)
            await stack.enter_async_context(
                running(
                    app.runtime(),
                    database,
                    jobs_at_once=settings.jobs_at_once,
                    chunks_at_once=settings.chunks_at_once or settings.slots + 1,
                )
            )
            port = PORTS["orchestrator"] if settings.port is None else settings.port
            server = await start_server(
                settings.bind,
                port,
                registrations(app),
                metrics=metrics,
                tls=settings.tls,
                insecure_bind=settings.insecure_bind,
                authenticate=await asyncio.to_thread(callers_of, app),
                refuses_strangers=settings.auth,
                translate=store_failure,
            )
            stack.push_async_callback(server.stop, settings.drain_seconds)
            side = SidePort(app.artifacts, app.links, metrics, lambda: not stopping.is_set())
            http_port = settings.http_port
            if http_port is None:
                http_port = int(server.address.rsplit(":", 1)[1]) + 1 if port else 0
            runner, http_port = await start_side_port(
                side.application(), settings.bind, http_port, settings.tls
            )
            stack.push_async_callback(runner.cleanup)
            sweeper = asyncio.create_task(sweep_forever(app), name="sweeper")
            stack.push_async_callback(_stop, sweeper)
            announce("orchestrator", server.address, f"HTTP {settings.bind}:{http_port}")
            await wait_for_signal()
            stopping.set()
    finally:
        database.dispose()


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def main() -> None:
    """Parse the command line, hold the lock, serve."""
    share_arenas()
    collect_seldom()
    parser = argparse.ArgumentParser(prog="videre.orchestrator")
    parser.add_argument("--port", type=int, help="port to listen on; 0 = any free one")
    port: int | None = parser.parse_args().port
    settings = OrchestratorSettings() if port is None else OrchestratorSettings(port=port)
    configure_logging(settings.log_level, settings.log_format, process="orchestrator")
    try:
        with exclusive(settings.data_dir / "orchestrator.lock"):
            asyncio.run(serve(settings))
    except (BindRefused, VidereError, OSError, TaxonomyError, NameListError) as refused:
        sys.exit(f"videre orchestrator: {refused}")


if __name__ == "__main__":
    main()
