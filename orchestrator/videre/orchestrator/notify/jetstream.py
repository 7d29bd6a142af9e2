"""NATS JetStream: events are published with their ids, of which a stream stores each once.

https://docs.nats.io/using-nats/developer/develop_jetstream/model_deep_dive#message-deduplication
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


class JetStream:
    """The installation's server: connected when it is first needed, and again after it was lost."""

    def __init__(self, url: str | None) -> None:
        """Take the address.

        Args:
            url: "nats://user:password@host:4222", or tls://; None = there is none.
        """
        self._url = url
        self._lock = asyncio.Lock()
        self._client: Client | None = None

    def require(self) -> str:
        """Return the address.

        Raises:
            VidereError: OPTION_UNIMPLEMENTED, there is none.
        """
        if self._url is None:
            raise VidereError(
                Reason.OPTION_UNIMPLEMENTED,
                "no NATS server is set (VIDERE_NATS_URL), so nothing is published to one",
                metadata={"field": "uri", "limit": "http, https, file", "actual": "nats"},
            )
        return self._url

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
            VidereError: FETCH_FAILED, OPTION_UNIMPLEMENTED.
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
        url = self.require()
        async with self._lock:
            if self._client is None or self._client.is_closed:
                # What is lost is sent again by whoever sent it: the library would hold it back.
                self._client = await nats.connect(
                    url, connect_timeout=5, allow_reconnect=False, max_reconnect_attempts=1,
                    reconnect_time_wait=0, name="videre", error_cb=_told,
                )  # fmt: skip
            return self._client


async def _told(error: Exception) -> None:
    log.warning("NATS", error=str(error)[:300])
