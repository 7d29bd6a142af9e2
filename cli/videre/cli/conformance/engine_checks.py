"""What every engine must keep, whatever it looks for. Each check raises `Breach`, or returns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import grpc
import grpc.aio

from videre.cli.conformance.caller import Caller, plain, proper, told
from videre.cli.conformance.findings import Breach
from videre.cli.conformance.probe import Probe, Request, pin
from videre.common.errors import Reason

Check: TypeAlias = Callable[[Caller, Probe], Awaitable[None]]

#: Shorter than any inference; an engine that is faster still may answer.
_TOO_SHORT_S: Final = 0.002
#: How long a call runs before it is cancelled.
_BEFORE_CANCEL_S: Final = 0.005
_CANCELLED: Final = 4
_OTHER_DIGEST: Final = "0" * 64


async def answers(caller: Caller, probe: Probe) -> None:
    """The typical request is answered by the contract; the engine may load first."""
    caller.first = plain(await caller.ask(probe.typical))


async def repeats(caller: Caller, probe: Probe) -> None:
    """The same request gives the same bytes, alone and beside itself, within max_call_seconds."""
    started = time.monotonic()
    again = plain(await caller.ask(probe.typical))
    took, limit = time.monotonic() - started, probe.engine.max_call_seconds
    if took > limit:
        raise Breach(f"a small call took {took:.1f} s; max_call_seconds is {limit:.1f}")
    beside = await asyncio.gather(caller.ask(probe.typical), caller.ask(probe.typical))
    if any(one != caller.first for one in (again, *map(plain, beside))):
        raise Breach("the same request gave another answer")


async def parts(caller: Caller, probe: Probe) -> None:
    """Batches, pieces and owned ranges change nothing; the carry brings back what was seen."""
    whole, pieces = await probe.parts(caller.ask)
    if len(whole) != len(pieces):
        raise Breach(f"{len(whole)} results at once, {len(pieces)} in parts")
    for number, (one, other) in enumerate(zip(whole, pieces, strict=True)):
        if one != other:
            raise Breach(f"result {number} is another one when the work comes in parts")


async def limits(caller: Caller, probe: Probe) -> None:
    """What is too much is refused with the field, its limit and what it was."""
    for what, request in probe.over.items():
        with _about(what):
            refusal = await caller.refused(request, [Reason.FIELD_INVALID])
            lacking = [key for key in ("limit", "actual") if not refusal.metadata.get(key)]
            if lacking:
                raise Breach(f"FIELD_INVALID without {' and '.join(lacking)}")


async def broken(caller: Caller, probe: Probe) -> None:
    """Empty and broken input is refused as the caller's fault."""
    for what, request in probe.broken.items():
        with _about(what):
            await caller.refused(request, [Reason.FIELD_INVALID, Reason.FIELD_REQUIRED])


async def odd(caller: Caller, probe: Probe) -> None:
    """Unusual input is answered by the contract, or properly refused."""
    await _each(probe.odd, caller.answered_or_refused)


async def pins(caller: Caller, probe: Probe) -> None:
    """An engine that this process does not have is not replaced by another one."""
    own = probe.engine
    others = {name: pin(own) for name in ("another version", "other model files", "another name")}
    others["another version"].version += "-other"
    others["other model files"].model_digests.append(_OTHER_DIGEST)
    others["another name"].name += "-other"
    for what, selection in others.items():
        with _about(what):
            await caller.refused(probe.select(selection), [Reason.ENGINE_VERSION])
    selection = pin(own)
    selection.feature += "_other"
    with _about("another feature"):
        reasons = [Reason.ENGINE_VERSION, Reason.FIELD_INVALID]
        await caller.refused(probe.select(selection), reasons)


async def ends(caller: Caller, probe: Probe) -> None:
    """Calls whose deadline passes or that are cancelled end, and leave their slots free."""
    # gRPC tells some streams that are not sent in time as cancelled: gather keeps that apart from a
    # cancellation of this check.
    late = caller.begin(probe.typical, _TOO_SHORT_S)
    ended: Any = (await asyncio.gather(late, return_exceptions=True))[0]
    passed = grpc.StatusCode.DEADLINE_EXCEEDED
    if isinstance(ended, grpc.aio.AioRpcError) and ended.code() is not passed:
        raise Breach(f"a passed deadline gave {told(ended)}")
    calls = [caller.begin(probe.typical) for _ in range(_CANCELLED)]
    await asyncio.sleep(_BEFORE_CANCEL_S)
    for call in calls:
        call.cancel()
    for one in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(one, grpc.aio.AioRpcError):  # it had ended before it was cancelled
            proper(one)
    started = time.monotonic()
    await caller.ask(probe.typical)
    took, limit = time.monotonic() - started, 2 * probe.engine.max_call_seconds
    if took > limit:
        raise Breach(f"after calls that were cancelled an answer took {took:.1f} s")


async def unhurt(caller: Caller, probe: Probe) -> None:
    """After all that, the typical request still gives what it gave first."""
    if plain(await caller.ask(probe.typical)) != caller.first:
        raise Breach("the typical request gives another answer than at first")


#: In the order in which they are made.
CHECKS: Final[Mapping[str, Check]] = {
    "answer": answers,
    "repeats": repeats,
    "parts": parts,
    "limits": limits,
    "broken": broken,
    "odd": odd,
    "pins": pins,
    "ends": ends,
    "unhurt": unhurt,
}


async def _each(requests: Mapping[str, Request], do: Callable[[Request], Awaitable[None]]) -> None:
    for what, request in requests.items():
        with _about(what):
            await do(request)


@contextmanager
def _about(what: str) -> Iterator[None]:
    """Name what was asked in front of a breach."""
    try:
        yield
    except Breach as breach:
        raise Breach(f"{what}: {breach}") from breach
