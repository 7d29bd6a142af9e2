"""Services as their `__main__` builds them, in the test's own process, on free ports."""

from __future__ import annotations

import importlib
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry

from videre.asr.settings import AsrSettings
from videre.common.catalog import catalog_registration
from videre.common.config import Settings
from videre.common.executor import SlotExecutor
from videre.common.server import start_server
from videre.common.service import Build, ServiceContext, open_models
from videre.production.settings import ProductionSettings

SLOTS = 2
SETTINGS = {"production": ProductionSettings, "asr": AsrSettings}


@asynccontextmanager
async def serving(folder: Path, name: str, build: Build | None = None) -> AsyncIterator[str]:
    """Serve what a build makes, or the service of that name; give "host:port".

    Args:
        folder: data folder; models come from the mirror, if there is one.
        name: "visual", "ocr", "asr", "audio" or "production".
        build: makes engines and servicers; None = that of the service's process.
    """
    made = build or importlib.import_module(f"videre.{name}.__main__").build
    settings = SETTINGS.get(name, Settings)(
        data_dir=folder, model_mirror=os.environ.get("VIDERE_MODEL_MIRROR")
    )
    async with AsyncExitStack() as closing:
        executor = SlotExecutor(SLOTS, 4 * SLOTS)
        closing.push_async_callback(executor.close, 5.0)
        models = open_models(settings)
        service = made(ServiceContext(name, settings, models, executor, closing))
        described = service.engines.describe()
        models.ensure({name: None for one in described for name in one.spec.models})
        server = await start_server(
            "127.0.0.1",
            0,
            [*service.registrations, catalog_registration(name, service.engines, SLOTS)],
            metrics=CollectorRegistry(),
        )
        closing.push_async_callback(server.stop, 0)
        yield server.address
