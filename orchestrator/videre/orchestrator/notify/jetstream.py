"""NATS JetStream: events are published with their ids, of which a stream stores each once.

https://docs.nats.io/using-nats/developer/develop_jetstream/model_deep_dive#message-deduplication
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from videre.common.errors import Reason, VidereError

if TYPE_CHECKING:
    from videre.orchestrator.notify.nats_server import NatsServer


class JetStream:
    """The installation's server, if it has one."""

    def __init__(self, url: str | None) -> None:
        """Take the address.

        Args:
            url: "nats://user:password@host:4222", or tls://; None = there is none.
        """
        self._url = url
        self._server: NatsServer | None = None

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
        url = self.require()
        if self._server is None:
            from videre.orchestrator.notify.nats_server import NatsServer

            self._server = NatsServer(url)
        return await self._server.publish(subject, identifier, body, headers, timeout_s)

    async def close(self) -> None:
        """Close the connection."""
        if self._server is not None:
            await self._server.close()
