"""What of a file decides how the frames of a unit come out, its container left out, as a digest.

Copies with the same coded pictures have units of the same digest, and what was seen in one was
seen in the other. Made in the demux pass: no byte is read twice, nothing is decoded for it.
Imported in child processes only.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videre.common.strips import BLOCK, CONTEXT
from videre.common.values import NS, canonical_json
from videre.orchestrator.media.decode import CONTEXT_NS, context_range
from videre.orchestrator.media.index import Int64s, MediaIndex, UnitRange, VideoTrack
from videre.orchestrator.media.index import Mapping as Ties
from videre.orchestrator.media.nal_units import CODECS as NAL_CODECS
from videre.orchestrator.media.nal_units import PictureForm
from videre.orchestrator.media.packets import PacketTable
from videre.orchestrator.media.units import cut_units

#: Raised when other things go into a digest.
_FORM: Final = 1
#: Codecs whose pictures follow from packets and header alone. Others read the container's tag, its
#: depth or a palette (MPEG-4 part 2, raw pictures, QuickTime RLE …): they have no digest.
_CODECS: Final = NAL_CODECS | {"av1", "dnxhd", "mjpeg", "mpeg1video", "mpeg2video", "prores", "vp8",
                               "vp9"}  # fmt: skip
#: Their decoders read no header; containers differ in what they keep there.
_HEADLESS: Final = frozenset({"vp8", "vp9", "mjpeg"})
_SIZE: Final = 16
#: A shot engine may look at whole blocks around a unit; the meter at the frame before.
_REACH: Final = BLOCK + CONTEXT + 1
_LENGTH: Final = 4
#: Changes of the header that packets bring along.
_CHANGES: Final = ("new_extradata", "param_change", "palette")
_HIDDEN: Final = -(1 << 62)
#: Fewer steps between frames tell no rate.
_FEWEST: Final = 24
#: Frames are evenly spaced when none is further from its place: two stamps rounded to milliseconds.
_ROUNDED_NS: Final = 2_100_000


class PacketDigests:
    """Digests the packets of one video stream, in their order: 16 bytes each."""

    def __init__(self, stream: VideoStream) -> None:
        """Prepare for a stream; of a codec that is not known nothing is digested."""
        self.codec = str(stream.codec_context.codec.canonical_name)
        header = bytes(stream.codec_context.extradata or b"")
        self._form = PictureForm(self.codec, header) if self.codec in NAL_CODECS else None
        kept = header if self.codec not in _HEADLESS else b""
        #: Of the header.
        self.header = _digest(self._form.sets if self._form is not None else (kept,)).hex()
        #: Of what packets have changed of the header so far: decoders keep it.
        self._changes = b""
        self._digests = bytearray()

    def add(self, packet: Packet[Any]) -> None:
        """Digest the next packet."""
        if self.codec not in _CODECS:
            return
        data = bytes(packet)
        if self._form is None:
            parts = [data]
        else:
            sets = len(self._form.others)
            parts = list(self._form.units(data))
            self._change(self._form.others[sets:])
        for kind in _CHANGES:
            if packet.has_sidedata(kind):
                self._change([kind.encode(), bytes(packet.get_sidedata(kind))])
        self._digests += _digest([*parts, self._changes])

    def _change(self, parts: Sequence[bytes]) -> None:
        if parts:
            self._changes = _digest([self._changes, *parts])

    def all(self) -> npt.NDArray[np.void]:
        """Return the digests, 16 bytes for each packet; none of a codec that is not known."""
        return np.frombuffer(self._digests, np.dtype((np.void, _SIZE)))


def _digest(parts: Iterable[bytes]) -> bytes:
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(_LENGTH, "big"))
        made.update(part)
    return made.digest()[:_SIZE]


def frame_facts(stream: VideoStream, first: VideoFrame) -> dict[str, Any]:
    """Return what decoding, turning and colouring a frame depend on beside its packets.

    Args:
        stream: the stream.
        first: its first frame: what decoders make of all that header and packets state.
    """
    aspect = stream.sample_aspect_ratio
    return {
        "size": [first.width, first.height],
        "format": first.format.name,
        "range": int(first.color_range),
        "matrix": int(first.colorspace),
        "transfer": int(first.color_trc),
        "primaries": int(first.color_primaries),
        "turned": int(first.rotation),
        "aspect": str(aspect or 1),
    }


def unit_digests(
    index: MediaIndex, table: PacketTable, packets: PacketDigests, facts: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the digest (hex) of every unit of a media; none where packets do not tell the frames.

    Args:
        index: of the media.
        table: its video packets.
        packets: their digests.
        facts: of its frames.
    """
    track, digests = index.video, packets.all()
    if track is None or track.mapping is not Ties.PTS or not len(digests):
        return ()
    frames = _frames_of(table, track)
    places = np.full(track.frame_count, -1)
    places[frames[frames != _HIDDEN]] = np.flatnonzero(frames != _HIDDEN)
    if (places < 0).any():
        return ()
    stated = {**facts, "codec": packets.codec, "header": packets.header, "form": _FORM,
              "turned_by": track.rotation}  # fmt: skip
    if "444" in track.pixel_format:  # an old x264 is told by the first packet alone
        stated["first"] = digests[0].tobytes().hex()
    return tuple(
        _unit_digest(index, unit, frames, places, digests, stated) for unit in cut_units(index)
    )


def _frames_of(table: PacketTable, track: VideoTrack) -> Int64s:
    """Return the frame that each packet becomes; _HIDDEN for those that become none."""
    found = np.minimum(np.searchsorted(track.tokens, table.pts), track.frame_count - 1)
    return np.where(track.tokens[found] == table.pts, found, _HIDDEN)


def _unit_digest(
    index: MediaIndex,
    unit: UnitRange,
    frames: Int64s,
    places: Int64s,
    digests: npt.NDArray[np.void],
    stated: Mapping[str, Any],
) -> str:
    track = index.video
    assert track is not None
    rate = _even_rate(index.frame_starts_ns[unit.start_frame : unit.end_frame])
    first, end = _reach(index, unit, rate)
    stamps = index.frame_starts_ns[first:end] - unit.start_ns
    even = rate is not None and _even_rate(stamps) == rate
    key = int(np.flatnonzero(track.keys[: first + 1])[-1])
    needed = places[key:end]
    some = slice(int(needed.min()), int(needed.max()) + 1)
    becomes = np.where(frames[some] == _HIDDEN, _HIDDEN, frames[some] - unit.start_frame)
    facts = {
        **stated,
        "block": unit.start_frame % BLOCK,
        "from": first - unit.start_frame,
        "own": unit.end_frame - unit.start_frame,
        "to": end - unit.start_frame,
        "rate": str(rate) if even else "",
    }
    told = b"" if even else stamps.astype("<i8").tobytes()
    places_told = becomes.astype("<i8").tobytes()
    return _digest([canonical_json(facts), told, places_told, digests[some].tobytes()]).hex()


def _even_rate(stamps_ns: Int64s) -> Fraction | None:
    """Return the usual rate at which frames follow each other evenly; None where they do not.

    Containers round stamps, down to milliseconds: a rate is told by them, not equal to theirs.
    """
    steps = len(stamps_ns) - 1
    if steps < _FEWEST:
        return None
    length_ns = int(stamps_ns[-1] - stamps_ns[0])
    measured = steps * NS / length_ns
    near = {round(measured), round(measured * 1.001)}
    usual = [Fraction(one) * part for one in near for part in (1, Fraction(1000, 1001)) if one]
    rate = min(usual, key=lambda one: abs(one - measured), default=Fraction(1))
    places = np.arange(steps + 1) * (NS / float(rate))
    away = stamps_ns - stamps_ns[0] - places
    return rate if float(np.ptp(away)) <= _ROUNDED_NS else None


def _reach(index: MediaIndex, unit: UnitRange, rate: Fraction | None) -> tuple[int, int]:
    """Return the frames [first, end) that anything which is said of a unit may depend on.

    At an even rate they are counted: rounded stamps would move the border of 2 s by a frame.
    """
    if rate is not None:
        before = after = math.ceil(rate * CONTEXT_NS / NS) + 2
    else:
        first, end = context_range(index.frame_starts_ns, unit)
        before, after = unit.start_frame - first + 1, end - unit.end_frame
    first = max(0, unit.start_frame - max(before, _REACH))
    return first, min(len(index.frame_starts_ns), unit.end_frame + max(after, _REACH))
