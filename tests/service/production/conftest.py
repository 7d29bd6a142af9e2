"""A real production service on a free port, an artifact store, and clips with known frames."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import synth
from prometheus_client import CollectorRegistry

from videre.common.artifacts import ArtifactStore
from videre.common.auth import Role
from videre.common.channel import open_channel
from videre.common.engine import EngineRegistry
from videre.common.executor import SlotExecutor
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.common.server import Registration, start_server
from videre.internal.v1 import production_pb2, production_pb2_grpc
from videre.orchestrator.media.index import MediaIndex, MediaKind
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.production.functions.base import Function
from videre.production.registry import factories
from videre.production.servicer import ProductionServicer
from videre.production.settings import ProductionSettings

PROJECT = "default"


@dataclass(frozen=True)
class Production:
    """A running service and what it works on."""

    stub: Any
    store: ArtifactStore
    executor: SlotExecutor
    folder: Path

    def media(
        self, path: Path, *, by_path: bool = False, name: str = "main"
    ) -> production_pb2.RenderInput:
        """Return an input for a file, with its index in the store."""
        index = self.store.put(PROJECT, probe_media(path, MediaLimits()).encode())
        main = production_pb2.RenderInput(name=name, index_digest=index)
        if by_path:
            main.path = str(path)
        else:
            main.artifact_digest = self.store.put_file(PROJECT, path)
        return main

    def document(self, path: Path, name: str = "main") -> production_pb2.RenderInput:
        """Return an input for a file of text, with its index in the store."""
        index = MediaIndex(MediaKind.TEXT, path.suffix[1:], path.stat().st_size)
        return production_pb2.RenderInput(
            name=name,
            index_digest=self.store.put(PROJECT, index.encode()),
            artifact_digest=self.store.put_file(PROJECT, path),
        )


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the file of a named clip."""
    folder = tmp_path_factory.mktemp("clips")
    return lambda name: synth.named(name, folder)[1]


@pytest.fixture(scope="session")
def media() -> Path:
    """Folder of the test media."""
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder or not Path(folder, "truth.json").is_file():
        pytest.skip("VIDERE_TEST_MEDIA names no folder with test media")
    return Path(folder)


@pytest.fixture
async def production(tmp_path: Path) -> AsyncIterator[Production]:
    """A running service."""
    store = ArtifactStore(tmp_path / "artifacts")
    settings = ProductionSettings(data_dir=tmp_path)
    models = ModelStore(packaged_manifest(), tmp_path / "models")
    functions: EngineRegistry[Function] = EngineRegistry(factories(settings), models)
    executor = SlotExecutor(1, 8)
    registration = Registration(
        production_pb2.DESCRIPTOR.services_by_name["ProductionService"],
        production_pb2_grpc.add_ProductionServiceServicer_to_server,
        ProductionServicer(functions, executor, store, settings.render_path, settings.chunks_path),
        Role.SUBMITTER,
    )
    server = await start_server("127.0.0.1", 0, [registration], metrics=CollectorRegistry())
    async with open_channel([server.address]) as channel:
        stub = production_pb2_grpc.ProductionServiceStub(channel)
        yield Production(stub, store, executor, tmp_path)
    await server.stop(1.0)
    await executor.close(5.0)
