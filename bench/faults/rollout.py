"""Every process restarted in turn while jobs come in without a break."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from tests.cluster import Cluster
from videre.cli.evaluation.figures import Case
from videre.client import NotFound, Unavailable, Videre
from videre.v1 import job_pb2

T = TypeVar("T")
_PATIENCE_S = 300.0
_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Load:
    """A job that is sent again and again.

    Args:
        name: what it is called in cases.
        send: sends it.
        said: what it comes to when nobody disturbs.
        says: tells what it came to.
    """

    name: str
    send: Callable[[Videre], job_pb2.Job]
    said: tuple[str, ...]
    says: Callable[[job_pb2.Job], tuple[str, ...]]


@dataclass(slots=True)
class Rolled:
    """What came of it.

    Args:
        restarted: processes that ended in order and were started again.
        unclean: processes that did not end in order.
        jobs: jobs that were sent meanwhile.
        failed: those that did not succeed, or came to something else.
    """

    restarted: list[str] = field(default_factory=list)
    unclean: list[Case] = field(default_factory=list)
    jobs: int = 0
    failed: list[Case] = field(default_factory=list)


def forget(client: Videre, job: job_pb2.Job) -> None:
    """Delete a job with its media: the same bytes are looked at anew then."""
    client.delete(job.job_id)
    client.delete_media(job.media_id, close_reviews=True)


def roll(
    made: Cluster, orchestrators: Sequence[str], names: Sequence[str], loads: Sequence[Load]
) -> Rolled:
    """Restart processes in turn, each with SIGTERM, under load.

    Args:
        orchestrators: those that answer callers; whoever is there is asked.
        names: the processes to restart.
        loads: jobs, of which each is always under way.
    """
    rolled, over, lock = Rolled(), threading.Event(), threading.Lock()
    target = f"ipv4:{','.join(made.suite.target(name) for name in orchestrators)}"

    def keep_sending(load: Load) -> None:
        with Videre(target) as client:
            while not over.is_set():
                sent = _asked(partial(load.send, client))
                job = _asked(partial(client.wait, sent.job_id, timeout_s=_PATIENCE_S))
                state = job_pb2.JobState.Name(job.state).removeprefix("JOB_STATE_")
                with lock:
                    rolled.jobs += 1
                    if state != "SUCCEEDED":
                        rolled.failed.append(Case(load.name, None, "SUCCEEDED", state))
                    elif load.says(job) != load.said:
                        case = Case(load.name, None, str(load.said), str(load.says(job)))
                        rolled.failed.append(case)
                with suppress(NotFound):  # deleted by a call whose answer was lost
                    _asked(partial(client.delete, job.job_id))
                with suppress(NotFound):
                    _asked(partial(client.delete_media, job.media_id, close_reviews=True))

    with ThreadPoolExecutor(len(loads)) as pool:
        sending = [pool.submit(keep_sending, load) for load in loads]
        try:
            for name in names:
                _restart(made, name, rolled)
        finally:
            over.set()
        for one in sending:
            one.result()
    return rolled


def _asked(call: Callable[[], T]) -> T:
    """Return what a call answers; a client that found nobody for long enough to give up goes on."""
    while True:
        try:
            return call()
        except Unavailable:
            time.sleep(_AGAIN_S)


def _restart(made: Cluster, name: str, rolled: Rolled) -> None:
    try:
        code: int | str = made.suite.stop(name)
    except subprocess.TimeoutExpired:
        code = "did not end"
    if code == 0:
        rolled.restarted.append(name)
    else:
        rolled.unclean.append(Case(name, None, "0", str(code)))
    made.suite.start(name)
