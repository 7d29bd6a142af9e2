"""NATS JetStream: events are published with their ids, of which a stream stores each once.

https://docs.nats.io/using-nats/developer/develop_jetstream/model_deep_dive#message-deduplication
"""

from __future__ import annotations

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

    def server(self) -> NatsServer:
        """Return the server, which connects when something is published.

        Raises:
            VidereError: OPTION_UNIMPLEMENTED, there is none.
        """
        if self._url is None:
            raise VidereError(
                Reason.OPTION_UNIMPLEMENTED,
                "no NATS server is set (VIDERE_NATS_URL), so nothing is published to one",
                metadata={"field": "uri", "limit": "http, https, file", "actual": "nats"},
            )
        if self._server is None:
            from videre.orchestrator.notify.nats_server import NatsServer

            self._server = NatsServer(self._url)
        return self._server

    async def close(self) -> None:
        """Close the connection."""
        if self._server is not None:
            await self._server.close()
