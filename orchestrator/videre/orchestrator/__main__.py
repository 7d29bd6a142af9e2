"""The orchestrator process: one event loop for gRPC, the journal and the HTTP side port."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from dbos import DBOS
from prometheus_client import CollectorRegistry, Gauge

from videre.common.clock import SystemClock
from videre.common.config import PORTS
from videre.common.errors import VidereError
from videre.common.log import configure_logging
from videre.common.server import BindRefused, announce, start_server, wait_for_signal
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.http import SidePort, start_side_port
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.steps.runtime import bind
from videre.orchestrator.steps.services import SERVICES, ServicePool
from videre.orchestrator.store.database import Database, exclusive, open_sqlite
from videre.orchestrator.sweep import sweep_forever
from videre.orchestrator.workflows import analyse
from videre.orchestrator.workflows.journal import APPLICATION, CHUNKS, FLOW, JOBS

#: SQLite: exactly one process, so its id is fixed; the lock file guards it.
_EXECUTOR = "local"
_DRAIN_S = 5


class _CancelledIsNoError(logging.Filter):
    """The journal logs an error with a stack trace for every cancelled workflow."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "cancel" not in record.getMessage().lower()


@asynccontextmanager
async def journal(app: Orchestrator, database: Database) -> AsyncIterator[None]:
    """Run the durable engine on this loop: what was interrupted goes on at once."""
    assert analyse.analyse is not None  # the workflows are registered by being imported
    settings = app.settings
    bind(app.runtime())
    DBOS(
        config={
            "name": APPLICATION,
            "application_version": FLOW,
            "executor_id": _EXECUTOR,
            "system_database_engine": database.steps,
            "log_level": "WARNING",
        }
    )
    logging.getLogger("dbos").addFilter(_CancelledIsNoError())
    DBOS.launch()
    try:
        await DBOS.register_queue_async(
            JOBS, worker_concurrency=settings.jobs_at_once, polling_interval_sec=0.1
        )
        await DBOS.register_queue_async(
            CHUNKS,
            worker_concurrency=settings.chunks_at_once or settings.slots + 1,
            polling_interval_sec=0.1,
        )
        yield
    finally:
        # In a thread: it sleeps while the running steps, which live on this loop, finish.
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=_DRAIN_S)


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
            _measure(app.services, metrics)
            await stack.enter_async_context(journal(app, database))
            port = PORTS["orchestrator"] if settings.port is None else settings.port
            server = await start_server(
                settings.bind,
                port,
                registrations(app),
                metrics=metrics,
                insecure_bind=settings.insecure_bind,
            )
            stack.push_async_callback(server.stop, settings.drain_seconds)
            side = SidePort(app.artifacts, app.links, metrics, lambda: not stopping.is_set())
            http_port = settings.http_port
            if http_port is None:
                http_port = int(server.address.rsplit(":", 1)[1]) + 1 if port else 0
            runner, http_port = await start_side_port(side.application(), settings.bind, http_port)
            stack.push_async_callback(runner.cleanup)
            sweeper = asyncio.create_task(sweep_forever(app), name="sweeper")
            stack.push_async_callback(_stop, sweeper)
            announce("orchestrator", server.address, f"HTTP {settings.bind}:{http_port}")
            await wait_for_signal()
            stopping.set()
    finally:
        database.dispose()


def _measure(services: ServicePool, metrics: CollectorRegistry) -> None:
    calls = Gauge(
        "videre_service_calls", "Calls that wait for an answer.", ["service"], registry=metrics
    )
    for name in SERVICES:
        calls.labels(name).set_function(partial(services.under_way, name))


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def main() -> None:
    """Parse the command line, hold the lock, serve."""
    parser = argparse.ArgumentParser(prog="videre.orchestrator")
    parser.add_argument("--port", type=int, help="port to listen on; 0 = any free one")
    port: int | None = parser.parse_args().port
    settings = OrchestratorSettings() if port is None else OrchestratorSettings(port=port)
    configure_logging(settings.log_level, settings.log_format, process="orchestrator")
    try:
        with exclusive(settings.data_dir / "orchestrator.lock"):
            asyncio.run(serve(settings))
    except (BindRefused, VidereError, OSError) as refused:
        sys.exit(f"videre orchestrator: {refused}")


if __name__ == "__main__":
    main()
