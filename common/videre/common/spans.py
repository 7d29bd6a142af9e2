"""Spans: what a call or a step took, within the trace that the caller began.

Without an endpoint a span is only its ids, which logs carry and calls pass on. With one, spans are
sent to an OpenTelemetry collector (OTLP over gRPC) by the official SDK, in the background: a
collector that is slow or away costs spans, never a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from videre.common import tracing
from videre.common.errors import Reason, VidereError, invalid

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

#: Spans that wait to be sent, at most; further ones are dropped.
_QUEUE: Final = 4_096
_SEND_S: Final = 5
_FLUSH_MS: Final = 2_000

_tracer: Tracer | None = None


def exported() -> bool:
    """Tell whether spans are sent to a collector."""
    return _tracer is not None


@contextmanager
def export_spans(process: str, endpoint: str | None) -> Iterator[None]:
    """Send the spans of this process to a collector for the length of a block.

    Args:
        process: "orchestrator", "visual" and so on; the resource is "videre-<process>".
        endpoint: "http://127.0.0.1:4317", or https; None = spans are not sent.

    Raises:
        VidereError: FIELD_INVALID, it is no URL; OPTION_UNIMPLEMENTED, the SDK is missing.
    """
    if endpoint is None:
        yield
        return
    if urlsplit(endpoint).scheme not in ("http", "https"):
        raise invalid("otlp_endpoint", "is no URL", limit="http://host:port", actual=endpoint)
    provider = _provider(process, endpoint)
    global _tracer
    _tracer = provider.get_tracer("videre")
    try:
        yield
    finally:
        _tracer = None
        provider.force_flush(_FLUSH_MS)
        provider.shutdown()


def _provider(process: str, endpoint: str) -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise VidereError(
            Reason.OPTION_UNIMPLEMENTED,
            "sending spans needs the OpenTelemetry SDK: install videre-common[otel]",
        ) from None
    exporter = OTLPSpanExporter(
        endpoint=endpoint, insecure=endpoint.startswith("http://"), timeout=_SEND_S
    )
    provider = TracerProvider(
        resource=Resource.create({"service.name": f"videre-{process}"}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=_QUEUE))
    return provider


@contextmanager
def span(name: str, received: str | None, *, server: bool = False, **told: str) -> Iterator[None]:
    """Be in a span for the length of a block: logs carry its trace, calls pass it on.

    Args:
        received: traceparent of whoever asked; None or malformed = a new trace.
        server: somebody else's call is answered.
        told: attributes of the span; no texts of media or callers.
    """
    if _tracer is None:
        with tracing.entered(tracing.child_of(received)):
            yield
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    around = TraceContextTextMapPropagator().extract({tracing.HEADER: received or ""})
    kind = SpanKind.SERVER if server else SpanKind.INTERNAL
    running = _tracer.start_span(name, context=around, kind=kind, attributes=told)
    ids = running.get_span_context()
    header = f"00-{ids.trace_id:032x}-{ids.span_id:016x}-{ids.trace_flags:02x}"
    try:
        with tracing.entered(header):
            yield
    except (asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as error:
        # The type alone: a message may quote what a caller has sent.
        running.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        running.end()
