"""The small HTTP side port: signed artifacts, metrics, health. Reading only."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from videre.common.artifacts import ArtifactStore
from videre.common.errors import Reason, VidereError
from videre.common.server import PLAIN
from videre.common.tls import TlsFiles, renewing_context
from videre.orchestrator.links import Link, LinkExpired, LinkInvalid, Links

_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_PIECE: Final = 1 << 18
#: Types a browser may show; everything else is offered as a download.
_INLINE: Final = ("image/jpeg", "image/png", "image/webp", "text/vtt", "video/mp4", "audio/mpeg")


class SidePort:
    """Handlers of the side port."""

    def __init__(
        self,
        artifacts: ArtifactStore,
        links: Links,
        metrics: CollectorRegistry,
        healthy: Callable[[], bool],
    ) -> None:
        self._artifacts, self._links = artifacts, links
        self._metrics, self._healthy = metrics, healthy

    def application(self) -> web.Application:
        """Return the application to be served."""
        app = web.Application()
        app.router.add_get("/artifacts/{token}", self._artifact)
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/healthz", self._health)
        return app

    async def _health(self, _request: web.Request) -> web.Response:
        ok = self._healthy()
        return web.Response(text="ok\n" if ok else "draining\n", status=200 if ok else 503)

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        text = await asyncio.to_thread(generate_latest, self._metrics)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _artifact(self, request: web.Request) -> web.StreamResponse:
        try:
            link = self._links.read(request.match_info["token"])
            size = await asyncio.to_thread(self._artifacts.size, link.project_id, link.digest)
        except LinkInvalid:
            raise web.HTTPNotFound from None
        except LinkExpired:
            raise web.HTTPGone from None
        except VidereError as error:
            if error.reason is Reason.ARTIFACT_NOT_FOUND:
                raise web.HTTPGone from None
            raise
        headers = _headers(link)
        if _known(request.headers.get("If-None-Match", ""), headers["ETag"]):
            return web.Response(status=304, headers=headers)
        meant = request.headers.get("If-Range", headers["ETag"]) == headers["ETag"]
        wanted = _wanted(request.headers.get("Range", ""), size) if meant else None
        start, end = wanted or (0, size)
        if wanted and end <= start:
            headers["Content-Range"] = f"bytes */{size}"
            return web.Response(status=416, headers=headers)
        if wanted:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        response = web.StreamResponse(status=206 if wanted else 200, headers=headers)
        response.content_length = end - start
        await response.prepare(request)
        if request.method != "HEAD":
            async for piece in _pieces(self._artifacts, link, start, end):
                await response.write(piece)
        await response.write_eof()
        return response


def _headers(link: Link) -> dict[str, str]:
    inline = link.media_type in _INLINE
    return {
        "Content-Type": link.media_type if inline else "application/octet-stream",
        "Content-Disposition": "inline" if inline else "attachment",
        "ETag": f'"{link.digest}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=300",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }


def _known(header: str, etag: str) -> bool:
    """Tell whether If-None-Match names the entity tag (RFC 9110: compared weakly, in a list)."""
    named = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return etag in named or header.strip() == "*"


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """Return the bytes [start, end) that a Range header asks for; empty: they are not there.

    None for a header that is no single range of bytes, which is ignored (RFC 9110 §14.2).
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size
    start = int(found[1])
    if not found[2]:
        return start, size
    last = int(found[2])
    return (start, min(size, last + 1)) if start <= last else None


async def _pieces(
    artifacts: ArtifactStore, link: Link, start: int, end: int
) -> AsyncIterator[bytes]:
    for offset in range(start, end, _PIECE):
        length = min(_PIECE, end - offset)
        yield await asyncio.to_thread(
            artifacts.open_range, link.project_id, link.digest, offset, length
        )


async def start_side_port(
    app: web.Application, host: str, port: int, tls: TlsFiles = PLAIN
) -> tuple[web.AppRunner, int]:
    """Start serving, by TLS where files are given.

    Returns:
        The runner (to be cleaned up) and the port in use.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    context = renewing_context(tls) if tls.serves else None
    site = web.TCPSite(runner, host, port, ssl_context=context)
    await site.start()
    address = runner.addresses[0]
    return runner, int(address[1])
