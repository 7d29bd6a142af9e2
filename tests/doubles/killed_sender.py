"""Senders that are killed (SIGKILL) at any moment, and one in the end that is not.

    killed_sender.py DATA_DIR TIMES [NATS_URL]

Each sender is a child of this process, which has imported everything and has one thread. The
clock of a child runs ahead, so that leases and pauses end between two of them. Prints how many
were killed while they ran.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from ipaddress import ip_network
from pathlib import Path

from videre.common.clock import SystemClock
from videre.common.egress import Egress, EgressPolicy
from videre.common.keys import keys_in_file
from videre.common.sealing import Seal
from videre.orchestrator.notify.jetstream import JetStream
from videre.orchestrator.notify.sender import Sender
from videre.orchestrator.notify.sinks import FileSink, HttpSink, NatsSink, Sinks
from videre.orchestrator.store.database import open_sqlite
from videre.orchestrator.store.webhooks import WebhookStore


class ClockAhead(SystemClock):
    """The machine's clock and some hours."""

    def __init__(self, hours: float) -> None:
        self._ahead_ns = round(hours * 3600e9)

    def now_ns(self) -> int:
        return super().now_ns() + self._ahead_ns


def sinks(folder: Path, url: str | None) -> Sinks:
    """Return what sends to receivers of this machine, or to a NATS server."""
    policy = EgressPolicy(allowed_networks=(ip_network("127.0.0.1/32"),))
    nats = NatsSink(JetStream(url), "videre")
    return Sinks(HttpSink(Egress(policy)), FileSink((folder,)), nats)


async def send(folder: Path, seed: int, url: str | None) -> None:
    """Send for as long as something is due."""
    clock = ClockAhead(seed * 0.02)
    database = open_sqlite(folder / "videre.db")
    webhooks = WebhookStore(database, clock)
    seal = Seal(*keys_in_file(folder / "master.key", lambda: os.urandom(32)))
    sender = Sender(webhooks, sinks(folder, url), seal, clock, random.Random(seed), answer_s=1)
    while True:
        await sender.start_due()
        await sender.settle()
        await asyncio.sleep(0.001)


async def finish(folder: Path, seed: int, url: str | None) -> None:
    """Send until everything is delivered, letting time pass where nothing is due."""
    clock_seed = seed
    while True:
        clock_seed += 10
        clock = ClockAhead(clock_seed * 0.02)
        database = open_sqlite(folder / "videre.db")
        webhooks = WebhookStore(database, clock)
        seal = Seal(*keys_in_file(folder / "master.key", lambda: os.urandom(32)))
        sender = Sender(webhooks, sinks(folder, url), seal, clock, random.Random(seed), answer_s=1)
        while await sender.start_due():
            await sender.settle()
        (hook,) = webhooks.page("default", 1, "")
        counts = webhooks.counts(hook.id)
        database.dispose()
        if counts.keys() == {"DELIVERED"}:
            return


def main(folder: Path, times: int, url: str | None = None) -> None:
    """Kill senders, then let one finish."""
    rng, killed = random.Random(7), 0
    for seed in range(times):
        child = os.fork()
        if child == 0:
            asyncio.run(send(folder, seed, url))
        time.sleep(rng.uniform(0.0, 0.15))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    asyncio.run(finish(folder, times, url))
    print(json.dumps({"killed": killed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4])
