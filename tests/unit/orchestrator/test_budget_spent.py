"""What answers take is charged; no engine is called for a job whose budget is used up."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from videre.common.errors import Reason, VidereError
from videre.internal.v1 import engine_pb2, ocr_pb2, visual_pb2
from videre.orchestrator.steps.services import Call
from videre.orchestrator.steps.work import Work, ask

Answer = ocr_pb2.ReadFramesResponse | visual_pb2.AnalyzeFramesResponse
ONE = ocr_pb2.ReadFramesResponse(usage=engine_pb2.CallUsage(cpu_seconds=0.25))
SEVERAL = visual_pb2.AnalyzeFramesResponse(
    usage=[engine_pb2.CallUsage(cpu_seconds=seconds) for seconds in (1.5, 0.25)]
)


class Suite:
    """A run whose job has taken something, and a pool that calls what it is given."""

    def __init__(self, charged: int) -> None:
        self.charged = charged
        self.jobs = SimpleNamespace(
            active=lambda _: True, charged_cpu_ms=lambda _: self.charged, charge=self.charge
        )
        self.services = self

    def charge(self, job_id: str, cpu_ms: int) -> None:
        self.charged += cpu_ms

    async def call(self, service: str, timeout_s: float, call: Call[Answer]) -> Answer:
        return await call(cast(Any, None), timeout_s)


def asked(service: str, suite: Suite, budget: int | None, answer: Answer = ONE) -> Answer:
    work = cast(Work, SimpleNamespace(job_id="j", plan=SimpleNamespace(budget_cpu_ms=budget)))

    async def call(*_: object) -> Answer:
        return answer

    return asyncio.run(ask(cast(Any, suite), work, service, 1.0, call))


@pytest.mark.parametrize("service", ["visual", "asr"])
def test_a_budget_that_is_used_up_is_told(service: str) -> None:
    with pytest.raises(VidereError) as caught:
        asked(service, Suite(2_000), 2_000)
    assert caught.value.reason is Reason.BUDGET
    assert caught.value.metadata == {"limit": "2000", "actual": "2000"}


@pytest.mark.parametrize(
    ("service", "charged", "budget", "added"),
    [
        ("visual", 1_999, 2_000, 250),
        ("visual", 9_999, None, 0),
        ("production", 9_999, 2_000, 0),
    ],
)
def test_else_engines_are_asked_and_charged(
    service: str, charged: int, budget: int | None, added: int
) -> None:
    suite = Suite(charged)
    assert asked(service, suite, budget) is ONE
    assert suite.charged == charged + added


def test_every_engine_of_an_answer_is_charged() -> None:
    suite = Suite(0)
    asked("visual", suite, 1, SEVERAL)
    assert suite.charged == 1_750
