"""Test media, and the OCR service on a free port with its bundled engine."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from prometheus_client import CollectorRegistry

from videre.common.auth import Role
from videre.common.catalog import catalog_registration
from videre.common.channel import open_channel
from videre.common.engine import EngineRegistry
from videre.common.executor import SlotExecutor
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.common.server import Registration, start_server
from videre.internal.v1 import ocr_pb2, ocr_pb2_grpc
from videre.ocr.engines.base import TextEngine
from videre.ocr.engines.rapid import RapidTextEngine
from videre.ocr.servicer import OcrServicer


@pytest.fixture(scope="session")
def media() -> Path:
    """Folder of the test media."""
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder or not Path(folder, "truth.json").is_file():
        pytest.skip("VIDERE_TEST_MEDIA names no folder with test media")
    return Path(folder)


@pytest.fixture(scope="session")
def truth(media: Path) -> dict[str, Any]:
    """What is known of each file, by its path below the media folder."""
    document = json.loads((media / "truth.json").read_text())
    known = {name: entry["truth"] for name, entry in document["files"].items()}
    return {**known, "demo.mp4": document["demo"]}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """A store without a mirror: what is bundled, and nothing else."""
    return ModelStore(packaged_manifest(), tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def engines(models: ModelStore) -> EngineRegistry[TextEngine]:
    """The service's engines; each loads on first use."""
    return EngineRegistry((RapidTextEngine,), models)


@pytest.fixture
async def channel(engines: EngineRegistry[TextEngine]) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the service on one slot."""
    executor = SlotExecutor(1, 4)
    server = await start_server(
        "127.0.0.1",
        0,
        [
            Registration(
                ocr_pb2.DESCRIPTOR.services_by_name["OcrService"],
                ocr_pb2_grpc.add_OcrServiceServicer_to_server,
                OcrServicer(engines, executor),
                Role.SUBMITTER,
            ),
            catalog_registration("ocr", engines, 1),
        ],
        metrics=CollectorRegistry(),
    )
    async with open_channel([server.address]) as opened:
        yield opened
    await server.stop(0)
    await executor.close(5)
