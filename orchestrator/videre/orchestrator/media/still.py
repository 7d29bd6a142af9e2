"""Bytes of a picture that a caller sent → a JPEG that the services take.

`make_jpeg` is imported in child processes only; `picture_jpeg` runs it there.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from videre.common.errors import Reason
from videre.orchestrator.media.limits import ChildLimits, MediaLimits
from videre.orchestrator.media.runner import RunChild

#: Largest file that is taken for a picture.
MAX_BYTES: Final = 64 << 20
_LIMITS: Final = MediaLimits(max_bytes=MAX_BYTES, max_duration_s=3_600)
#: What takes longer is no picture that somebody took.
_CHILD: Final = ChildLimits(cpu_s=20, wall_s=40.0, file_bytes=MAX_BYTES)


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture as displayed, at most 1,280 pixels on the longer side."""

    data: bytes
    width: int
    height: int


async def picture_jpeg(data: bytes, run: RunChild) -> Jpeg:
    """Return a picture (of a film: its first frame) as JPEG.

    Raises:
        VidereError: MEDIA_EMPTY, MEDIA_TOO_LARGE, MEDIA_UNREADABLE, MEDIA_LIMIT, DECODE_LIMIT.
    """
    with tempfile.TemporaryDirectory(prefix="videre-picture-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "jpeg"
        await asyncio.to_thread(source.write_bytes, data)
        size: dict[str, Any] = await run(
            "picture",
            {"path": str(source), "jpeg_path": str(target)},
            _CHILD,
            failure=Reason.MEDIA_UNREADABLE,
        )
        return Jpeg(await asyncio.to_thread(target.read_bytes), size["width"], size["height"])


def make_jpeg(path: Path, target: Path) -> dict[str, int]:
    """Write the first picture of a file as JPEG; return its size in pixels.

    Raises:
        VidereError: as `picture_jpeg`.
    """
    from videre.orchestrator.media.decode import frames
    from videre.orchestrator.media.pictures import PictureMaker
    from videre.orchestrator.media.probe import probe_media
    from videre.orchestrator.media.reader import unreadable

    track = probe_media(path, _LIMITS).video
    if track is None:
        raise unreadable("the bytes hold no picture")
    maker = PictureMaker(track)
    for _, picture in frames(path, track, 0, 1):
        target.write_bytes(maker.jpeg(picture))
        return {"width": maker.width, "height": maker.height}
    raise unreadable("the picture cannot be decoded")
