"""What killed tasks leave behind, and chunks that nobody comes back for, are removed."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from videre.production.chunk_shelf import clear_abandoned, sweep
from videre.production.settings import ProductionSettings

log = structlog.get_logger(__name__)

#: Time between two looks, seconds.
_EVERY_S: Final = 60.0


async def sweep_forever(settings: ProductionSettings) -> None:
    """Sweep once a minute; a failed sweep is logged and tried again."""
    while True:
        try:
            await asyncio.to_thread(clear_abandoned, settings.render_path)
            await asyncio.to_thread(
                sweep, settings.chunks_path, settings.chunk_retention, settings.chunk_bytes
            )
        except OSError:
            log.exception("sweep failed")
        await asyncio.sleep(_EVERY_S)
