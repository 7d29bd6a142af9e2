"""Reading frames by number and bringing them into one frame. Imported in the child process only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videre.common.errors import Reason, VidereError
from videre.production.frame_places import Start
from videre.production.frames import FrameDecoder, open_media
from videre.production.media_index import Pictures
from videre.production.rendering.canvas import Canvas

#: Key frames tried before decoding from the beginning: old containers keep no exact index.
_BACK: Final = (1, 2, 4)
_TURNS: Final = {
    90: (("transpose", "clock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "cclock"),),
}
_UNKNOWN: Final = 2  # AVCOL_*_UNSPECIFIED
_MATRICES: Final = {1: "bt709", 4: "fcc", 5: "bt470", 6: "smpte170m", 7: "smpte240m", 9: "bt2020"}
_PRIMARIES: Final = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020",
    12: "smpte432",
}  # fmt: skip
_TRANSFERS: Final = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "linear",
    13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12", 16: "smpte2084", 18: "arib-std-b67",
}  # fmt: skip
_SPACES: Final = {
    1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc",
}  # fmt: skip
#: Pictures this high are coded with BT.709 when the stream does not say.
_HD_ROWS: Final = 720
_FLAGS: Final = "flags=bicubic+accurate_rnd+bitexact"


def canvas_of(path: Path, pictures: Pictures, *, keep_hdr: bool, lossless: bool) -> Canvas:
    """Return the frame that a source's pictures have themselves.

    Args:
        path: the file.
        pictures: what its index says.
        keep_hdr: high dynamic range stays; else it is mapped to standard range.
        lossless: pixel format and range stay.

    Raises:
        av.FFmpegError, ValueError, TypeError, OSError: the file cannot be opened.
    """
    with open_media(path) as container:
        stream = container.streams[pictures.stream_index]
        if not isinstance(stream, VideoStream):
            raise TypeError(f"stream {pictures.stream_index} holds no pictures")
        codec = stream.codec_context
        name = codec.pix_fmt or "yuv420p"
        full = codec.color_range == 2 or name.startswith("yuvj")
        width, height = pictures.width, pictures.height
        if pictures.hdr and not keep_hdr:
            return Canvas(width, height, "yuv420p", "bt709", "bt709", "bt709")
        form = name.replace("yuvj", "yuv")
        planar = form.startswith("yuv") and not form.startswith(("yuva", "yuyv", "yuv440"))
        if not planar and not lossless:
            coded = "bt709" if height >= _HD_ROWS else "smpte170m"
            form = "yuv420p" if form.startswith(("nv", "gray", "uyvy", "yuyv")) else "yuv444p"
            named = _SPACES.get(codec.colorspace, coded)
            return Canvas(width, height, form, named if form == "yuv420p" else coded)
        return Canvas(
            width,
            height,
            form,
            _SPACES.get(codec.colorspace, ""),
            _PRIMARIES.get(codec.color_primaries, ""),
            _TRANSFERS.get(codec.color_trc, ""),
            full and lossless,
        )


class PictureReader:
    """The frames of one source in the canvas, by number, mostly rising."""

    def __init__(self, path: Path, pictures: Pictures, canvas: Canvas) -> None:
        """Take a file; it is open until `close`."""
        self._pictures, self._canvas = pictures, canvas
        self._decoder = FrameDecoder(path, pictures.stream_index, pictures.mapping)
        self._order = np.argsort(pictures.tokens, kind="stable")
        self._tokens = pictures.tokens[self._order]
        self._coming: Iterator[VideoFrame] = iter(())
        self._shown: tuple[int, VideoFrame] | None = None
        self._ahead: tuple[int, VideoFrame] | None = None
        self._graphs: dict[tuple[str, int, int], Graph] = {}
        self._made: tuple[int, VideoFrame] | None = None

    def close(self) -> None:
        """Close the file and let go of its frames; what is held in a circle stays for long."""
        self._coming, self._shown, self._ahead, self._made = iter(()), None, None, None
        self._graphs = {}
        self._decoder.close()

    def read(self, frame: int) -> VideoFrame:
        """Return a frame; where it cannot be decoded, the one before it, or else the next one.

        Raises:
            VidereError: DECODE_FAILED, no frame can be decoded from here on.
            av.FFmpegError, ValueError, OSError: the file cannot be opened.
        """
        if self._made is not None and self._made[0] == frame:
            return self._made[1]
        found = self._find(frame)
        self._made = (frame, self._in_canvas(found))
        return self._made[1]

    def _find(self, frame: int) -> VideoFrame:
        behind = self._shown is None or self._shown[0] > frame
        if behind or self._key(frame) > self._reached() + 1:
            self._begin(frame)
        while self._ahead is None or self._ahead[0] <= frame:
            if self._ahead is not None:
                self._shown = self._ahead
                if self._shown[0] == frame:
                    self._ahead = None
                    break
            self._ahead = self._next()
            if self._ahead is None:
                break
        found = self._shown if self._shown and self._shown[0] <= frame else self._ahead
        found = found or self._shown
        if found is None:
            raise VidereError(
                Reason.DECODE_FAILED, f"no frame of the media could be decoded from {frame} on"
            )
        return found[1]

    def _reached(self) -> int:
        places = [one[0] for one in (self._shown, self._ahead) if one is not None]
        return max(places, default=-1)

    def _key(self, frame: int) -> int:
        keys = np.flatnonzero(self._pictures.keys[: frame + 1])
        return int(keys[-1]) if len(keys) and self._pictures.mapping != "ordinal" else 0

    def _begin(self, frame: int) -> None:
        """Begin at the nearest key frame from which the decoder gives the frame."""
        pictures = self._pictures
        starts: list[int | None] = [None]
        if pictures.mapping != "ordinal":
            keys = np.flatnonzero(pictures.keys[: frame + 1])
            near = [int(pictures.tokens[keys[-back]]) for back in _BACK if len(keys) > back]
            starts = [*near, None]
        for token in starts:
            self._shown = None
            self._coming = self._decoder.frames_from(Start(token, len(pictures.tokens)))
            self._ahead = self._next()
            if self._ahead is not None and self._ahead[0] <= frame:
                return

    def _next(self) -> tuple[int, VideoFrame] | None:
        """Return the decoder's next frame with its number; those without one are passed over."""
        for found in self._coming:
            token = found.pts
            if token is None:
                continue
            place = int(np.searchsorted(self._tokens, token))
            if place < len(self._tokens) and self._tokens[place] == token:
                return int(self._order[place]), found
        return None

    def _in_canvas(self, frame: VideoFrame) -> VideoFrame:
        canvas, pictures = self._canvas, self._pictures
        same = (frame.width, frame.height, frame.format.name) == (
            canvas.width,
            canvas.height,
            canvas.format,
        )
        tone = pictures.hdr and canvas.transfer == "bt709"
        other = bool(canvas.space) and _SPACES.get(frame.colorspace, "") not in ("", canvas.space)
        if same and not pictures.rotation and not tone and not other:
            return frame
        key = (frame.format.name, frame.width, frame.height)
        if key not in self._graphs:  # making the map takes time: once per kind of frame
            self._graphs = {key: self._graph(frame, tone=tone)}
        graph = self._graphs[key]
        frame.pts = 0
        graph.push(frame)
        made = graph.pull()
        assert isinstance(made, VideoFrame)
        return made

    def _graph(self, frame: VideoFrame, *, tone: bool) -> Graph:
        canvas, pictures = self._canvas, self._pictures
        width, height = fitted(pictures.width, pictures.height, canvas.width, canvas.height)
        turned = pictures.rotation in (90, 270)
        before = (height, width) if turned else (width, height)
        words = [f"{before[0]}:{before[1]}", _FLAGS]
        full = frame.color_range == 2 or frame.format.name.startswith("yuvj")
        words.append(f"in_range={'full' if full else 'limited'}")
        words.append(f"out_range={'full' if canvas.full else 'limited'}")
        if tone:
            words.append("out_transfer=bt709:out_primaries=bt709:out_color_matrix=bt709")
        elif canvas.drawn:
            rows = _MATRICES[1 if pictures.height >= _HD_ROWS else 6]
            words.append(f"in_color_matrix={'auto' if frame.colorspace != _UNKNOWN else rows}")
        elif canvas.space in _SPACES.values():
            matrix = next(code for code, name in _SPACES.items() if name == canvas.space)
            unknown = frame.colorspace == _UNKNOWN and not frame.format.is_rgb
            rows = _MATRICES[1 if pictures.height >= _HD_ROWS else 6]
            words.append(f"in_color_matrix={rows}" if unknown else "in_color_matrix=auto")
            words.append(f"out_color_matrix={_MATRICES[matrix]}")
        steps = [("scale", ":".join(words)), ("format", canvas.format)]
        steps += _TURNS.get(pictures.rotation, ())
        if (width, height) != (canvas.width, canvas.height):
            left, top = (canvas.width - width) // 2, (canvas.height - height) // 2
            steps.append(("pad", f"{canvas.width}:{canvas.height}:{left}:{top}:black"))
        graph = Graph()
        last = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        for name, given in [*steps, ("buffersink", "")]:
            step = graph.add(name, given) if given else graph.add(name)
            last.link_to(step)
            last = step
        graph.configure()
        return graph


def fitted(width: int, height: int, into_width: int, into_height: int) -> tuple[int, int]:
    """Return the size of a picture scaled to be as large as has room in a frame, sides even."""
    if (width, height) == (into_width, into_height):
        return width, height
    scale = min(into_width / width, into_height / height)
    return (
        min(into_width, max(2, round(width * scale / 2) * 2)),
        min(into_height, max(2, round(height * scale / 2) * 2)),
    )
