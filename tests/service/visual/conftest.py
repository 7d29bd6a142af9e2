"""Test media, loaded engines, a served service, and signals computed from decoder planes."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import grpc.aio
import numpy as np
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
from videre.common.signals import EDGE_COLUMNS, EDGE_ROWS, SIGNAL_FIELDS
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.visual.registry import VisualEngine, visual_engines
from videre.visual.servicer import VisualServicer

NS = 1_000_000_000
SLOTS = 2
Array = np.ndarray[Any, Any]
Planes = tuple[Array, Array, Array]


@pytest.fixture(scope="session")
def media() -> Path:
    """Folder of the test media."""
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder or not Path(folder, "truth.json").is_file():
        pytest.skip("VIDERE_TEST_MEDIA names no folder with test media")
    return Path(folder)


@pytest.fixture(scope="session")
def truth(media: Path) -> dict[str, Any]:
    """What is known of each clip, by its path below the media folder."""
    document = json.loads((media / "truth.json").read_text())
    known = {name: entry["truth"] for name, entry in document["files"].items()}
    return {**known, "demo.mp4": document["demo"]}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """A store with the standard tier's files."""
    mirror = os.environ.get("VIDERE_MODEL_MIRROR")
    if not mirror:
        pytest.skip("VIDERE_MODEL_MIRROR names no folder with model files")
    return ModelStore(packaged_manifest(), tmp_path_factory.mktemp("models"), mirror)


@pytest.fixture(scope="session")
def engines(models: ModelStore) -> EngineRegistry[VisualEngine]:
    """The service's engines, their models in place; each loads on first use."""
    registry = visual_engines(models)
    models.ensure({name: None for one in registry.describe() for name in one.spec.models})
    return registry


@pytest.fixture
async def channel(engines: EngineRegistry[VisualEngine]) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the service on two slots."""
    executor = SlotExecutor(SLOTS, 4)
    server = await start_server(
        "127.0.0.1",
        0,
        [
            Registration(
                visual_pb2.DESCRIPTOR.services_by_name["VisualService"],
                visual_pb2_grpc.add_VisualServiceServicer_to_server,
                VisualServicer(engines, executor),
                Role.SUBMITTER,
            ),
            catalog_registration("visual", engines, SLOTS),
        ],
        metrics=CollectorRegistry(),
    )
    async with open_channel([server.address]) as opened:
        yield opened
    await server.stop(0)
    await executor.close(5)


@pytest.fixture(scope="session")
def frames(media: Path) -> dict[str, bytes]:
    """A few frames of the clips as JPEG, by what they show."""
    wanted = {
        "astronaut": ("demo.mp4", 760),
        "bottles": ("demo.mp4", 409),
        "signer": ("video/asl_book.mkv", 50),
        "cockatoo": ("video/cockatoo.mp4", 210),
        "flower": ("video/flower.mp4", 75),
        "frog": ("video/mdn_frog.mp4", 62),
        "cyclist": ("video/bikes.mp4", 125),
    }
    return {name: _jpeg(_frame(media / path, index)) for name, (path, index) in wanted.items()}


@pytest.fixture(scope="session")
def signals_of() -> Callable[..., Array]:
    """`signals_of(planes, rate)`: the records of (Y, U, V) planes, already every 8th sample."""
    return _signals_of


@pytest.fixture(scope="session")
def signals_of_clip(media: Path) -> Callable[[str], Array]:
    """`signals_of_clip(name)`: the records of a clip of the test media."""

    @cache
    def read(name: str) -> Array:
        av = pytest.importorskip("av")
        with av.open(str(media / name)) as container:
            rate = Fraction(container.streams.video[0].average_rate)
        signals = _signals_of(_planes_of(media / name), rate)
        signals.flags.writeable = False
        return signals

    return read


def _frame(path: Path, index: int) -> Array:
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number == index:
                return np.asarray(frame.to_ndarray(format="bgr24"))
    raise AssertionError(f"{path} has no frame {index}")


def _jpeg(bgr: Array) -> bytes:
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return data.tobytes()


def _signals_of(planes: Iterable[Planes], rate: Fraction = Fraction(25)) -> Array:
    """Return the signal records of (Y, U, V) planes, limited range, already every 8th sample."""
    records: list[tuple[Any, ...]] = []
    before: Planes | None = None
    hist_before = edges_before = None
    for index, current in enumerate(planes):
        y, u, v = (plane.astype(np.float32) for plane in current)
        luma = np.clip((y - 16) * (255 / 219), 0, 255)
        hist = np.histogram(luma, bins=32, range=(0, 256))[0] / luma.size
        edges = _edge_grid(luma)
        if before is None or hist_before is None or edges_before is None:
            deltas, distance, change = [0.0, 0.0, 0.0], 0.0, 0.0
        else:
            deltas = [
                float(np.abs(a - b.astype(np.float32)).mean())
                for a, b in zip((y, u, v), before, strict=True)
            ]
            distance = float(np.abs(hist - hist_before).sum() / 2)
            change = float(np.abs(edges.astype(int) - edges_before.astype(int)).mean() / 255)
        records.append(
            (index, int(index / rate * NS), *deltas, distance, luma.mean(), luma.std(),
             max(u.std(), v.std()), (luma < 32).mean(), (luma > 223).mean(), _sharpness(luma),
             change, edges, _grid(luma))
        )  # fmt: skip
        before, hist_before, edges_before = current, hist, edges
    return np.array(records, dtype=np.dtype(list(SIGNAL_FIELDS)))


def _sharpness(luma: Array) -> float:
    inner = luma[1:-1, 1:-1]
    if inner.size == 0:
        return 0.0
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float(np.mean((around - 4 * inner) ** 2))


def _edge_grid(luma: Array) -> Array:
    energy = np.zeros_like(luma)
    energy[:, 1:] += np.abs(np.diff(luma, axis=1))
    energy[1:] += np.abs(np.diff(luma, axis=0))
    return _grid(energy)


def _grid(values: Array) -> Array:
    """Return the mean of the values per cell of the picture."""
    rows = np.arange(values.shape[0]) * EDGE_ROWS // values.shape[0]
    columns = np.arange(values.shape[1]) * EDGE_COLUMNS // values.shape[1]
    cells = rows[:, None] * EDGE_COLUMNS + columns[None, :]
    size = EDGE_ROWS * EDGE_COLUMNS
    total = np.bincount(cells.ravel(), values.ravel(), size)
    count = np.maximum(np.bincount(cells.ravel(), minlength=size), 1)
    return np.clip(total / count, 0, 255).astype(np.uint8).reshape(EDGE_ROWS, EDGE_COLUMNS)


def _planes_of(path: Path) -> Iterator[Planes]:
    """Decode a video and yield every 8th sample of each frame's Y, U and V planes."""
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        for frame in container.decode(stream):
            if frame.format.name not in ("yuv420p", "yuvj420p"):
                frame = frame.reformat(format="yuv420p")
            yield tuple(_plane(plane)[::8, ::8].copy() for plane in frame.planes[:3])  # type: ignore[misc]


def _plane(plane: Any) -> Array:
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]
