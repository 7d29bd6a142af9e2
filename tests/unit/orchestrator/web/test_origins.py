"""Which pages may call: decided by the origin that a browser names, before anything else."""

from __future__ import annotations

from typing import Any

import pytest

from videre.orchestrator.web.origins import Guarded

LISTED = "https://media.example.com"


async def inner(scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-inner", b"1")]})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


async def asked(method: str, path: str, *origins: str) -> tuple[int, dict[str, str], bytes]:
    """Ask an application that one origin may call."""
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http", "method": method, "path": path,
        "headers": [(b"host", b"127.0.0.1"), *((b"origin", one.encode()) for one in origins)],
    }  # fmt: skip
    await Guarded(inner, [LISTED], b"{}")(scope, lambda: None, send)
    headers = {key.decode(): value.decode() for key, value in told[0]["headers"]}
    return told[0]["status"], headers, told[1]["body"]


async def test_who_is_no_page_is_asked_nothing() -> None:
    status, headers, body = await asked("POST", "/a.B/C")
    assert (status, body, headers) == (200, b"/a.B/C", {"x-inner": "1"})


@pytest.mark.parametrize(
    "origins",
    [
        ("https://evil.example",),
        ("http://media.example.com",),
        ("https://media.example.com.evil.example",),
        ("http://127.0.0.1:7702",),  # a name that was made to lead here
        ("null",),
        ("",),
        (LISTED, LISTED),
    ],
)
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "GET"])
async def test_pages_of_other_origins_are_refused(origins: tuple[str, ...], method: str) -> None:
    for path in ("/a.B/C", "/openapi.json"):
        status, headers, body = await asked(method, path, *origins)
        assert (status, "access-control-allow-origin" in headers) == (403, False)
        assert b"VIDERE_WEB_ORIGINS" in body


async def test_a_listed_page_may_ask_and_read() -> None:
    status, headers, _ = await asked("OPTIONS", "/a.B/C", LISTED)
    assert (status, headers["access-control-allow-origin"]) == (204, LISTED)
    allowed = headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "x-videre-project", "connect-timeout-ms", "x-grpc-web"} <= {*allowed}
    assert "access-control-allow-credentials" not in headers  # keys are shown, cookies are not
    status, headers, body = await asked("POST", "/a.B/C", LISTED)
    assert (status, body, headers["x-inner"]) == (200, b"/a.B/C", "1")
    assert (headers["access-control-allow-origin"], headers["vary"]) == (LISTED, "Origin")
    assert "grpc-status" in headers["access-control-expose-headers"]


async def test_the_description_is_read_only() -> None:
    assert (await asked("GET", "/openapi.json"))[::2] == (200, b"{}")
    assert (await asked("HEAD", "/openapi.json"))[::2] == (200, b"")
    assert (await asked("POST", "/openapi.json"))[0] == 405
