"""Decoding single frames, exactly the asked ones. Imported in the child process only.

The file is opened without a name, with no protocol allowed and only demuxers that follow no other
file, so that a media cannot reach anything but its own bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final, NoReturn

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from videre.production.frame_places import Start, Wanted

Bgr = NDArray[np.uint8]

#: Demuxers that read one file and follow no other.
_FORMATS: Final = (
    *("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "asf", "flv", "live_flv", "swf", "rm"),
    *("mpeg", "mpegts", "mpegvideo", "m4v", "h261", "h263", "h264", "hevc", "vvc", "vc1", "av1"),
    *("obu", "ivf", "ogg", "nut", "mxf", "dv", "gxf", "nsv", "yuv4mpegpipe", "mjpeg", "wtv"),
    *("gif", "apng", "dhav", "dirac", "bmp_pipe", "jpeg_pipe", "png_pipe", "webp_pipe"),
    *("tiff_pipe", "gif_pipe", "jpegxl_pipe", "j2k_pipe", "ppm_pipe", "pgm_pipe", "pbm_pipe"),
    *("pam_pipe", "qoi_pipe"),
    *("wav", "w64", "aiff", "au", "caf", "flac", "mp3", "aac", "ac3", "eac3", "dts", "amr"),
    *("amrnb", "amrwb", "ape", "tta", "wv", "tak", "mpc", "mpc8", "voc", "sox", "gsm", "adx"),
)
_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
#: libswscale maps PQ and HLG to standard range when told the target's transfer and primaries.
_TO_SDR: Final = "out_transfer=bt709:out_primaries=bt709:out_color_matrix=bt709"
#: Pictures this high are coded with BT.709 when the stream does not say.
_HD_ROWS: Final = 720
_UNSPECIFIED: Final = 2  # AVCOL_SPC_UNSPECIFIED
_ALPHA: Final = ("rgba", "argb", "bgra", "abgr", "ya", "yuva", "gbra", "pal8")


class PictureMaker:
    """Makes displayed pictures of one size from the frames of one stream."""

    def __init__(
        self, size: tuple[int, int], rotation: int, *, hdr: bool, transparent: bool = False
    ) -> None:
        """Take what the pictures shall be.

        Args:
            size: width and height of the displayed picture to make, pixels.
            rotation: clockwise, 0, 90, 180 or 270 degrees.
            hdr: the samples are PQ or HLG and are mapped to standard range.
            transparent: pictures are BGRA, with their transparency, instead of on white.
        """
        self._transparent = transparent
        self._unturned = size[::-1] if rotation in (90, 270) else size
        self._turn = _TURNS.get(rotation)
        self._hdr = hdr
        self._graphs: dict[tuple[str, int, int], Graph] = {}

    def make(self, frame: VideoFrame) -> Bgr:
        """Return the displayed picture, uint8 BGR, shape (height, width, 3), or BGRA."""
        if self._transparent:
            picture = self._scaled(frame, "bgra")
        elif self._hdr:
            picture = self._tone_mapped(frame)
        elif frame.format.name.startswith(_ALPHA):
            picture = _on_white(self._scaled(frame, "bgra"))
        else:
            picture = self._scaled(frame, "bgr24")
        if self._turn is None:
            return picture
        return np.asarray(cv2.rotate(picture, self._turn), np.uint8)

    def _scaled(self, frame: VideoFrame, form: str) -> Bgr:
        width, height = self._unturned
        unknown = frame.colorspace == _UNSPECIFIED and frame.height >= _HD_ROWS
        scaled = frame.reformat(
            width=width,
            height=height,
            format=form,
            src_colorspace=Colorspace.ITU709 if unknown and not frame.format.is_rgb else None,
            interpolation=Interpolation.AREA if width < frame.width else Interpolation.BICUBIC,
        )
        return np.asarray(scaled.to_ndarray(), np.uint8)

    def _tone_mapped(self, frame: VideoFrame) -> Bgr:
        key = (frame.format.name, frame.width, frame.height)
        if key not in self._graphs:  # making the map takes seconds: once per kind of frame
            self._graphs = {key: self._tone_map(frame)}
        graph = self._graphs[key]
        graph.push(frame)
        mapped = graph.pull()
        assert isinstance(mapped, VideoFrame)
        return np.asarray(mapped.to_ndarray(), np.uint8)

    def _tone_map(self, frame: VideoFrame) -> Graph:
        width, height = self._unturned
        graph = Graph()
        source = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        scale = graph.add("scale", f"{width}:{height}:{_TO_SDR}")
        form = graph.add("format", "bgr24")
        sink = graph.add("buffersink")
        for before, after in ((source, scale), (scale, form), (form, sink)):
            before.link_to(after)
        graph.configure()
        return graph


def _on_white(picture: Bgr) -> Bgr:
    """Lay a picture with transparency (BGRA) on white paper."""
    alpha = picture[:, :, 3:].astype(np.uint16)
    mixed = (picture[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)


class FrameDecoder:
    """Decodes wanted frames of one stream, in order, seeking where that is shorter."""

    def __init__(self, path: Path, stream_index: int, mapping: str) -> None:
        """Take a file; it is open until `close`.

        Args:
            path: the file.
            stream_index: of the video stream.
            mapping: what tokens are: "pts", "dts" or "ordinal" (number of the packet).
        """
        self._path, self._stream_index, self._mapping = path, stream_index, mapping
        self._opened = ExitStack()
        self._media: tuple[InputContainer, VideoStream] | None = None
        self._start: Start | None = None
        self._coming: Iterator[VideoFrame] = iter(())

    def close(self) -> None:
        """Close the file and let go of what was decoded: frames are large."""
        self._coming, self._start, self._media = iter(()), None, None
        self._opened.close()

    def find(self, wanted: Wanted) -> VideoFrame | None:
        """Return a frame that comes after those found before; None when it cannot be decoded.

        Raises:
            av.FFmpegError, ValueError, TypeError, OSError: the file cannot be opened.
        """
        if self._start is not None and self._start.token == wanted.starts[0].token:
            frame, passed = self._advance(wanted.token, wanted.starts[0].reach)
            if frame is not None or passed:
                return frame
        for start in wanted.starts:
            if not self._begin(start):
                continue
            frame, passed = self._advance(wanted.token, start.reach)
            if frame is not None or passed:
                return frame
        return None

    def frames_from(self, start: Start) -> Iterator[VideoFrame]:
        """Return the frames from a start on, as the decoder gives them; none if seeking fails."""
        return self._coming if self._begin(start) else iter(())

    def _advance(self, token: int, reach: int) -> tuple[VideoFrame | None, bool]:
        """Decode up to the frame with the token.

        Returns:
            The frame, and whether its place went by without it: then it cannot be decoded. Where
            decoding began behind it, it may be found from an earlier start.
        """
        before = False
        for frame in islice(self._coming, reach):
            if frame.pts == token:
                return frame, False
            if self._mapping == "pts" and frame.pts is not None:
                if frame.pts > token:
                    return None, before
                before = True
        return None, False

    def _begin(self, start: Start) -> bool:
        """Make the frames from `start` on the coming ones; False when seeking fails."""
        if start.token is None or self._media is None:
            self._media = self._open()
            if start.token is not None:
                self._prime(*self._media)
        container, stream = self._media
        if start.token is not None:
            try:
                container.seek(start.token, stream=stream, backward=True)
            except av.FFmpegError:
                return False
        self._start = start
        self._coming = self._frames(container, stream)
        return True

    def _open(self) -> tuple[InputContainer, VideoStream]:
        self._opened.close()
        container = self._opened.enter_context(open_media(self._path))
        stream = container.streams[self._stream_index]
        if not isinstance(stream, VideoStream):
            raise TypeError(f"stream {self._stream_index} holds no pictures")
        # One thread: processes are the unit of parallel work.
        stream.codec_context.thread_type = "NONE"
        stream.codec_context.thread_count = 1
        return container, stream

    @staticmethod
    def _prime(container: InputContainer, stream: VideoStream) -> None:
        """Show the decoder the first packet before seeking away from it.

        x264 writes its version there only, and the decoder allows for the 4:4:4 mistakes of old
        versions (before 151) only when it has seen it: without, all else comes out as rubbish.
        """
        try:
            for packet in container.demux(stream):
                stream.codec_context.decode(packet)
                return
        except av.FFmpegError:
            return  # a damaged beginning: what follows may still be whole

    def _frames(self, container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
        """Yield frames in the decoder's order; damaged packets give none."""
        for packet in self._stamped(container, stream):
            try:
                yield from stream.codec_context.decode(packet)
            except av.FFmpegError:
                continue
        try:
            yield from stream.codec_context.decode(None)
        except av.FFmpegError:
            return

    def _stamped(
        self, container: InputContainer, stream: VideoStream
    ) -> Iterator[Packet[VideoStream]]:
        """Yield the stream's packets, their token as time stamp; a file that breaks off ends."""
        number = 0
        try:
            for packet in container.demux(stream):
                assert isinstance(packet, Packet)
                if not packet.size:
                    continue
                if self._mapping == "dts":
                    packet.pts = packet.dts
                elif self._mapping == "ordinal":
                    packet.pts = number
                number += 1
                yield packet
        except av.FFmpegError:
            return


def _refuse_nested(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise PermissionError("a media may not open another file")


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Open a file for demuxing.

    Raises:
        av.FFmpegError, ValueError: no allowed demuxer understands the bytes.
        OSError: the file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        container = av.open(
            _Nameless(file),
            options={
                "protocol_whitelist": "none",
                "format_whitelist": ",".join(_FORMATS),
                "enable_drefs": "0",
            },
            io_open=_refuse_nested,
            metadata_errors="replace",
        )
        assert isinstance(container, InputContainer)
        with container:
            yield container


class _Nameless:
    """A file as PyAV reads it, without the name by which a format could be guessed."""

    def __init__(self, file: Any) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell
