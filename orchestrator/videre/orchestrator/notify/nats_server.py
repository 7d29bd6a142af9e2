"""A connection to a NATS server; imported when it is first asked for.

With what it brings along (aiohttp) the library is 9 MB, and few installations have a server.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import nats
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from videre.common.errors import Reason, VidereError

log = structlog.get_logger(__name__)


class NatsServer:
    """A server: connected when it is first needed, and again after it was lost."""

    def __init__(self, url: str) -> None:
        """Take the address."""
        self._url = url
        self._lock = asyncio.Lock()
        self._client: Client | None = None

    async def publish(
        self,
        subject: str,
        identifier: str,
        body: bytes,
        headers: Mapping[str, str],
        timeout_s: float,
    ) -> bool:
        """Publish a message and wait until a stream has it; return whether it was new to it.

        Args:
            subject: a stream must take it.
            identifier: a stream stores a message of the same id once, within its duplicate window.
            body: what is published.
            headers: beside the id.
            timeout_s: longest time for everything.

        Raises:
            VidereError: FETCH_FAILED.
        """
        sent = {**headers, "Nats-Msg-Id": identifier}
        try:
            async with asyncio.timeout(timeout_s):
                client = await self._connected()
                stored = await client.jetstream().publish(subject, body, timeout_s, headers=sent)
        except (NatsError, JetStreamError, OSError, TimeoutError) as error:
            said = str(error) or type(error).__name__
            raise VidereError(
                Reason.FETCH_FAILED, f"NATS did not take {subject}: {said}"
            ) from error
        return not stored.duplicate

    async def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(NatsError, OSError):
                await client.close()

    async def _connected(self) -> Client:
        async with self._lock:
            if self._client is None or self._client.is_closed:
                # What is lost is sent again by whoever sent it: the library would hold it back.
                self._client = await nats.connect(
                    self._url, connect_timeout=5, allow_reconnect=False, max_reconnect_attempts=1,
                    reconnect_time_wait=0, name="videre", error_cb=_told,
                )  # fmt: skip
            return self._client


async def _told(error: Exception) -> None:
    log.warning("NATS", error=str(error)[:300])
