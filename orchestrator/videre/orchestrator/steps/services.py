"""Calls to the services: slots, patience, retries – flow control that is not failure.

Waiting for a slot and RESOURCE_EXHAUSTED cost nothing but time. What looks like a service that is
away (UNAVAILABLE, a deadline, an answer without our reason) is tried again until the service has
been away for the stage's patience; then the stage fails. Everything else is final at once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import grpc
import grpc.aio
import structlog

from videre.common import answers
from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.common.values import score_e4
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import engine_pb2, engine_pb2_grpc
from videre.orchestrator.catalog import EngineFacts, ServiceCatalog

log = structlog.get_logger(__name__)
T = TypeVar("T")
Call = Callable[[grpc.aio.Channel, float], Awaitable[T]]
#: Asked whether an answer is still wanted; raises when it is not.
Wanted = Callable[[], Awaitable[None]]

SERVICES: Final = ("visual", "ocr", "asr", "audio", "production")
_DESCRIBE_TIMEOUT_S: Final = 5.0
_FIRST_WAIT_S: Final = 0.1
_LONGEST_WAIT_S: Final = 2.0
_AWAY: Final = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.INTERNAL,
    }
)


@dataclass(slots=True)
class _Service:
    """One service: its channel, the bound on calls to it, since when it is away, and when a call
    failed last."""

    channel: grpc.aio.Channel
    slots: asyncio.Semaphore
    away_since: float | None = None
    failed_at: float = 0.0
    under_way: int = 0
    retries: int = 0


@dataclass(slots=True)
class _Attempts:
    """The attempts of one call so far: how many, and since when they fail."""

    count: int = 0
    failing_since: float | None = None


class ServicePool:
    """The five services as the orchestrator sees them."""

    def __init__(
        self,
        channels: Mapping[str, grpc.aio.Channel],
        *,
        calls_at_once: int,
        patience_s: float,
        clock: Clock,
        rng: random.Random,
    ) -> None:
        """Take over the channels; `calls_at_once` bounds the calls to each service."""
        self._services = {
            name: _Service(channels[name], asyncio.Semaphore(calls_at_once)) for name in SERVICES
        }
        self._patience_s = patience_s
        self._clock = clock
        self._rng = rng

    async def close(self) -> None:
        """Close the channels."""
        for service in self._services.values():
            await service.channel.close()

    def under_way(self, name: str) -> int:
        """Return how many calls to a service wait for its answer now."""
        return self._services[name].under_way

    def is_away(self, name: str) -> bool:
        """Tell whether the last calls to a service were not answered."""
        return self._services[name].away_since is not None

    def retries(self, name: str) -> int:
        """Return how many calls to a service were made again."""
        return self._services[name].retries

    async def call(self, name: str, timeout_s: float, call: Call[T]) -> T:
        """Make one call, in a slot, again and again while the service is away.

        Args:
            name: service.
            timeout_s: deadline of one attempt, counted after the slot is free.
            call: makes the call on a channel with a time-out.

        Raises:
            VidereError: SERVICE_DOWN after the patience; the service's own refusal as it is.
        """
        service = self._services[name]
        tried = _Attempts()
        while True:
            async with service.slots:
                service.under_way += 1
                try:
                    answer = await call(service.channel, timeout_s)
                    if answer is None:
                        raise _unreadable()
                except grpc.aio.AioRpcError as error:
                    wait = self._wait_after(name, service, tried, error, timeout_s)
                else:
                    service.away_since = None
                    return answer
                finally:
                    service.under_way -= 1
            tried.count += 1
            service.retries += 1
            await asyncio.sleep(wait)

    def _wait_after(
        self,
        name: str,
        service: _Service,
        tried: _Attempts,
        error: grpc.aio.AioRpcError,
        timeout_s: float,
    ) -> float:
        """Return how long to wait before the next attempt, or raise what is final."""
        ours = error_from_rpc(error)
        backoff: float = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(tried.count, 6))
        wait: float = backoff * (0.5 + self._rng.random() / 2)
        if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
            tried.failing_since = None  # whoever is busy is there
            advised = ours.retry_after_s if ours is not None else None
            return max(wait, advised or 0.0)
        draining = ours is not None and ours.reason is Reason.SHUTTING_DOWN
        replica = ours is not None and ours.reason is Reason.ENGINE_VERSION
        if ours is not None and not draining and not replica:
            raise ours from None
        if ours is None and error.code() not in _AWAY:
            raise VidereError(
                Reason.SERVICE_ANSWER,
                f"{name} answered {error.code().name}",
                metadata={"service": name, "code": error.code().name},
            ) from None
        now = self._clock.monotonic()
        # Failures far apart are two absences: a long call may have been at work in between.
        apart = now - service.failed_at > timeout_s + 2 * _LONGEST_WAIT_S
        service.failed_at = now
        if service.away_since is None or apart:
            service.away_since = now
            log.warning("service away", service=name, code=error.code().name)
        # A call that fails while others succeed has a patience of its own.
        if tried.failing_since is None:
            tried.failing_since = now
        if now - min(service.away_since, tried.failing_since) > self._patience_s:
            if replica and ours is not None:
                raise ours from None
            raise VidereError(
                Reason.SERVICE_DOWN,
                f"{name} did not answer for {self._patience_s:.0f} s",
                metadata={"service": name, "patience_s": f"{self._patience_s:.0f}"},
            ) from None
        return wait

    async def describe(self, name: str, *, wanted: Wanted | None) -> ServiceCatalog:
        """Return a service's engines; `down` when it does not answer.

        Args:
            name: service.
            wanted: asked before every attempt within the patience, raises what ends them; None =
                there is one attempt.
        """

        async def ask(
            channel: grpc.aio.Channel, timeout_s: float
        ) -> engine_pb2.DescribeEnginesResponse:
            if wanted is not None:
                await wanted()
            stub = engine_pb2_grpc.EngineCatalogServiceStub(channel)
            return await stub.DescribeEngines(
                engine_pb2.DescribeEnginesRequest(), timeout=timeout_s
            )

        try:
            if wanted is not None:
                answer = await self.call(name, _DESCRIBE_TIMEOUT_S, ask)
            else:
                answer = await ask(self._services[name].channel, _DESCRIBE_TIMEOUT_S)
            answers.engines(answer, name)
        except VidereError as error:
            log.warning("service not described", service=name, error=str(error))
            return ServiceCatalog(name, down=True)
        except grpc.aio.AioRpcError:
            return ServiceCatalog(name, down=True)
        engines = tuple(_facts(answer.service, engine) for engine in answer.engines)
        return ServiceCatalog(name, engines, max(1, answer.slots))

    async def catalogs(
        self, names: Collection[str] = SERVICES, *, wanted: Wanted | None
    ) -> list[ServiceCatalog]:
        """Return the engines of services, asked side by side; see `describe`."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self.describe(name, wanted=wanted))
                for name in SERVICES
                if name in names
            ]
        return [task.result() for task in tasks]


def _unreadable() -> grpc.aio.AioRpcError:
    """Return the error of a reply that is no message of its type: grpc.aio hands None over."""
    empty = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(
        grpc.StatusCode.INTERNAL, empty, empty, details="the reply cannot be read"
    )


def _facts(service: str, engine: engine_pb2.EngineDescription) -> EngineFacts:
    return EngineFacts(
        service=service,
        feature=engine.feature,
        name=engine.name,
        version=engine.version,
        tier=engine_pb2.EngineTier.Name(engine.tier).removeprefix("ENGINE_TIER_").lower(),
        available=engine.state == engine_pb2.ENGINE_STATE_AVAILABLE,
        message=engine.state_message,
        model_digests=tuple(engine.model_digests),
        class_thresholds={c.name: score_e4(c.detection_threshold) for c in engine.classes},
        languages=tuple(engine.languages),
        storing_floor=score_e4(engine.storing_floor),
        score_cap=score_e4(engine.score_cap),
        calibration=engine.calibration,
        max_call_seconds=engine.max_call_seconds,
        cpu_seconds_per_item=engine.cpu_seconds_per_item,
        max_batch=engine.max_batch,
        licence=engine.licence,
        failed=engine.state == engine_pb2.ENGINE_STATE_FAILED,
        distribution=engine.distribution,
        needs_strips=engine.needs_strips,
        embeds_texts=engine.embeds_texts,
    )


def selection(engine: EngineFacts) -> engine_pb2.EngineSelection:
    """Return the pin that a service is asked for."""
    return engine_pb2.EngineSelection(
        feature=engine.feature,
        name=engine.name,
        version=engine.version,
        model_digests=engine.model_digests,
    )
