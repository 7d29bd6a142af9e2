"""A look at some frames of a media: their perceptual hashes, and their pictures on demand.

Imported in child processes only. Frames are key frames, which a decoder gives without the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.decode import placed
from videre.orchestrator.media.frame_hash import SUFFIX, perceptual_hash
from videre.orchestrator.media.index import MediaIndex, VideoTrack
from videre.orchestrator.media.pictures import PictureMaker
from videre.orchestrator.media.reader import open_media, single_thread


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


def _key_frames(path: Path, track: VideoTrack) -> Iterator[tuple[int, VideoFrame]]:
    with open_media(path) as container:
        stream = container.streams[track.stream_index]
        assert isinstance(stream, VideoStream)
        single_thread(stream)
        stream.codec_context.skip_frame = "NONKEY"
        yield from placed(container, stream, track)
