"""Spans without a collector, and with one that is away."""

from __future__ import annotations

import time

import pytest

from videre.common import tracing
from videre.common.errors import VidereError
from videre.common.spans import export_spans, exported, span

RECEIVED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9"])
def test_a_span_is_in_the_trace_that_was_received(endpoint: str | None) -> None:
    with export_spans("ocr", endpoint):
        assert exported() == (endpoint is not None)
        with span("outer", RECEIVED):
            outer = tracing.current()
            assert outer is not None
            assert tracing.trace_id(outer) == tracing.trace_id(RECEIVED)
            assert outer != RECEIVED
            with span("inner", outer):
                inner = tracing.current() or ""
                assert tracing.trace_id(inner) == tracing.trace_id(RECEIVED)
                assert inner != outer
            assert tracing.current() == outer
        assert tracing.current() is None
        with span("alone", "nonsense"):
            alone = tracing.current() or ""
            assert tracing.trace_id(alone) not in (tracing.trace_id(RECEIVED), "0" * 32)
    assert not exported()


@pytest.mark.long
def test_a_collector_that_is_away_costs_no_call_its_time() -> None:
    with export_spans("ocr", "http://127.0.0.1:9"):
        started = time.monotonic()
        for _ in range(1_000):
            with span("call", RECEIVED):
                pass
        assert time.monotonic() - started < 5


def test_an_endpoint_that_is_no_url_is_refused() -> None:
    with pytest.raises(VidereError) as refused, export_spans("ocr", "127.0.0.1:4317"):
        raise AssertionError("unreachable")
    assert refused.value.violations[0].field == "otlp_endpoint"
