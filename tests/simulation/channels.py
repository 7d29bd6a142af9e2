"""Channels to services that live in memory and fail as the seed says."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
import grpc.aio

from tests.simulation import engines
from tests.simulation.faults import Fault, Tick, raising_only
from tests.simulation.journal import current_job
from videre.common.errors import Reason, VidereError
from videre.common.values import sha256_hex
from videre.common.wire_errors import to_status

#: Tells the methods that a service does not survive just now, however often they are called.
Poison = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which a service answers all calls with one fault."""

    start_s: float
    end_s: float
    fault: Fault


@dataclass(frozen=True, slots=True)
class CallStart:
    """One call that reached a service."""

    time_s: float
    method: str
    job_id: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a job asked, byte for byte."""

    job_id: str
    method: str
    digest: str


@dataclass(slots=True)
class Services:
    """The five services.

    Args:
        spells: by service, in order.
        chance: share of calls that meet a fault of `kinds` beside the spells.
        poison: kills whoever takes the call.
        unheard: questions whose last answer was lost on its way.
    """

    rng: random.Random
    now: Callable[[], float]
    put: Callable[[str, bytes], str]
    spells: dict[str, list[Spell]] = field(default_factory=dict)
    chance: float = 0.0
    kinds: tuple[Fault, ...] = ()
    poison: Poison = lambda _method: False
    met: Counter[tuple[str, Fault]] = field(default_factory=Counter)
    starts: list[CallStart] = field(default_factory=list)
    unheard: set[Question] = field(default_factory=set)

    def fault_of(self, service: str, method: str) -> Fault | None:
        """Return what a call meets."""
        fault = None
        if self.poison(method):
            fault = Fault.DIES
        for spell in self.spells.get(service, ()):
            if spell.start_s <= self.now() < spell.end_s:
                fault = fault or spell.fault
        if fault is None and self.kinds and self.rng.random() < self.chance:
            fault = self.rng.choice(self.kinds)
        if fault is not None:
            self.met[service, fault] += 1
        return fault


class MemoryChannel:
    """What generated stubs need of a channel, for one service."""

    def __init__(self, service: str, services: Services, tick: Tick) -> None:
        self._service, self._services, self._tick = service, services, tick

    async def close(self) -> None:
        """Nothing is open."""

    def unary_unary(self, method: str, **_: Any) -> Callable[..., Any]:
        """See grpc.aio.Channel."""

        def call(request: Any, timeout: float) -> Awaitable[Any]:
            return self._answer(method, request, timeout)

        return call

    def stream_unary(self, method: str, **_: Any) -> Callable[..., Any]:
        """See grpc.aio.Channel."""

        async def read(pieces: AsyncIterator[Any], limit_s: float) -> Any:
            return await self._answer(method, [piece async for piece in pieces], limit_s)

        def call(pieces: AsyncIterator[Any], timeout: float) -> Awaitable[Any]:
            return read(pieces, timeout)

        return call

    def unary_stream(self, method: str, **_: Any) -> Callable[..., Any]:
        """See grpc.aio.Channel."""

        def call(request: Any, timeout: float) -> _Stream:
            return _Stream(lambda: self._answer(method, request, timeout))

        return call

    async def _answer(self, method: str, request: Any, limit_s: float) -> Any:
        name = method.rpartition("/")[2]
        services = self._services
        self._tick(f"call {name}")
        services.starts.append(CallStart(services.now(), name, current_job()))
        fault = services.fault_of(self._service, name)
        work_s = 0.02 + services.rng.random() * 0.3
        await _meet(fault, limit_s, work_s)
        with raising_only():
            answer = self._made(name, request)
            question = Question(current_job(), name, _digest(request))
        if fault is Fault.LOST:
            services.unheard.add(question)
            raise _rpc_error(grpc.StatusCode.UNAVAILABLE)
        services.unheard.discard(question)
        if fault is Fault.NONSENSE:
            return _NONSENSE[name](answer)
        self._tick(f"answer {name}")
        return answer

    def _made(self, name: str, request: Any) -> Any:
        if name == "DescribeEngines":
            return engines.describe(self._service)
        if name == "Render":
            project = request.project_id
            return engines.rendered(request, lambda data: self._services.put(project, data))
        return engines.ANSWERS[name](request)


class _Stream:
    """A stream of one message, as `Render` reads it."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self._answer = answer
        self._read = False

    async def read(self) -> Any:
        """Return the message, then the end."""
        if self._read:
            return grpc.aio.EOF
        self._read = True
        return await self._answer()

    def cancel(self) -> None:
        """Nothing goes on behind a read that was cancelled."""


async def _meet(fault: Fault | None, limit_s: float, work_s: float) -> None:
    """Pass the time that a call takes until its answer; raise what comes in its place."""
    match fault:
        case Fault.UNAVAILABLE:
            await asyncio.sleep(0.001)
            raise _rpc_error(grpc.StatusCode.UNAVAILABLE)
        case Fault.OVERLOADED:
            await asyncio.sleep(0.001)
            raise _refusal(VidereError(Reason.OVERLOADED, "busy", retry_after_s=0.5))
        case Fault.TOO_SLOW:
            await asyncio.sleep(limit_s)
            raise _rpc_error(grpc.StatusCode.DEADLINE_EXCEEDED)
        case Fault.WRONG_VERSION:
            await asyncio.sleep(0.001)
            raise _refusal(VidereError(Reason.ENGINE_VERSION, "another version"))
        case Fault.ERROR:
            await asyncio.sleep(work_s)
            raise _rpc_error(grpc.StatusCode.INTERNAL)
        case Fault.REFUSED:
            await asyncio.sleep(work_s)
            raise _refusal(VidereError(Reason.ENGINE_FAILED, "cannot"))
        case Fault.DIES:
            await asyncio.sleep(work_s / 2)
            raise _rpc_error(grpc.StatusCode.UNAVAILABLE)
        case _:
            await asyncio.sleep(work_s)


def _digest(request: Any) -> str:
    """Return the digest of a message, or of all messages of a stream."""
    messages = request if isinstance(request, list) else [request]
    return sha256_hex(b"|".join(m.SerializeToString(deterministic=True) for m in messages))


def _rpc_error(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    empty = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(code, empty, empty, details="simulated")


def _refusal(error: VidereError) -> grpc.aio.AioRpcError:
    status = to_status(error)
    trailing = grpc.aio.Metadata(*status.trailing_metadata)
    return grpc.aio.AioRpcError(status.code, grpc.aio.Metadata(), trailing, status.details)


def _more_utterances(answer: Any) -> Any:
    answer.utterances.add()
    return answer


def _strange_frame(answer: Any) -> Any:
    answer.frames.add(frame=10**9).lines.add(text="nonsense", score=0.9)
    return answer


def _strange_feature(answer: Any) -> Any:
    answer.observations.add(feature="nonsense", frame=10**9)
    return answer


def _far_boundary(answer: Any) -> Any:
    answer.boundaries.add(frame=10**9, kind="cut", score=1.0)
    return answer


def _late_speech(answer: Any) -> Any:
    answer.spans.add(start_sample=answer.samples, end_sample=2 * answer.samples + 1)
    return answer


def _no_sound(answer: Any) -> Any:
    answer.windows.add(start_sample=10**9, end_sample=10**9 + 1)
    return answer


def _late_turn(answer: Any) -> Any:
    answer.turns.add(start_sample=10**9, end_sample=10**9 + 1)
    return answer


def _late_beat(answer: Any) -> Any:
    answer.beat_ns.append(10**15)
    return answer


def _no_file(answer: Any) -> Any:
    answer.result.outputs[0].digest = "0" * 64
    return answer


def _another_service(answer: Any) -> Any:
    answer.service = "nonsense"
    return answer


#: Answers that break the contract.
_NONSENSE: Final[dict[str, Callable[[Any], Any]]] = {
    "Transcribe": _more_utterances,
    "ReadFrames": _strange_frame,
    "AnalyzeFrames": _strange_feature,
    "DetectShots": _far_boundary,
    "DetectSpeech": _late_speech,
    "Diarize": _late_turn,
    "AnalyzeSound": _no_sound,
    "AnalyzeMusic": _late_beat,
    "Render": _no_file,
    "DescribeEngines": _another_service,
}
