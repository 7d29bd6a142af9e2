"""Sending events to where they are wanted: at least once, again and again for a day."""

from __future__ import annotations

import asyncio
import random
from typing import Final

import structlog

from videre.common.clock import Clock
from videre.common.errors import VidereError
from videre.common.sealing import Seal
from videre.common.values import NS
from videre.orchestrator.notify.backoff import next_ns, pause_s
from videre.orchestrator.notify.messages import Secret, message
from videre.orchestrator.notify.sinks import Parcel, Sinks
from videre.orchestrator.store.changes import EVERY_JOB, ChangeBoard
from videre.orchestrator.store.webhooks import Claimed, WebhookRecord, WebhookStore

log = structlog.get_logger(__name__)

#: Longest time a receiver has to answer; well below the lease of a delivery.
ANSWER_S: Final = 15.0
#: Deliveries on their way at once, in all and to one webhook: one that hangs holds up itself.
_AT_ONCE: Final = 32
_AT_ONCE_EACH: Final = 4
#: How long the sender rests: at least after a round, at most when it is not woken.
_SHORTEST_S: Final = 0.1
_LONGEST_S: Final = 1.0
_MOST_ERROR: Final = 300


class Sender:
    """Takes what is due and sends it."""

    def __init__(
        self,
        webhooks: WebhookStore,
        sinks: Sinks,
        seal: Seal,
        clock: Clock,
        rng: random.Random,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._webhooks, self._sinks, self._seal = webhooks, sinks, seal
        self._clock, self._rng, self._answer_s = clock, rng, answer_s
        self._running: dict[asyncio.Task[None], str] = {}

    async def run(self, changes: ChangeBoard) -> None:
        """Send until cancelled."""
        try:
            while True:
                woken = changes.subscribe(EVERY_JOB)
                try:
                    await self.start_due()
                except Exception:
                    log.exception("round of notifications failed")
                await asyncio.sleep(_SHORTEST_S)
                await changes.wait(EVERY_JOB, woken, _LONGEST_S)
        finally:
            for task in self._running:
                task.cancel()
            if self._running:
                await asyncio.wait(self._running)

    async def start_due(self) -> int:
        """Begin to send what is due; return how many."""
        await asyncio.to_thread(self._webhooks.expand)
        room = _AT_ONCE - len(self._running)
        if room <= 0:
            return 0
        busy = list(self._running.values())
        full = [one for one in set(busy) if busy.count(one) >= _AT_ONCE_EACH]
        due = await asyncio.to_thread(self._webhooks.claim, room, _AT_ONCE_EACH, full)
        for claimed in due:
            task = asyncio.create_task(self._send(claimed), name="delivery")
            self._running[task] = claimed.webhook.id
            task.add_done_callback(self._running.pop)
        return len(due)

    async def settle(self) -> None:
        """Wait until everything on its way has been answered."""
        while self._running:
            await asyncio.wait(self._running)

    async def _send(self, claimed: Claimed) -> None:
        status, error, asked_s = 0, "", None
        try:
            posted = message(
                claimed.event,
                secrets_of(claimed.webhook, self._seal),
                binary=claimed.webhook.binary,
                now_s=self._clock.now_ns() // NS,
            )
            uri = claimed.webhook.uri
            again = claimed.delivery.attempts > 0
            parcel = Parcel(claimed.event.project_id, uri, posted, again)
            answer = await self._sinks.of(uri).send(parcel, self._answer_s)
            status, asked_s = answer.status, answer.retry_after_s
            if status and not 200 <= status < 300:
                error = f"the receiver answered {status}"
        except VidereError as refused:
            error = str(refused)[:_MOST_ERROR]
        if not error:
            await asyncio.to_thread(self._webhooks.delivered, claimed.delivery, status)
            return
        failures = claimed.delivery.attempts + 1
        pause = pause_s(failures, self._rng.random(), asked_s)
        next_try = next_ns(claimed.delivery.since_ns, self._clock.now_ns(), pause)
        log.info("delivery failed", webhook=claimed.webhook.id, number=claimed.event.number,
                 attempts=failures, status=status, given_up=next_try is None)  # fmt: skip
        await asyncio.to_thread(self._webhooks.failed, claimed.delivery, status, error, next_try)


def secrets_of(webhook: WebhookRecord, seal: Seal) -> list[Secret]:
    """Return what signs the messages of a webhook, the newest first.

    Raises:
        VidereError: KEY_MISSING, the installation's key is another one.
    """
    return [Secret(one["id"], seal.open(one["sealed"], webhook.id)) for one in webhook.secrets]
