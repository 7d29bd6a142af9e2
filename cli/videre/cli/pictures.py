"""Fetching key frames for a report and making them small."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, UnidentifiedImageError

from videre.client import AsyncVidere, VidereClientError

#: Longer side of a picture in a report, pixels.
_SIDE: Final = 320
_QUALITY: Final = 80
#: Kept pictures have at most 1,280 px; anything much larger is none of ours.
_MAX_BYTES: Final = 4 << 20
_MAX_PIXELS: Final = 4_000_000
_AT_ONCE: Final = 8


async def fetch_thumbnails(client: AsyncVidere, digests: Sequence[str]) -> dict[str, bytes]:
    """Return small JPEGs by digest; pictures that are gone or unreadable are left out."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(digest: str) -> tuple[str, bytes]:
        async with slots:
            try:
                data = await client.read_artifact(digest, max_bytes=_MAX_BYTES)
            except VidereClientError:
                return digest, b""  # the page shows an empty frame in its place
            return digest, await asyncio.to_thread(thumbnail, data)

    found = await asyncio.gather(*(one(digest) for digest in digests))
    return {digest: data for digest, data in found if data}


def thumbnail(data: bytes) -> bytes:
    """Return the picture as a JPEG of at most 320 px; b"" when it cannot be read."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                return b""
            small = picture.convert("RGB")
            small.thumbnail((_SIDE, _SIDE))
            target = io.BytesIO()
            small.save(target, "JPEG", quality=_QUALITY)
    except (UnidentifiedImageError, OSError):
        return b""
    return target.getvalue()
