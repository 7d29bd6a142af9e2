"""Opening a media for demuxing and decoding; imported in child processes only.

The bytes are read through a nameless file object: formats are told by content, never by a name
(`image2` would take "%d" in a name for a pattern), and nothing the file points at can be opened:
demuxers that follow other files are not on the list, no protocol is allowed, and nested opening
is refused.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from videre.common.errors import Reason, VidereError

#: Demuxers that read one file and follow no other.
FORMATS: Final = (
    *("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "asf", "flv", "live_flv", "swf", "rm"),
    *("mpeg", "mpegts", "mpegvideo", "m4v", "h261", "h263", "h264", "hevc", "vvc", "vc1", "av1"),
    *("obu", "ivf", "ogg", "nut", "mxf", "dv", "gxf", "nsv", "yuv4mpegpipe", "mjpeg", "wtv"),
    *("gif", "apng", "dhav", "dirac", "wav", "w64", "aiff", "au", "caf", "flac", "mp3", "aac"),
    *("ac3", "eac3", "dts", "amr", "amrnb", "amrwb", "ape", "tta", "wv", "tak", "mpc", "mpc8"),
    *("voc", "sox", "gsm", "adx", "bmp_pipe", "jpeg_pipe", "png_pipe", "webp_pipe", "tiff_pipe"),
    *("gif_pipe", "jpegxl_pipe", "j2k_pipe", "ppm_pipe", "pgm_pipe", "pbm_pipe", "pam_pipe"),
    "qoi_pipe",
)
#: Formats of one still picture.
PICTURES: Final = frozenset(name for name in FORMATS if name.endswith("_pipe"))
#: Bare streams: their packets have no time stamps but those that a parser guesses.
ELEMENTARY: Final = frozenset(
    {"mpegvideo", "m4v", "h261", "h263", "h264", "hevc", "vvc", "vc1", "dirac", "mjpeg", "obu"}
)
_BUFFER: Final = 1 << 16
_THREAD_TYPE: Final = "NONE"
S = TypeVar("S", VideoStream, AudioStream)


class _Bytes:
    """A file without a name, as PyAV reads it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.read = self._file.read
        self.seek = self._file.seek
        self.tell = self._file.tell

    def close(self) -> None:
        self._file.close()


def _refuse_nested(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise PermissionError("a media may not open another file")


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Open a file for demuxing.

    Raises:
        VidereError: MEDIA_UNREADABLE when no allowed demuxer understands the bytes.
    """
    source = _Bytes(path)
    try:
        try:
            container = av.open(
                source,
                options={
                    "protocol_whitelist": "none",
                    "format_whitelist": ",".join(FORMATS),
                    "enable_drefs": "0",
                },
                buffer_size=_BUFFER,
                io_open=_refuse_nested,
                metadata_errors="replace",
            )
        except av.FFmpegError as error:
            check_memory(error)
            raise unreadable(f"no demuxer understands the bytes ({error})") from error
        assert isinstance(container, InputContainer)
        with container:
            yield container
    finally:
        source.close()


def packets_of(
    container: InputContainer, *streams: VideoStream | AudioStream
) -> Iterator[Packet[Any]]:
    """Yield the packets of streams, without the empty ones that mark the end.

    Raises:
        av.FFmpegError: the container breaks off.
    """
    try:
        for packet in container.demux(*streams):
            if packet.size:
                yield packet
    except av.FFmpegError as error:
        # Old demuxers (NSV) say "-1" at the end of the file, which reads as "not permitted".
        if error.errno != errno.EPERM:
            raise


def unreadable(message: str) -> VidereError:
    """Return MEDIA_UNREADABLE."""
    return VidereError(Reason.MEDIA_UNREADABLE, message)


def check_memory(error: av.FFmpegError) -> None:
    """Tell damage, which is passed over, from memory that ran out.

    Raises:
        MemoryError: the decoder could not get memory.
    """
    if error.errno == errno.ENOMEM:
        raise MemoryError(str(error)) from error


def single_thread(stream: VideoStream | AudioStream) -> None:
    """Decode a stream on one thread: processes are the unit of parallel work."""
    stream.codec_context.thread_type = _THREAD_TYPE
    stream.codec_context.thread_count = 1


def moving_pictures(container: InputContainer) -> list[VideoStream]:
    """Return the video streams with a known decoder, cover pictures left out."""
    still = Disposition.attached_pic | Disposition.timed_thumbnails
    return [
        stream
        for stream in container.streams.video
        if not stream.disposition & still and stream.codec_context is not None
    ]


def sound_tracks(container: InputContainer) -> list[AudioStream]:
    """Return the audio streams with a known decoder."""
    return [stream for stream in container.streams.audio if stream.codec_context is not None]


def preferred(streams: list[S]) -> S | None:
    """Return the first stream with the default disposition, else the first."""
    marked = [stream for stream in streams if stream.disposition & Disposition.default]
    return next(iter(marked or streams), None)


def file_size(path: Path) -> int:
    """Return the size in bytes.

    Raises:
        VidereError: MEDIA_EMPTY when there is none.
    """
    size = os.stat(path).st_size
    if size == 0:
        raise VidereError(Reason.MEDIA_EMPTY, "the media has no bytes")
    return size
