"""A look at some frames of a media: their perceptual hashes, and their pictures on demand.

Imported in child processes only. Frames are key frames, which a decoder gives without the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videre.common.errors import Reason, VidereError
from videre.common.picture_hash import HASHED_SIDE, LOW, PLAIN, THUMBNAIL, hash_bits
from videre.orchestrator.media.decode import placed
from videre.orchestrator.media.hdr import Bgr
from videre.orchestrator.media.index import MediaIndex, VideoTrack
from videre.orchestrator.media.pictures import PictureMaker
from videre.orchestrator.media.reader import open_media, single_thread

#: JPEGs are named by their frames.
SUFFIX: Final = ".jpg"


def screen_frames(
    path: Path, index: MediaIndex, wanted: Sequence[int], folder: Path | None
) -> list[tuple[int, str]]:
    """Return frame and perceptual hash (hex; "" of a plain picture) of key frames, rising.

    Args:
        path: the media.
        index: its index.
        wanted: key frames.
        folder: where their JPEGs are written; None = nowhere.

    Raises:
        VidereError: DECODE_FAILED when one did not come out.
    """
    track = index.video
    assert track is not None
    maker, left, found = PictureMaker(track), set(wanted), []
    for frame, picture in _key_frames(path, track):
        if frame not in left:
            continue
        left.discard(frame)
        shown = maker.picture(picture)
        value = perceptual_hash(shown)
        found.append((frame, "" if value is None else f"{value:016x}"))
        if folder is not None:
            (folder / f"{frame}{SUFFIX}").write_bytes(maker.jpeg(picture))
        if not left:
            return sorted(found)
    raise VidereError(Reason.DECODE_FAILED, f"{len(left)} key frames could not be decoded")


def perceptual_hash(picture: Bgr) -> int | None:
    """Return the 64-bit hash of a picture; None for one that is of one colour."""
    height, width = picture.shape[:2]
    scale = min(1.0, HASHED_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    base = picture if scale == 1.0 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(base, cv2.COLOR_BGR2GRAY)
    side = (THUMBNAIL, THUMBNAIL)
    thumbnail = cv2.resize(grey, side, interpolation=cv2.INTER_AREA).astype(np.float64)
    if thumbnail.std() < PLAIN:
        return None
    return hash_bits(cv2.dct(thumbnail)[:LOW, :LOW].tolist())


def _key_frames(path: Path, track: VideoTrack) -> Iterator[tuple[int, VideoFrame]]:
    with open_media(path) as container:
        stream = container.streams[track.stream_index]
        assert isinstance(stream, VideoStream)
        single_thread(stream)
        stream.codec_context.skip_frame = "NONKEY"
        yield from placed(container, stream, track)
