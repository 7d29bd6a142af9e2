"""Which web pages may call: a browser names the page's origin, and only the listed ones pass.

A request that names none comes from no page. One that names the server itself is refused as well
unless listed: a name may be made to lead to this machine after the page was loaded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from videre.orchestrator.web.passing import PASSED

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

#: Where the description of the API lies.
DESCRIPTION: Final = "/openapi.json"
#: What clients of Connect and gRPC-Web send, and read, beside the metadata of calls.
_SENT: Final = (
    *PASSED,
    "content-type",
    "connect-protocol-version",
    "connect-timeout-ms",
    "grpc-timeout",
    "x-grpc-web",
    "x-user-agent",
)
_READ: Final = ("grpc-status", "grpc-message", "grpc-status-details-bin")
#: Seconds for which a browser remembers the answer; none remembers more than two hours.
_REMEMBERED_S: Final = 7_200


class Guarded:
    """An application that pages of the listed origins may call, and the description beside it."""

    def __init__(self, inner: App, origins: Sequence[str], description: bytes) -> None:
        """Take what is guarded."""
        self._inner, self._origins, self._description = inner, frozenset(origins), description

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served")
        origin = _header(scope, b"origin")
        if origin is None:
            await self._answer(scope, receive, send)
        elif origin not in self._origins:
            await _say(send, 403, b"this origin is not in VIDERE_WEB_ORIGINS\n")
        elif scope["method"] == "OPTIONS":
            await _say(send, 204, b"", _allowed(origin))
        else:
            await self._answer(scope, receive, _showing(send, origin))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != DESCRIPTION:
            await self._inner(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            body = self._description if scope["method"] == "GET" else b""
            await _say(send, 200, body, [(b"content-type", b"application/json")])
        else:
            await _say(send, 405, b"", [(b"allow", b"GET, HEAD")])


def _header(scope: Scope, name: bytes) -> str | None:
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else ("" if found else None)


def _shown(origin: str) -> list[tuple[bytes, bytes]]:
    return [(b"access-control-allow-origin", origin.encode()), (b"vary", b"Origin")]


def _allowed(origin: str) -> list[tuple[bytes, bytes]]:
    return [
        *_shown(origin),
        (b"access-control-allow-methods", b"POST, GET"),
        (b"access-control-allow-headers", ", ".join(_SENT).encode()),
        (b"access-control-max-age", str(_REMEMBERED_S).encode()),
    ]


def _showing(send: Send, origin: str) -> Send:
    """Return what adds to an answer that a page of the origin may read it."""
    more = [
        *_shown(origin),
        (b"access-control-expose-headers", ", ".join(_READ).encode()),
    ]

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sending


async def _say(
    send: Send, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({
        "type": "http.response.start", "status": status,
        "headers": [*headers, (b"x-content-type-options", b"nosniff"), length],
    })  # fmt: skip
    await send({"type": "http.response.body", "body": body})
