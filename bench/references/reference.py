"""Running a reference script and reading what it found."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Reference:
    """What a script did with the first seconds of a film.

    Args:
        seconds: length of the stretch.
        wall_s: time it took once its models were loaded: that of its slowest process.
        cpu_s: CPU-seconds of all its processes, without loading.
        pictures: frames that went through every engine.
        calls: model calls.
        texts: (time, lines) of every frame with text.
    """

    seconds: float
    wall_s: float
    cpu_s: float
    pictures: int
    calls: int
    texts: tuple[tuple[float, tuple[str, ...]], ...]


async def run_naive(film: Path, seconds: float, *, tuned: bool) -> Reference:
    """Run the naive script on the first seconds of a film.

    Raises:
        RuntimeError: it failed; its last words are in the message.
    """
    words = ["-m", "bench.references.naive", str(film), "--seconds", str(seconds)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        *(["--tuned"] if tuned else []),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(_TIMEOUT_S):
        output, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the naive script failed: {errors.decode(errors='replace')[-2_000:]}")
    parts = json.loads(output.splitlines()[-1])
    return Reference(
        seconds=seconds,
        wall_s=max(part["wall_s"] for part in parts),
        cpu_s=sum(part["cpu_s"] for part in parts),
        pictures=sum(part["pictures"] for part in parts),
        calls=sum(part["calls"] for part in parts),
        texts=tuple(
            (at_s, tuple(lines)) for part in parts for at_s, lines in part["texts"]
        ),
    )  # fmt: skip
