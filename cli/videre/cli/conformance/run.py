"""Checks a target: first the service as a whole, then each of its engines."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Final

import grpc.aio

from videre.cli.conformance.caller import Caller, told
from videre.cli.conformance.engine_checks import CHECKS
from videre.cli.conformance.findings import Breach, Conformance, Finding, NotChecked, Outcome
from videre.cli.conformance.picture_probes import frames_probe, shots_probe, text_probe
from videre.cli.conformance.probe import Probe
from videre.cli.conformance.service_checks import SERVICE_CHECKS, SERVICES, Target
from videre.cli.conformance.sound_probes import (
    activity_probe,
    music_probe,
    sound_probe,
    speakers_probe,
    speech_probe,
)
from videre.cli.exits import Exit
from videre.cli.failures import CommandError
from videre.common.channel import open_channel
from videre.common.config import Settings
from videre.internal.v1 import engine_pb2, engine_pb2_grpc

Make = Callable[[engine_pb2.EngineDescription], Probe]

#: The probe of each feature; `None` stands for all others of the service.
_PROBES: Final[dict[str, dict[str | None, Make]]] = {
    "visual": {"shots": shots_probe, None: frames_probe},
    "ocr": {"text": text_probe},
    "asr": {
        "speech_activity": activity_probe,
        "speech": speech_probe,
        "diarization": speakers_probe,
    },
    "audio": {"sound": sound_probe, "music": music_probe},
    "production": {},
}
_PRODUCTION: Final = "functions of production are checked by their descriptions only"


async def check_target(
    target: str, *, engine: str, patience_s: float, tell: Callable[[Finding], None]
) -> Conformance:
    """Make all checks at a target.

    Args:
        target: "host:port" of a service.
        engine: only the engines of this name; "" = all.
        patience_s: longest wait for one answer, loading included.
        tell: called with each finding as it is made.

    Raises:
        CommandError: nothing there describes engines, or no engine has the name.
    """
    async with open_channel([target], Settings().tls) as channel:
        described = await _describe(channel, target, patience_s)
        chosen = [one for one in described.engines if engine in ("", one.name)]
        if engine and not chosen:
            raise CommandError(f"{described.service} has no engine {engine!r}", Exit.USAGE)
        probes = [probe for one in chosen if (probe := probe_of(described.service, one))]
        cheapest = min(probes, key=lambda probe: probe.engine.cpu_seconds_per_item, default=None)
        findings = []
        whole = Target(target, channel, described, cheapest, patience_s)
        async for finding in _service(whole):
            findings.append(finding)
            tell(finding)
        for one in chosen:
            async for finding in _engine(whole, one):
                findings.append(finding)
                tell(finding)
    return Conformance(target, described.service, findings)


async def _describe(
    channel: grpc.aio.Channel, target: str, patience_s: float
) -> engine_pb2.DescribeEnginesResponse:
    stub: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    try:
        answer: engine_pb2.DescribeEnginesResponse = await stub.DescribeEngines(
            engine_pb2.DescribeEnginesRequest(), timeout=patience_s
        )
    except grpc.aio.AioRpcError as error:
        raise CommandError(f"{target} does not describe engines: {told(error)}") from error
    if answer.service not in SERVICES:
        raise CommandError(f"{target} says it is {answer.service[:40]!r}: no service of Videre")
    return answer


def probe_of(service: str, engine: engine_pb2.EngineDescription) -> Probe | None:
    """Return the probe of an engine; None when it cannot be asked."""
    if engine.state != engine_pb2.ENGINE_STATE_AVAILABLE:
        return None
    makers = _PROBES[service]
    make = makers.get(engine.feature, makers.get(None))
    return make(engine) if make else None


async def _service(target: Target) -> AsyncIterator[Finding]:
    for name, check in SERVICE_CHECKS.items():
        yield await _finding("", "", name, check(target))


async def _engine(target: Target, engine: engine_pb2.EngineDescription) -> AsyncIterator[Finding]:
    probe = probe_of(target.described.service, engine)
    if probe is None:
        works = engine.state == engine_pb2.ENGINE_STATE_AVAILABLE
        why = _PRODUCTION if works else engine.state_message
        for finding in _skipped(engine, CHECKS, why):
            yield finding
        return
    caller = Caller(target.channel, probe, target.patience_s)
    names = list(CHECKS)
    for number, name in enumerate(names):
        finding = await _finding(engine.feature, engine.name, name, CHECKS[name](caller, probe))
        yield finding
        if number == 0 and finding.outcome is Outcome.FAILED:
            for skipped in _skipped(engine, names[1:], "the first check failed"):
                yield skipped
            return


def _skipped(
    engine: engine_pb2.EngineDescription, names: Iterable[str], why: str
) -> Iterable[Finding]:
    return [Finding(engine.feature, engine.name, name, Outcome.SKIPPED, why, 0.0) for name in names]


async def _finding(feature: str, engine: str, name: str, check: Awaitable[None]) -> Finding:
    """Make a check and return how it ended; what is no breach is a defect and passes on."""
    started = time.monotonic()
    outcome, words = Outcome.OK, ""
    try:
        await check
    except Breach as breach:
        outcome, words = Outcome.FAILED, str(breach)
    except NotChecked as why:
        outcome, words = Outcome.SKIPPED, str(why)
    except grpc.aio.AioRpcError as error:  # the connection itself broke
        outcome, words = Outcome.FAILED, told(error)
    return Finding(feature, engine, name, outcome, words, time.monotonic() - started)
