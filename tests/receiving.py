"""A receiver of webhooks that behaves as it is told, and checks what it is sent."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(slots=True)
class Received:
    """A message."""

    headers: dict[str, str]
    body: bytes

    @property
    def number(self) -> int:
        """Number of the event."""
        return int(self.headers["webhook-id"].rpartition("-")[2])

    def signed_by(self, secret: str) -> bool:
        """Tell whether a secret ("whsec_…") has signed it."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        head = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}."
        digest = hmac.new(key, head.encode() + self.body, sha256).digest()
        signature = "v1," + base64.b64encode(digest).decode()
        return signature in self.headers["webhook-signature"].split(" ")


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
FAILS = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 429 Later\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n"
MOVED = b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n"
GARBAGE = b"\x00\xff not HTTP\r\n\r\n"
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65_536
NOTHING = b""
#: The receiver takes the message and never answers.
STALLS = None


@dataclass(slots=True)
class Receiver:
    """Answers each message with what `answer` gives; None = it stalls."""

    url: str = ""
    answer: Callable[[Received], bytes | None] = lambda _message: OK
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    @property
    def numbers(self) -> list[int]:
        """Numbers of the events in the order in which they came."""
        return [one.number for one in self.received]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            message = Received(headers, body)
            answer = self.answer(message)
            self.received.append(message)
            if answer is None:
                await reader.read()  # until the sender gives up
            else:
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the sender was killed: that is what some tests do
        finally:
            writer.close()


@asynccontextmanager
async def receiving(port: int = 0) -> AsyncIterator[Receiver]:
    """Run a receiver on a port of this machine for the length of a block."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", port)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()
