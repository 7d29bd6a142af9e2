"""Every frame of a stretch at 48 × 27 pixels. Imported in child processes only."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from videre.common.errors import Reason, VidereError
from videre.common.strips import HEIGHT, WIDTH
from videre.orchestrator.media.decode import frames
from videre.orchestrator.media.index import MediaIndex

_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def decode_strips(path: Path, index: MediaIndex, first: int, end: int, target: Path) -> None:
    """Write the frames first..end (half-open), turned as displayed, as RGB one after another.

    A frame that did not decode is the one shown in its place: the one before it, else the next.

    Raises:
        VidereError: DECODE_FAILED when not one frame came out.
    """
    track = index.video
    assert track is not None
    pixels = np.zeros((end - first, HEIGHT, WIDTH, 3), np.uint8)
    scaler, shown = VideoReformatter(), 0
    for frame, picture in frames(path, track, first, end):
        place = frame - first
        if place < shown:
            continue  # a damaged stream may repeat itself
        pixels[place] = _small(scaler, picture, track.rotation)
        pixels[shown:place] = pixels[max(0, shown - 1) if shown else place]
        shown = place + 1
    if not shown:
        raise VidereError(Reason.DECODE_FAILED, f"no frame of {first}..{end} could be decoded")
    pixels[shown:] = pixels[shown - 1]
    partial = target.with_suffix(".part")
    partial.write_bytes(pixels.tobytes())
    partial.replace(target)


def _small(scaler: VideoReformatter, picture: VideoFrame, rotation: int) -> npt.NDArray[np.uint8]:
    turned = rotation in (90, 270)
    scaled = scaler.reformat(
        picture,
        width=HEIGHT if turned else WIDTH,
        height=WIDTH if turned else HEIGHT,
        format="rgb24",
        interpolation=Interpolation.AREA,
        threads=1,
    )
    small = np.asarray(scaled.to_ndarray(), np.uint8)
    turn = _TURNS.get(rotation)
    return small if turn is None else np.asarray(cv2.rotate(small, turn), np.uint8)
