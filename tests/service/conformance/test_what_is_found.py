"""Each way to break the contract is found by the check that is there for it."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from serving import serving

from videre.cli.conformance.findings import Conformance, Outcome
from videre.cli.conformance.run import check_target
from videre.common.auth import Role
from videre.common.engine import ClassSpec, EngineRegistry, EngineSpec, Tier
from videre.common.errors import Reason, VidereError, invalid
from videre.common.models import ModelStore
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.visual.engines.base import Look, Seen
from videre.visual.pictures import Picture
from videre.visual.servicer import VisualServicer

LIMIT_S = 5.0


def spec(**more: Any) -> EngineSpec:
    known = {
        "feature": "objects", "name": "toy", "version": "1", "tier": Tier.BUNDLED,
        "licence": "MIT", "classes": (ClassSpec("cat"),), "max_call_seconds": LIMIT_S,
    }  # fmt: skip
    return EngineSpec(**(known | more))


class Toy:
    """An engine that sees what a function says of the mean of a picture."""

    def __init__(self, see: Callable[[float], tuple[Seen, ...]], **more: Any) -> None:
        self.spec = spec(**more)
        self._see = see

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self, picture: Picture) -> Look:
        return Look(self._see(float(picture.bgr.mean()) / 255), 1)


def good(mean: float) -> tuple[Seen, ...]:
    return (Seen("cat", 0.1 + mean / 2),)


class Sloppy(VisualServicer):
    """A service that does one thing wrong."""

    def __init__(self, fault: str, engines: Any, executor: Any) -> None:
        super().__init__(engines, executor)
        self._fault = fault

    async def AnalyzeFrames(self, request: Any, context: Any) -> Any:
        if self._fault == "takes any version":
            [own] = self._engines.describe()
            request.engines[0].version = own.spec.version
            request.engines[0].ClearField("model_digests")
            request.engines[0].name = own.spec.name
        if self._fault == "no limit on the carry":
            request.carry = b""
        if self._fault == "limit not told" and len(request.frames) > 16:
            raise VidereError(Reason.FIELD_INVALID, "frames: no", metadata={"field": "frames"})
        try:
            answer = await super().AnalyzeFrames(request, context)
        except VidereError as error:
            if self._fault == "calls it a defect" and error.reason is Reason.FIELD_INVALID:
                raise RuntimeError("boom") from error
            if self._fault == "the wrong reason" and error.reason is Reason.ENGINE_VERSION:
                raise invalid("engines", "no such version", limit="1", actual="2") from error
            raise
        if self._fault == "depends on the batch" and len(request.frames) > 1:
            for seen in answer.observations:
                seen.score *= 0.99
        if self._fault == "a frame nobody asked for":
            answer.observations.add(feature="objects", frame=99, class_name="cat", score=0.5)
        return answer


async def conformance(tmp_path: Path, engine: Toy, fault: str = "") -> Conformance:
    def build(context: ServiceContext) -> Service:
        engines: EngineRegistry[Any] = EngineRegistry([lambda: engine], context.models)
        return Service(
            engines,
            [
                Registration(
                    visual_pb2.DESCRIPTOR.services_by_name["VisualService"],
                    visual_pb2_grpc.add_VisualServiceServicer_to_server,
                    Sloppy(fault, engines, context.executor),
                    Role.SUBMITTER,
                )
            ],
        )

    async with serving(tmp_path, "visual", build) as target:
        return await check_target(target, engine="", patience_s=30, tell=lambda _: None)


def failures(found: Conformance) -> dict[str, str]:
    return {one.check: one.words for one in found.findings if one.outcome is Outcome.FAILED}


async def test_a_good_engine_passes_every_check(tmp_path: Path) -> None:
    found = await conformance(tmp_path, Toy(good))
    assert failures(found) == {}
    assert found.ok
    assert {one.outcome for one in found.findings} == {Outcome.OK}


@pytest.mark.parametrize(
    ("fault", "check", "words"),
    [
        ("takes any version", "pins", "another version: answered"),
        ("no limit on the carry", "limits", "64 KiB of carry: answered"),
        ("limit not told", "limits", "without limit and actual"),
        ("calls it a defect", "limits", "a defect of the service"),
        ("the wrong reason", "pins", "FIELD_INVALID instead of ENGINE_VERSION"),
        ("depends on the batch", "parts", "in parts"),
        ("a frame nobody asked for", "answer", "frame 99"),
    ],
)
async def test_a_fault_of_a_service_is_found(
    tmp_path: Path, fault: str, check: str, words: str
) -> None:
    found = failures(await conformance(tmp_path, Toy(good), fault))
    assert words in found[check]


@pytest.mark.parametrize(
    ("engine", "check", "words"),
    [
        (Toy(lambda _: (Seen("cat", random.random() * 0.5 + 0.2),)), "repeats", "another answer"),
        (Toy(lambda _: (Seen("dog", 0.5),)), "answer", "'dog'"),
        (Toy(lambda _: (Seen("cat", 0.5),), licence=""), "catalog", "no licence"),
        (Toy(lambda _: 1 / 0), "answer", "toy failed on frame 0"),  # type: ignore[arg-type,return-value]
        (Toy(good, max_call_seconds=0.01), "repeats", ""),
    ],
    ids=["random", "a class not named", "no licence", "raises", "slow"],
)
async def test_a_fault_of_an_engine_is_found(
    tmp_path: Path, engine: Toy, check: str, words: str
) -> None:
    if words == "":  # slower than it says
        see = engine._see
        engine._see = lambda mean: (time.sleep(0.02), see(mean))[1]  # type: ignore[func-returns-value]
        words = "max_call_seconds is 0.0"
    found = failures(await conformance(tmp_path, engine))
    assert words in found[check]


async def test_an_engine_with_a_memory_is_found(tmp_path: Path) -> None:
    calls = itertools.count()
    found = failures(
        await conformance(tmp_path, Toy(lambda _: (Seen("cat", 0.2 + 0.001 * next(calls)),)))
    )
    assert "another answer" in found["repeats"]
    assert "at first" in found["unhurt"]


async def test_a_missing_engine_is_skipped_with_its_reason(tmp_path: Path) -> None:
    found = await conformance(tmp_path, Toy(good, models=("yolox_nano",), tier=Tier.STANDARD))
    states = {one.outcome for one in found.findings if one.engine}
    if states == {Outcome.SKIPPED}:  # no mirror here
        assert all("yolox_nano" in one.words for one in found.findings if one.engine)
    else:
        assert found.ok
