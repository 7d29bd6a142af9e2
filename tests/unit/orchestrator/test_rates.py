"""Rates of calls: a burst, then as many as come back, each caller for itself."""

from __future__ import annotations

import grpc
import grpc.aio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from videre.common.clock import FakeClock
from videre.common.server import Registration, start_server
from videre.common.wire_errors import error_from_rpc
from videre.orchestrator import policy
from videre.orchestrator.access.rates import CallRates, RateInterceptor
from videre.v1 import engine_pb2, engine_pb2_grpc


def test_a_burst_is_taken_and_then_what_comes_back() -> None:
    clock = FakeClock()
    rates = CallRates(2.0, 3, clock)
    assert [rates.take("ada") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert rates.take("bob") == 0.0
    clock.advance(0.5)
    assert [rates.take("ada") for _ in range(2)] == [0.0, 0.5]


@given(st.lists(st.floats(0.0, 3.0), max_size=60), st.floats(0.5, 20.0), st.integers(1, 9))
def test_nobody_gets_more_than_a_burst_and_what_came_back(
    pauses: list[float], per_second: float, burst: int
) -> None:
    clock = FakeClock()
    rates, taken = CallRates(per_second, burst, clock), 0
    for pause in pauses:
        clock.advance(pause)
        wait = rates.take("ada")
        taken += wait == 0.0
        assert 0.0 <= wait <= 1.0 / per_second
    assert taken <= burst + sum(pauses) * per_second + 1e-6


class _Engines(engine_pb2_grpc.EngineServiceServicer):
    async def ListEngines(
        self, request: engine_pb2.ListEnginesRequest, context: object
    ) -> engine_pb2.ListEnginesResponse:
        return engine_pb2.ListEnginesResponse()


async def test_a_caller_is_told_when_to_come_again() -> None:
    engines = Registration(
        engine_pb2.DESCRIPTOR.services_by_name["EngineService"],
        engine_pb2_grpc.add_EngineServiceServicer_to_server, _Engines(), policy.ENGINES,
    )  # fmt: skip
    server = await start_server(
        "127.0.0.1", 0, [engines], metrics=CollectorRegistry(),
        further=[RateInterceptor(CallRates(0.1, 2, FakeClock()))],
    )  # fmt: skip
    async with grpc.aio.insecure_channel(server.address) as channel:
        stub = engine_pb2_grpc.EngineServiceStub(channel)
        for _ in range(2):
            await stub.ListEngines(engine_pb2.ListEnginesRequest(), timeout=10)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ListEngines(engine_pb2.ListEnginesRequest(), timeout=10)
    await server.stop(0)
    refusal = error_from_rpc(caught.value)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert refusal is not None
    assert (refusal.reason, refusal.retry_after_s) == ("RATE_EXCEEDED", 10.0)
