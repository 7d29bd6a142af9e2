"""The life of a stateless service process: settings → models → engines → server → drain.

A service's `__main__` is `run_service(name, build)`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, start_http_server
from prometheus_client.process_collector import ProcessCollector

from videre.common.allocator import share_arenas
from videre.common.catalog import catalog_registration
from videre.common.config import PORTS, Settings
from videre.common.engine import EngineRegistry
from videre.common.executor import SlotExecutor
from videre.common.log import configure_logging
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
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


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What a service is built from."""

    name: str
    settings: Settings
    models: ModelStore
    executor: SlotExecutor
    _closing: AsyncExitStack

    def on_close(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Call `callback` after the last RPC has ended; the last one given is called first."""
        self._closing.push_async_callback(callback)


@dataclass(frozen=True, slots=True)
class Service:
    """What a service is made of.

    Args:
        engines: its engines; described to callers, and their models taken from the mirror.
        registrations: its gRPC services; the engine catalog is added to them.
    """

    engines: EngineRegistry[Any]
    registrations: Sequence[Registration]


Build = Callable[[ServiceContext], Service]


def open_models(settings: Settings) -> ModelStore:
    """Return the model store of a configuration."""
    return ModelStore(packaged_manifest(), settings.models_path, settings.model_mirror)


def run_service(
    name: str,
    build: Build,
    argv: Sequence[str] | None = None,
    settings: type[Settings] = Settings,
) -> None:
    """Run a service until it is told to stop; the whole of its `__main__`.

    Args:
        name: "visual", "ocr", "asr", "audio" or "production"; decides the default port.
        build: makes the engines and servicers.
        argv: command line; None = that of the process. `--port` wins over the settings.
        settings: what the process needs to know.
    """
    share_arenas()
    parser = argparse.ArgumentParser(prog=f"videre.{name}")
    parser.add_argument("--port", type=int, help="port to listen on; 0 = any free one")
    port: int | None = parser.parse_args(argv).port
    known = settings() if port is None else settings(port=port)
    configure_logging(known.log_level, known.log_format, process=name)
    try:
        asyncio.run(_serve(name, known, build))
    except BindRefused as refused:
        sys.exit(f"videre {name}: {refused}")


async def _serve(name: str, settings: Settings, build: Build) -> None:
    metrics = CollectorRegistry()
    executor = SlotExecutor(
        settings.slots, settings.queue_per_slot * settings.slots, nice=settings.nice
    )
    ProcessCollector(registry=metrics)
    _measure(executor, metrics)
    async with AsyncExitStack() as closing:
        closing.enter_context(export_spans(name, settings.otlp_endpoint))
        closing.push_async_callback(executor.close, settings.drain_seconds)
        models = open_models(settings)
        service = build(ServiceContext(name, settings, models, executor, closing))
        await asyncio.to_thread(_take_models, service.engines, models)
        if settings.metrics_port is not None:
            exporter, thread = start_http_server(
                settings.metrics_port, settings.bind, registry=metrics
            )
            closing.callback(thread.join)
            closing.callback(exporter.server_close)
            closing.callback(exporter.shutdown)
        server = await start_server(
            settings.bind,
            PORTS[name] if settings.port is None else settings.port,
            [
                *service.registrations,
                catalog_registration(name, service.engines, settings.slots),
                *channelz_registrations(settings.channelz),
            ],
            metrics=metrics,
            compression=settings.compression,
            tls=settings.tls,
            insecure_bind=settings.insecure_bind,
        )
        closing.push_async_callback(server.stop, settings.drain_seconds)
        engines = len(service.engines.describe())
        announce(name, server.address, f"{settings.slots} slots, {engines} engines")
        await closing.enter_async_context(registered(settings, name, server.address))
        await wait_for_signal()


def _take_models(engines: EngineRegistry[Any], models: ModelStore) -> None:
    names = (model for status in engines.describe() for model in status.spec.models)
    models.ensure(dict.fromkeys(names))


def _measure(executor: SlotExecutor, metrics: CollectorRegistry) -> None:
    busy = Gauge("videre_slots_busy", "Slots at work.", registry=metrics)
    busy.set_function(lambda: executor.busy)
    waiting = Gauge("videre_slots_waiting", "Calls waiting for a slot.", registry=metrics)
    waiting.set_function(lambda: executor.waiting)
