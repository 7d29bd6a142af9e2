"""Copies of films without coding anew: other containers, cut, joined, told otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from av.packet import Packet

#: Containers by suffix.
_FORMATS: Final = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".ts": "mpegts"}


@dataclass(frozen=True)
class Copy:
    """What becomes of the packets.

    Args:
        name: of the file; its suffix chooses the container.
        start_s: packets before it are left out, from the key frame before it on.
        end_s: packets from it on are left out; None = none.
        sound: whether the sound comes along.
        heard: file whose sound takes the place of the own; None = the own.
        behind: file that is appended; None = none.
        rotation: counter-clockwise degrees written as display matrix.
        slower: what presentation times are multiplied with.
        muxer: options of the container.
        metadata: of the container.
    """

    name: str
    start_s: float = 0
    end_s: float | None = None
    sound: bool = True
    heard: Path | None = None
    behind: Path | None = None
    rotation: int = 0
    slower: int = 1
    muxer: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def remuxed(source: Path, folder: Path, copy: Copy) -> Path:
    """Write a copy of a file into a folder; return its path."""
    target = folder / copy.name
    kinds = {"video": source} | ({"audio": copy.heard or source} if copy.sound else {})
    with ExitStack() as open_files:
        made = open_files.enter_context(
            av.open(str(target), "w", format=_FORMATS[target.suffix], options=dict(copy.muxer))
        )
        made.metadata.update(copy.metadata)
        outs: dict[str, Any] = {}
        packets: list[Any] = []
        for kind, path in kinds.items():
            found = _packets(open_files.enter_context(av.open(str(path))), kind, copy)
            if found:
                outs[kind] = made.add_stream_from_template(found[0].stream)
                packets += found
            if found and copy.behind is not None:
                behind = open_files.enter_context(av.open(str(copy.behind)))
                packets += _packets(behind, kind, copy, after=found)
        if copy.rotation:
            outs["video"].set_display_rotation(copy.rotation)
        for packet in sorted(packets, key=lambda one: one.dts * one.time_base):
            packet.pts, packet.dts = packet.pts * copy.slower, packet.dts * copy.slower
            packet.stream = outs[packet.stream.type]
            made.mux(packet)
    return target


def _packets(
    container: Any, kind: str, copy: Copy, after: Sequence[Packet[Any]] = ()
) -> list[Packet[Any]]:
    """Return the packets of the first stream of a kind, or those that follow others."""
    stream = next((one for one in container.streams if one.type == kind), None)
    if stream is None:
        return []
    if after:
        return _behind(after, [packet for packet in container.demux(stream) if packet.size])
    if copy.start_s:
        container.seek(round(copy.start_s * av.time_base))
    ends = None if copy.end_s is None else Fraction(copy.end_s)
    return [
        packet
        for packet in container.demux(stream)
        if packet.size and (ends is None or packet.dts * packet.time_base < ends)
    ]


def _behind(first: Sequence[Any], packets: list[Any]) -> list[Any]:
    """Return packets with times that follow those of others."""
    ends = max((one.pts + one.duration) * one.time_base for one in first)
    shift = round(ends / packets[0].time_base) - min(packet.pts for packet in packets)
    for packet in packets:
        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
    return packets
