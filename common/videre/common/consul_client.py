"""py-consul over httpx; its own client for asyncio uses what aiohttp has retired."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import httpx
from consul import base

#: Longest wait for a connection; how long an answer may take is up to the caller.
_CONNECT_S: Final = 5.0


class _Http(base.HTTPClient):  # type: ignore[misc]  # the library has no types
    """The transport: requests as coroutines."""

    def __init__(self, host: str, port: int, scheme: str, verify: bool | str, cert: None) -> None:
        super().__init__(host, port, scheme, verify, cert)
        trusted = ssl.create_default_context(cafile=verify) if isinstance(verify, str) else True
        self._client = httpx.AsyncClient(
            verify=trusted, timeout=httpx.Timeout(None, connect=_CONNECT_S), trust_env=False
        )

    async def _send(
        self,
        method: str,
        callback: Callable[[Any], Any],
        path: str,
        params: Sequence[tuple[str, Any]] | None,
        data: str | bytes,
        headers: Mapping[str, str] | None,
    ) -> Any:
        answer = await self._client.request(
            method, self.uri(path, params), content=data, headers=headers
        )
        return callback(base.Response(answer.status_code, answer.headers, answer.text))

    def get(
        self,
        callback: Callable[[Any], Any],
        path: str,
        params: Sequence[tuple[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bool = False,
    ) -> Any:
        """See the base class."""
        return self._send("GET", callback, path, params, b"", headers)

    def put(
        self,
        callback: Callable[[Any], Any],
        path: str,
        params: Sequence[tuple[str, Any]] | None = None,
        data: str | bytes = "",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """See the base class."""
        return self._send("PUT", callback, path, params, data, headers)

    def post(
        self,
        callback: Callable[[Any], Any],
        path: str,
        params: Sequence[tuple[str, Any]] | None = None,
        data: str | bytes = "",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """See the base class."""
        return self._send("POST", callback, path, params, data, headers)

    def delete(
        self,
        callback: Callable[[Any], Any],
        path: str,
        params: Sequence[tuple[str, Any]] | None = None,
        data: str | bytes = "",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """See the base class."""
        return self._send("DELETE", callback, path, params, data, headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class Client(base.Consul):  # type: ignore[misc]
    """Consul's API as coroutines; `close` it."""

    def http_connect(
        self, host: str, port: int, scheme: str, verify: bool | str = True, cert: None = None
    ) -> _Http:
        """See the base class."""
        return _Http(host, port, scheme, verify, cert)

    async def close(self) -> None:
        """Close the connections."""
        await self.http.close()
