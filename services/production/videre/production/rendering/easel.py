"""Frames that are changed one by one on their way to the renderer. Child process only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av.video.frame import VideoFrame

from videre.common.errors import Reason, VidereError
from videre.production.media_index import Media, Pictures
from videre.production.painting.base import Looks, Painter, Picture
from videre.production.painting.choice import painter_of
from videre.production.painting.jobs import Painted, PaintJob
from videre.production.rendering.ahead import Ahead
from videre.production.rendering.canvas import Canvas
from videre.production.rendering.pictures import PictureReader, canvas_of

#: Pictures this high are coded with BT.709 when the stream does not say.
_HD_ROWS: Final = 720
_NS: Final = 1_000_000_000


def drawn(canvas: Canvas) -> Canvas:
    """Return the canvas of frames that are read to be changed."""
    coded = "bt709" if canvas.height >= _HD_ROWS else "smpte170m"
    return replace(
        canvas, format="bgr24", space=canvas.space or coded, full=True, drawn=True
    )  # fmt: skip


class Easel:
    """Reads frames of one source, changes them, and gives them on."""

    def __init__(self, job: PaintJob, canvas: Canvas, frames: PictureReader) -> None:
        """Take how frames are changed, what they are read in, and where they come from."""
        self._frames = frames
        self._painter: Painter = painter_of(job)
        width, height = self._painter.size(canvas.width, canvas.height)
        form = "bgra" if self._painter.clear else "bgr24"
        #: What the changed frames are.
        self.canvas = replace(canvas, width=width, height=height, format=form)
        self._backdrop: Backdrop | None = None
        self._made: tuple[tuple[int, int], VideoFrame] | None = None
        self._ahead: Ahead | None = None

    def close(self) -> None:
        """Read no more; where frames come from stays open."""
        if self._ahead is not None:
            self._ahead.close()

    def put_behind(self, backdrop: Backdrop) -> None:
        """Take what is put behind each frame."""
        self._backdrop = backdrop

    def look(self, frames: Sequence[int], check: Callable[[], None]) -> None:
        """Look at the frames before the first one is changed.

        Raises:
            VidereError: what the painter's `look` raises, DECODE_FAILED.
        """

        def read(frame: int) -> Picture:
            check()
            return self._picture(frame)

        self._painter.look(Looks(frames, read))

    def follow(self, frames: Sequence[int]) -> None:
        """Read these frames ahead: from now on they are asked for in this order, and no others."""
        self._ahead = Ahead(self._decoded, frames)

    def paint(self, frame: int, ns: int) -> Picture:
        """Return what a frame becomes that is shown so long after the beginning of the output."""
        behind = None if self._backdrop is None else self._backdrop.at(ns, self.canvas)
        return self._painter.paint(self._picture(frame), behind)

    def read(self, frame: int, ns: int) -> VideoFrame:
        """Return the same as a frame; one that is shown again is not changed again."""
        shown = frame, 0 if self._backdrop is None else self._backdrop.frame_at(ns)
        if self._made is None or self._made[0] != shown:
            picture = self.paint(frame, ns)
            made = VideoFrame.from_ndarray(picture, format=self.canvas.format)
            self._made = shown, made
        return self._made[1]

    @property
    def painted(self) -> Painted:
        """What was seen of the frames."""
        return self._painter.painted

    def _picture(self, frame: int) -> Picture:
        return self._decoded(frame) if self._ahead is None else self._ahead.take(frame)

    def _decoded(self, frame: int) -> Picture:
        return np.asarray(self._frames.read(frame).to_ndarray(), np.uint8)


class Backdrop:
    """A picture, or a video that begins with the output and is repeated."""

    def __init__(self, path: Path, media: Media) -> None:
        """Take a file; it is open until `close`.

        Raises:
            VidereError: NO_TRACK, it has no pictures.
        """
        if media.pictures is None:
            raise VidereError(
                Reason.NO_TRACK, "the backdrop has no pictures", metadata={"track": "picture"}
            )
        self._pictures: Pictures = media.pictures
        own = canvas_of(path, media.pictures, keep_hdr=False, lossless=False)
        self._reader = PictureReader(path, media.pictures, drawn(own))
        self._shown: tuple[int, Picture] | None = None

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def frame_at(self, ns: int) -> int:
        """Return the number of the frame that is on show after a time of the output."""
        length = self._pictures.end_ns - self._pictures.start_ns(0)
        first = self._pictures.start_ns(0)
        return self._pictures.frame_at(first + ns % max(1, length))

    def at(self, ns: int, canvas: Canvas) -> Picture:
        """Return what is shown then, filling a frame."""
        frame = self.frame_at(ns)
        if self._shown is None or self._shown[0] != frame:
            picture = np.asarray(self._reader.read(frame).to_ndarray(), np.uint8)
            self._shown = frame, covering(picture, canvas.width, canvas.height)
        return self._shown[1]


def covering(picture: Picture, width: int, height: int) -> Picture:
    """Return a picture scaled until it fills a frame, its middle."""
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    inner = max(width, round(columns * scale)), max(height, round(rows * scale))
    if inner != (columns, rows):
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        picture = np.asarray(cv2.resize(picture, inner, interpolation=how), np.uint8)
    left, top = (inner[0] - width) // 2, (inner[1] - height) // 2
    return np.ascontiguousarray(picture[top : top + height, left : left + width])
