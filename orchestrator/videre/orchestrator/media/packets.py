"""The demux pass: one line per packet of the selected video stream, the bounds of the audio.

Imported in child processes only. No picture is decoded here.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from videre.common.errors import Reason
from videre.orchestrator.media.index import Flags, Int64s, Mapping
from videre.orchestrator.media.limits import MediaLimits, limit_error
from videre.orchestrator.media.reader import packets_of

VideoPacket: TypeAlias = "Packet[VideoStream]"
#: Stands for a missing time stamp.
NONE: Final = -(1 << 63)


@dataclass(frozen=True, slots=True, eq=False)
class PacketTable:
    """The video packets in the order of the file; int64 ticks, NONE where a stamp is missing."""

    pts: Int64s
    dts: Int64s
    durations: Int64s
    keys: Flags
    shown: Flags  # not marked to be decoded and thrown away (edit lists)

    def __len__(self) -> int:
        return len(self.pts)

    def mapping(self) -> Mapping:
        """Return the first kind of token that is there and unique for every packet."""
        if _unique(self.pts):
            return Mapping.PTS
        return Mapping.DTS if _unique(self.dts) else Mapping.ORDINAL

    def tokens(self, mapping: Mapping) -> Int64s:
        """Return what a frame decoded from each packet carries."""
        if mapping is Mapping.PTS:
            return self.pts
        return self.dts if mapping is Mapping.DTS else np.arange(len(self), dtype=np.int64)


def _unique(stamps: Int64s) -> bool:
    return bool((stamps != NONE).all()) and len(np.unique(stamps)) == len(stamps)


@dataclass(slots=True)
class AudioBounds:
    """First and last instant of the audio packets, ticks; `start` is NONE without packets."""

    start: int = NONE
    end: int = NONE

    def add(self, packet: Packet[Any]) -> None:
        """Extend the bounds by a packet; one without a stamp follows the one before."""
        pts = packet.pts if packet.pts is not None else max(self.end, 0)
        self.start = pts if self.start == NONE else min(self.start, pts)
        self.end = max(self.end, pts + (packet.duration or 0))


@dataclass(slots=True)
class _Columns:
    """Growing columns: 34 bytes a packet, no Python object kept."""

    pts: array[int] = field(default_factory=lambda: array("q"))
    dts: array[int] = field(default_factory=lambda: array("q"))
    durations: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("B"))
    shown: array[int] = field(default_factory=lambda: array("B"))

    def add(self, packet: Packet[Any]) -> None:
        self.pts.append(NONE if packet.pts is None else packet.pts)
        self.dts.append(NONE if packet.dts is None else packet.dts)
        self.durations.append(packet.duration or 0)
        self.keys.append(packet.is_keyframe)
        self.shown.append(not packet.is_discard)

    def table(self) -> PacketTable:
        return PacketTable(
            np.frombuffer(self.pts, np.int64),
            np.frombuffer(self.dts, np.int64),
            np.frombuffer(self.durations, np.int64),
            np.frombuffer(self.keys, np.uint8).astype(np.bool_),
            np.frombuffer(self.shown, np.uint8).astype(np.bool_),
        )


def scan(
    container: InputContainer,
    video: VideoStream | None,
    audio: AudioStream | None,
    limits: MediaLimits,
    see: Callable[[VideoPacket], None],
) -> tuple[PacketTable, AudioBounds]:
    """Read every packet of the selected streams once.

    Args:
        see: called with every packet of the video.

    Raises:
        VidereError: MEDIA_LIMIT when there are more frames than the limit.
    """
    columns, bounds = _Columns(), AudioBounds()
    streams = [stream for stream in (video, audio) if stream is not None]
    video_index = video.index if video is not None else -1
    for packet in packets_of(container, *streams):
        if packet.stream_index == video_index:
            columns.add(packet)
            see(packet)
            if len(columns.pts) > limits.max_frames:
                raise limit_error(
                    Reason.MEDIA_LIMIT, "frames", limits.max_frames, f"> {limits.max_frames}"
                )
        else:
            bounds.add(packet)
    return columns.table(), bounds


def stamped(
    packets: Iterator[VideoPacket], mapping: Mapping, first: int = 0
) -> Iterator[VideoPacket]:
    """Give every packet the token its frame shall carry (decoders hand `pts` through)."""
    for ordinal, packet in enumerate(packets, first):
        if mapping is Mapping.DTS:
            packet.pts = packet.dts
        elif mapping is Mapping.ORDINAL and packet.size:
            packet.pts = ordinal
        yield packet


def ticks_per_frame(rate: Fraction, time_base: Fraction) -> int:
    """Return a frame's length in ticks at a rate, at least 1."""
    return max(1, round(1 / (rate * time_base)))
