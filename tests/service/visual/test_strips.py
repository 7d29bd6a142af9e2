"""Shots from small frames: a small engine keeps the contract, the real one where torch is.

The real one runs in the environment of `make torch-visual`; VIDERE_VISUAL_PYTHON names its Python.
"""

from __future__ import annotations

import asyncio
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import processes
from serving import serving

from videre.cli.conformance.findings import Outcome
from videre.cli.conformance.run import check_target
from videre.common.auth import Role
from videre.common.channel import open_channel
from videre.common.engine import EngineRegistry, EngineSpec, Tier
from videre.common.errors import Reason
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext
from videre.common.strips import HEIGHT, WIDTH, strip_range
from videre.internal.v1 import engine_pb2, visual_pb2, visual_pb2_grpc
from videre.visual.appearance import Signals
from videre.visual.engines.base import Check, Strips
from videre.visual.engines.transnet import SPEC as TRANSNET
from videre.visual.registry import visual_engines
from videre.visual.servicer import VisualServicer
from videre.visual.shots import SIGNAL_DTYPE, Boundary, Run

PYTHON = "VIDERE_VISUAL_PYTHON"
torch_tier = pytest.mark.skipif(
    not os.environ.get(PYTHON), reason=f"{PYTHON} names no environment of make torch-visual"
)


class Jumps:
    """A cut is where half of the picture's values change by more than a quarter of the range."""

    spec = EngineSpec("shots", "jumps", "1", Tier.BUNDLED, "Apache-2.0", needs_strips=True)

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def boundaries_in(
        self, strips: Strips, own_start: int, own_end: int, check: Check
    ) -> list[Boundary]:
        steps = np.abs(np.diff(strips.pixels.astype(np.int16), axis=0)) > 64
        at = np.flatnonzero(steps.reshape(len(steps), -1).mean(axis=1) > 0.5) + strips.first + 1
        return [Boundary(int(f), "cut", 0.9) for f in at if own_start <= f < own_end]

    def runs(self, signals: Signals, own_start: int, own_end: int) -> list[Run]:
        return []


def build(context: ServiceContext) -> Service:
    engines: EngineRegistry[Any] = EngineRegistry([Jumps], context.models)
    registration = Registration(
        visual_pb2.DESCRIPTOR.services_by_name["VisualService"],
        visual_pb2_grpc.add_VisualServiceServicer_to_server,
        VisualServicer(engines, context.executor),
        Role.SUBMITTER,
    )
    return Service(engines, [registration])


async def test_the_contract_is_kept_with_an_engine_of_small_frames(tmp_path: Path) -> None:
    async with serving(tmp_path, "visual", build) as target:
        found = await check_target(target, engine="jumps", patience_s=30, tell=lambda _: None)
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []


@pytest.mark.skipif(bool(os.environ.get(PYTHON)), reason="says what holds without torch")
def test_without_torch_it_is_missing_with_advice_and_never_first(tmp_path: Path) -> None:
    described = visual_engines(ModelStore(packaged_manifest(), tmp_path)).describe()
    shots = [status for status in described if status.spec.feature == "shots"]
    assert [status.spec.name for status in shots] == ["signal-shots", "transnetv2"]
    assert shots[1].spec is TRANSNET
    assert (shots[1].state, TRANSNET.tier) == ("missing", "torch")
    assert "see `make torch-visual`" in shots[1].message


@pytest.mark.torch
@torch_tier
def test_the_real_engine_keeps_the_contract_and_finds_cuts_alike_in_any_pieces(
    tmp_path: Path,
) -> None:
    with processes(tmp_path, "visual") as running:
        target = running.ports.target("visual")
        found = asyncio.run(
            check_target(target, engine="transnetv2", patience_s=120, tell=lambda _: None)
        )
        asyncio.run(_cuts(target))
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []


async def _cuts(target: str) -> None:
    """Three scenes that grow lighter, cut at 60 and 130; asked for whole and in uneven pieces."""
    chance = np.random.default_rng(0)
    frames = np.zeros((190, HEIGHT, WIDTH, 3), np.uint8)
    for start, end in ((0, 60), (60, 130), (130, 190)):
        scene = chance.integers(0, 255, (5, 7, 3), np.uint8).repeat(6, 0).repeat(8, 1)
        for frame in range(start, end):
            frames[frame] = scene[:HEIGHT, :WIDTH] // 2 + (frame - start)
    signals = np.zeros(len(frames), SIGNAL_DTYPE)
    signals["frame"] = np.arange(len(frames))
    signals["luma_mean"] = signals["luma_deviation"] = 100
    async with open_channel([target]) as channel:
        engine = await _engine(channel)
        stub: Any = visual_pb2_grpc.VisualServiceStub(channel)

        async def ask(start: int, end: int) -> list[Any]:
            first, stop = strip_range(start, end, len(frames))
            request = visual_pb2.DetectShotsRequest(
                engine=engine, signals=signals.tobytes(), own_start_frame=start,
                own_end_frame=end, strips=frames[first:stop].tobytes(),
                strips_first_frame=first, media_frames=len(frames),
            )  # fmt: skip
            return list((await stub.DetectShots(request, timeout=120)).boundaries)

        whole = await ask(0, 190)
        edges = (0, 31, 60, 61, 128, 190)
        parts = [one for a, b in pairwise(edges) for one in await ask(a, b)]
    assert [(one.frame, one.kind) for one in whole] == [(60, "cut"), (130, "cut")]
    assert parts == whole


async def _engine(channel: Any) -> engine_pb2.EngineSelection:
    from videre.internal.v1 import engine_pb2_grpc

    catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    described = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=60)
    one = next(one for one in described.engines if one.name == "transnetv2")
    assert one.state == engine_pb2.ENGINE_STATE_AVAILABLE, one.state_message
    assert one.needs_strips
    return engine_pb2.EngineSelection(
        feature=one.feature, name=one.name, version=one.version, model_digests=one.model_digests
    )


def test_the_reason_of_missing_frames_is_the_caller_s_fault() -> None:
    """Said by the conformance suite too; here for the words."""
    from videre.common.errors import VidereError
    from videre.visual.requests import read_strips

    request = visual_pb2.DetectShotsRequest(own_start_frame=0, own_end_frame=10, media_frames=9)
    with pytest.raises(VidereError) as refused:
        read_strips(request)
    assert refused.value.reason is Reason.FIELD_INVALID
    request.media_frames = 10
    with pytest.raises(VidereError) as refused:
        read_strips(request)
    (violation,) = refused.value.violations
    assert violation.field == "strips"
    assert (violation.limit, violation.actual) == ("frames 0..10, 38880 bytes", "from 0, 0 bytes")
