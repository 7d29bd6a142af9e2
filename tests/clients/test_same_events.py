"""Two clients watch one job, lose their connections again and again and the server once: both see
the same events, each of them once."""

from __future__ import annotations

import base64
import random
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from calling import TIMEOUT_S, Api
from client_programs import NODE, Program, build
from cutting import Cutter, Limit
from running import Processes, processes

from tests import synth
from videre.client import RetryPolicy, Videre
from videre.v1 import job_pb2

pytestmark = [pytest.mark.fault, pytest.mark.long]

#: The plan waits for services that are not there; in the end the loudness, which needs none, is all
#: that succeeds.
FEATURES: Final = ("shots", "objects", "colors", "text", "loudness")
#: Longest time until something that must happen has happened.
PATIENCE_S: Final = 90.0
#: A client that loses every connection for as long as a test may take.
PERSISTENT: Final = RetryPolicy(attempts=1_000, base_s=0.05, cap_s=0.2)
#: Connections that are cut after a few events each, and may share them.
SHORT: Final = 24


class Seen:
    """The events that one client has seen so far, in the order in which it saw them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.events: list[job_pb2.JobEvent] = []

    def add(self, event: job_pb2.JobEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, stage: str) -> None:
        """Wait until a stage was seen to be done."""
        with self._changed:
            found = self._changed.wait_for(
                lambda: any(e.stage.name == stage and e.stage.done for e in self.events),
                PATIENCE_S,
            )
        assert found, f"{stage} is not done after {len(self.events)} events"


def watch_from_python(target: str, job_id: str, seen: Seen) -> None:
    with Videre(target, retry=PERSISTENT) as videre:
        for event in videre.watch(job_id):
            seen.add(event)


def watch_from_node(process: subprocess.Popen[str], seen: Seen) -> int:
    """Return how many connections the client took."""
    assert process.stdout is not None
    assert process.stderr is not None
    for line in process.stdout:
        kind, _, value = line.strip().partition(" ")
        if kind == "connections":
            return int(value)
        seen.add(job_pb2.WatchJobResponse.FromString(base64.b64decode(value)).event)
    raise AssertionError(f"the Node client ended: {process.stderr.read()}")


@contextmanager
def watching(
    node: Program, proxy: Cutter, job_id: str, python: Seen, other: Seen
) -> Iterator[tuple[Future[None], Future[int]]]:
    """Watch a job with both clients for the length of a block."""
    process = node.start("watch", proxy.target, job_id)
    with ThreadPoolExecutor(2) as pool:
        try:
            yield (
                pool.submit(watch_from_python, proxy.target, job_id, python),
                pool.submit(watch_from_node, process, other),
            )
        finally:
            proxy.close()
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The Node client."""
    return build(NODE, tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound."""
    clip = synth.Clip(
        "film.mp4", 100, size=(96, 54), rate=Fraction(5), cuts=tuple(range(40, 100, 40)),
        encoder=(("preset", "ultrafast"), ("g", "10")), sounds=(synth.Sound(synth.tone(20.0)),),
    )  # fmt: skip
    return synth.make(clip, tmp_path_factory.mktemp("film"))


def submit(suite: Processes, film: Path) -> str:
    with Api(suite.ports.target("orchestrator")) as api:
        request = job_pb2.SubmitJobRequest(features=FEATURES)
        request.inputs.add(uri=film.as_uri())
        return api.submit(request).job.job_id


def every(suite: Processes, job_id: str) -> list[job_pb2.JobEvent]:
    """Return all events of an ended job, read at one go."""
    with Api(suite.ports.target("orchestrator")) as api:
        request = job_pb2.WatchJobRequest(job_id=job_id)
        return [reply.event for reply in api.jobs.WatchJob(request, timeout=TIMEOUT_S)]


def interrupt(proxy: Cutter, suite: Processes, clients: tuple[Seen, Seen]) -> None:
    """Cut both clients off, kill the server in the midst of its work, and let that end."""
    for seen in clients:
        seen.wait("probe")
    proxy.cut()
    suite.kill("orchestrator")
    suite.configure(VIDERE_STAGE_PATIENCE="0.5")
    suite.start("orchestrator")


def test_both_clients_see_every_event_once(node: Program, film: Path, tmp_path: Path) -> None:
    chance = random.Random(8)
    limits = [Limit(down=chance.randint(250, 700)) for _ in range(SHORT)]
    settings = {"VIDERE_FILE_ROOTS": str(film.parent), "VIDERE_STAGE_PATIENCE": "600"}
    python, other = Seen(), Seen()
    with (
        processes(tmp_path, "orchestrator", **settings) as suite,
        Cutter(suite.ports.orchestrator, limits) as proxy,
    ):
        job_id = submit(suite, film)
        with watching(node, proxy, job_id, python, other) as (ours, theirs):
            interrupt(proxy, suite, (python, other))
            ours.result(PATIENCE_S)
            connections = theirs.result(PATIENCE_S)
        events = every(suite, job_id)
    assert events[-1].state_changed.state == job_pb2.JOB_STATE_PARTIAL
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert len(events) >= 15
    assert python.events == events
    assert other.events == events
    assert connections >= 3, "it was cut off, and its server was killed"
    assert proxy.cuts >= 6
