"""Texts that are embedded where pictures are, by a small engine of this test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio
import numpy as np
import pytest
from serving import serving

from videre.common import answers
from videre.common.auth import Role
from videre.common.channel import open_channel
from videre.common.engine import EngineRegistry, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import engine_pb2, engine_pb2_grpc, visual_pb2, visual_pb2_grpc
from videre.visual.engines.base import Look, Seen
from videre.visual.pictures import Picture
from videre.visual.servicer import VisualServicer


class Lengths:
    """Texts lie by their length, pictures by their width."""

    spec = EngineSpec("classes", "lengths", "1", Tier.BUNDLED, "Apache-2.0", embeds_texts=True)

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self, picture: Picture) -> Look:
        return Look((Seen("", 1.0, embedding=self.describe(["x" * picture.width])[0]),), 1)

    def describe(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        angles = np.array([len(one) for one in texts]) / 100
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


class Plain(Lengths):
    """The same without texts."""

    spec = EngineSpec("objects", "plain", "1", Tier.BUNDLED, "Apache-2.0")
    describe = None  # type: ignore[assignment]


def build(context: ServiceContext) -> Service:
    engines: EngineRegistry[Any] = EngineRegistry([Lengths, Plain], context.models)
    registration = Registration(
        visual_pb2.DESCRIPTOR.services_by_name["VisualService"],
        visual_pb2_grpc.add_VisualServiceServicer_to_server,
        VisualServicer(engines, context.executor),
        Role.SUBMITTER,
    )
    return Service(engines, [registration])


@pytest.fixture
async def channel(tmp_path: Path) -> AsyncIterator[grpc.aio.Channel]:
    async with serving(tmp_path, "visual", build) as target, open_channel([target]) as opened:
        yield opened


async def embed(channel: grpc.aio.Channel, feature: str, name: str, *texts: str) -> Any:
    pin = engine_pb2.EngineSelection(feature=feature, name=name, version="1")
    request = visual_pb2.EmbedTextsRequest(engine=pin, texts=texts)
    stub: Any = visual_pb2_grpc.VisualServiceStub(channel)
    answer = await stub.EmbedTexts(request, timeout=30)
    answers.embeddings(answer, request)
    return answer


async def test_texts_are_embedded_in_their_order(channel: grpc.aio.Channel) -> None:
    answer = await embed(channel, "classes", "lengths", "a car", "a red car")
    expected = Lengths().describe(["a car", "a red car"])
    assert [list(one.values) for one in answer.embeddings] == expected.tolist()
    assert (answer.usage.feature, answer.usage.items) == ("classes", 2)
    catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    told = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=30)
    assert {one.name: one.embeds_texts for one in told.engines} == {"lengths": True, "plain": False}


@pytest.mark.parametrize(
    ("texts", "field"),
    [([], "texts"), (["x"] * 17, "texts"), (["x", ""], "texts[1]"), (["字" * 342], "texts[0]")],
)
async def test_too_few_or_too_many_are_refused(
    channel: grpc.aio.Channel, texts: list[str], field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await embed(channel, "classes", "lengths", *texts)
    assert error_from_rpc(refused.value).metadata["field"] == field


async def test_an_engine_that_embeds_no_texts_is_refused_by_name(
    channel: grpc.aio.Channel,
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await embed(channel, "objects", "plain", "x")
    error = error_from_rpc(refused.value)
    assert (error.metadata["field"], error.metadata["actual"]) == ("engine.name", "plain")
