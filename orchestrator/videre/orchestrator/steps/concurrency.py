"""Several parts of one step under way at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def side_by_side(parts: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all parts; the first that fails stops the others, and its error is raised.

    Unlike a task group's, the error comes bare: the journal keeps it, and tells errors by type.
    """
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
