"""What the orchestrator tells Prometheus, read when it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from videre.common.clock import Clock
from videre.common.values import NS
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.steps.services import SERVICES, ServicePool
from videre.orchestrator.store.evidence import EvidenceStore
from videre.orchestrator.store.records import JobState
from videre.orchestrator.store.workload import Waiting, WorkloadStore


def measure(app: Orchestrator, metrics: CollectorRegistry) -> None:
    """Add the orchestrator's metrics to a registry."""
    ProcessCollector(registry=metrics)
    metrics.register(_Jobs(app.workload, app.clock))
    metrics.register(_Services(app.services))
    metrics.register(_Costs(app.evidence))


class _Jobs(Collector):
    """Jobs that have not ended."""

    def __init__(self, workload: WorkloadStore, clock: Clock) -> None:
        self._workload, self._clock = workload, clock

    def collect(self) -> Iterable[Metric]:
        waiting = self._workload.waiting()
        yield _by_project("videre_jobs", "Jobs that have not ended.", waiting, lambda w: w.jobs)
        yield _by_project(
            "videre_jobs_media_seconds", "Their media that is not analysed yet.", waiting,
            lambda w: w.left_ns / NS,
        )  # fmt: skip
        now_ns = self._clock.now_ns()
        queued = [one for one in waiting if one.state is JobState.QUEUED]
        yield _by_project(
            "videre_jobs_oldest_seconds", "For how long the oldest of them waits.", queued,
            lambda w: max(0, now_ns - w.oldest_ns) / NS,
        )  # fmt: skip


def _by_project(
    name: str, text: str, waiting: Iterable[Waiting], value: Callable[[Waiting], float]
) -> Metric:
    family = GaugeMetricFamily(name, text, labels=["project", "state"])
    for one in waiting:
        family.add_metric([one.project_id, one.state.lower()], value(one))
    return family


class _Services(Collector):
    """The services as this process sees them."""

    def __init__(self, services: ServicePool) -> None:
        self._services = services

    def collect(self) -> Iterable[Metric]:
        calls = GaugeMetricFamily(
            "videre_service_calls", "Calls that wait for an answer.", labels=["service"]
        )
        away = GaugeMetricFamily(
            "videre_service_away", "1 where the last call was not answered.", labels=["service"]
        )
        again = CounterMetricFamily(
            "videre_service_retries", "Calls that were made again.", labels=["service"]
        )
        for name in SERVICES:
            calls.add_metric([name], self._services.under_way(name))
            away.add_metric([name], float(self._services.is_away(name)))
            again.add_metric([name], self._services.retries(name))
        return (calls, away, again)


class _Costs(Collector):
    """What engines have looked at, and what it took: their quotient is a real-time factor."""

    def __init__(self, evidence: EvidenceStore) -> None:
        self._evidence = evidence

    def collect(self) -> Iterable[Metric]:
        labels = ["feature", "engine"]
        media = CounterMetricFamily(
            "videre_engine_media_seconds", "Media that engines have looked at.", labels=labels
        )
        cpu = CounterMetricFamily(
            "videre_engine_cpu_seconds", "What engines have taken for it.", labels=labels
        )
        for (feature, engine), (media_ms, cpu_ms, _) in sorted(self._evidence.costs().items()):
            media.add_metric([feature, engine], media_ms / 1_000)
            cpu.add_metric([feature, engine], cpu_ms / 1_000)
        return (media, cpu)
