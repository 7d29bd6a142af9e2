"""Does the decoder emit what the packets promise? Imported in child processes only.

Time stamps of packets are enough for nearly every file; not where fields come as packets of their
own, where leading pictures of an open group cannot be decoded, or where the end is cut off. So the
first packets and the last group are decoded and compared; where they differ the whole stream is
decoded once, and the index holds what came out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videre.orchestrator.media.index import Int64s, Mapping
from videre.orchestrator.media.packets import PacketTable, VideoPacket, stamped
from videre.orchestrator.media.reader import (
    check_memory,
    open_media,
    packets_of,
    single_thread,
)

_HEAD_PACKETS: Final = 48
#: A last group longer than this is not tried: it would cost more than it tells.
_TAIL_PACKETS: Final = 1500
#: Containers whose time stamps are partly made up by a parser after every packet.
_PARSED: Final = frozenset({"mpegts", "mpeg", "mpegvideo", "h264", "hevc"})


@dataclass(frozen=True, slots=True)
class Trial:
    """The frame tokens a stretch gave, in order of emission; its key frames' and first frame."""

    tokens: list[int]
    keys: list[int]
    first: VideoFrame | None


def decode_packets(stream: VideoStream, packets: Iterable[VideoPacket]) -> Iterator[VideoFrame]:
    """Yield the frames of packets and what the decoder still holds; damaged packets give none."""
    for packet in packets:
        try:
            yield from stream.codec_context.decode(packet)
        except av.FFmpegError as error:
            check_memory(error)
    try:
        yield from stream.codec_context.decode(None)
    except av.FFmpegError as error:
        check_memory(error)


def _collect(frames: Iterator[VideoFrame]) -> Trial:
    first: VideoFrame | None = None
    tokens: list[int] = []
    keys: list[int] = []
    for frame in frames:
        first = first or frame
        if frame.pts is not None:
            tokens.append(frame.pts)
            if frame.key_frame:
                keys.append(frame.pts)
    return Trial(tokens, keys, first)


def _video(container: InputContainer, stream_index: int) -> VideoStream:
    stream = container.streams[stream_index]
    assert isinstance(stream, VideoStream)
    single_thread(stream)
    return stream


def _packets(
    container: InputContainer, stream: VideoStream, count: int | None
) -> Iterator[VideoPacket]:
    return islice(packets_of(container, stream), count)


def _head(table: PacketTable) -> int:
    """Return how many packets are tried: an edit list may hide any number of the first ones."""
    shown = np.flatnonzero(table.shown)
    return _HEAD_PACKETS + (int(shown[0]) if len(shown) else 0)


def decode_head(path: Path, stream_index: int, table: PacketTable, mapping: Mapping) -> Trial:
    """Decode the stream's packets up to some that are shown."""
    with open_media(path) as container:
        stream = _video(container, stream_index)
        packets = stamped(_packets(container, stream, _head(table)), mapping)
        return _collect(decode_packets(stream, packets))


def decode_all(path: Path, stream_index: int, mapping: Mapping) -> Trial:
    """Decode the whole stream."""
    with open_media(path) as container:
        stream = _video(container, stream_index)
        packets = stamped(_packets(container, stream, None), mapping)
        return _collect(decode_packets(stream, packets))


def agrees(path: Path, stream_index: int, table: PacketTable, head: Trial, parsed: str) -> bool:
    """Tell whether the packets' stamps can be taken for the frames' (mapping PTS)."""
    count = _head(table)
    expected = np.sort(table.pts[:count][table.shown[:count]])
    if head.tokens != expected.tolist():
        return False
    if parsed in _PARSED and _uneven(np.sort(table.pts[table.shown])):
        return False
    return len(table) <= count or _tail_agrees(path, stream_index, table)


def _uneven(pts: Int64s) -> bool:
    """Tell whether some steps are about half the usual one: fields among frames."""
    steps = np.diff(pts)
    return bool(len(steps)) and float(steps.min()) < 0.75 * float(np.median(steps))


def _tail_agrees(path: Path, stream_index: int, table: PacketTable) -> bool:
    keys = np.flatnonzero(table.keys)
    if not len(keys) or len(table) - int(keys[-1]) > _TAIL_PACKETS:
        return True
    last = int(keys[-1])
    start = int(table.pts[last])
    with open_media(path) as container:
        stream = _video(container, stream_index)
        try:
            container.seek(start, stream=stream, backward=True)
        except av.FFmpegError:
            return False
        tail = _collect(decode_packets(stream, _packets(container, stream, None)))
    promised = np.sort(table.pts[last:][table.shown[last:]])
    return [token for token in tail.tokens if token >= start] == [
        pts for pts in promised.tolist() if pts >= start
    ]
