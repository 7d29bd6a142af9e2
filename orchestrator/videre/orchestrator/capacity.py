"""How long what waits will take, and what holds it up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from videre.common.values import NS
from videre.orchestrator.features import BY_NAME

#: Whoever works on what no service does.
OWN_WORK = "orchestrator"


@dataclass(frozen=True, slots=True)
class EndedJob:
    """A job that was done.

    Args:
        start_ns: when its work began.
        end_ns: when it ended.
        media_ns: length of its media.
    """

    start_ns: int
    end_ns: int
    media_ns: int


def pace(ended: Iterable[EndedJob], since_ns: int) -> float | None:
    """Return the seconds of media that were analysed per second of work.

    Jobs that run side by side share the time, and time without work does not count. Of a job that
    began earlier its share since then counts.

    Args:
        since_ns: from when on.

    Returns:
        None where no job that ended had a length.
    """
    media_s = busy_s = 0.0
    until = since_ns
    for job in sorted(ended, key=lambda one: (one.start_ns, one.end_ns)):
        start = max(job.start_ns, since_ns)
        if job.end_ns <= start or not job.media_ns:
            continue
        media_s += job.media_ns / NS * (job.end_ns - start) / (job.end_ns - job.start_ns)
        if job.end_ns > until:
            busy_s += (job.end_ns - max(start, until)) / NS
            until = job.end_ns
    return media_s / busy_s if busy_s else None


def cpu_left(
    left_ns: Mapping[str, int], costs: Mapping[tuple[str, str], tuple[int, int, int]]
) -> dict[str, float]:
    """Return the CPU-seconds that are left per service.

    Args:
        left_ns: length of media that a feature has not looked at yet, by feature; other stages
            are left out.
        costs: (media_ms, cpu_ms, bytes) by (feature, engine), as recorded.
    """
    media_ms: dict[str, int] = {}
    cpu_ms: dict[str, int] = {}
    for (name, _), (looked_at, took, _) in costs.items():
        media_ms[name] = media_ms.get(name, 0) + looked_at
        cpu_ms[name] = cpu_ms.get(name, 0) + took
    found: dict[str, float] = {}
    for name, left in left_ns.items():
        feature = BY_NAME.get(name)
        if feature is None or not media_ms.get(name):
            continue
        service = feature.service or OWN_WORK
        per_second = cpu_ms[name] / media_ms[name]
        found[service] = found.get(service, 0.0) + left / NS * per_second
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a service is.

    Args:
        slots: calls that it works on at once; 0 where it does not answer.
        calls: calls that wait for its answer.
        cpu_s: CPU-seconds that are left.
    """

    service: str
    slots: int
    calls: int
    cpu_s: float


def busiest_first(loads: Iterable[Load]) -> Sequence[Load]:
    """Return services by the work per slot that is left; one that is down counts as one slot."""
    return sorted(loads, key=lambda one: (-one.cpu_s / max(1, one.slots), one.service))
