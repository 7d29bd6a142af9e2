"""The media index: the one source of frame number ↔ time, stored as an artifact. Pure.

`common/media_index.py` describes the stored form.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.media_index import StoredIndex, refusing_damage
from videre.common.values import NS, to_ns
from videre.orchestrator.timeline import Timeline

Int64s = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class MediaKind(StrEnum):
    """What a media is understood as."""

    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    TEXT = "text"


class Mapping(StrEnum):
    """What ties a decoded frame to its place in the index.

    PTS: the packet's presentation time stamp, unique in a sound file. DTS: its decoding time
    stamp, where the container has no other. ORDINAL: the packet's number from the start of the
    file, where even that is missing or repeats; such a file is decoded from its start.
    """

    PTS = "pts"
    DTS = "dts"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True, eq=False)
class VideoTrack:
    """The selected video stream; `pts`, `tokens`, `keys` have one entry per frame, as presented.

    Args:
        stream_index: index in the container.
        codec: decoder's name, such as "h264".
        width: as displayed (rotation and pixel aspect applied), pixels.
        height: as displayed, pixels.
        coded_width: as decoded, pixels.
        coded_height: as decoded, pixels.
        rotation: clockwise, for display: 0, 90, 180, 270 degrees.
        pixel_aspect: width of a pixel over its height, before rotation.
        average_rate: frames per second, exact.
        variable_rate: frames are not equally spaced.
        pixel_format: such as "yuv420p10le".
        color_transfer: such as "bt709", "smpte2084"; empty when not stated.
        container_timecode: start timecode the container states; empty when none.
        bit_rate: bits per second; 0 when not stated.
        time_base: seconds per tick of `pts`.
        pts: int64 ticks, strictly rising.
        end_pts: end of the last frame, ticks.
        keys: a decoder can start at this frame.
        mapping: what `tokens` are.
        tokens: int64, what each decoded frame carries. `pts` itself in a sound file; where time
            stamps are made up (AVI with B-frames) `pts` are these in rising order.
    """

    stream_index: int
    codec: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation: int
    pixel_aspect: Fraction
    average_rate: Fraction
    variable_rate: bool
    pixel_format: str
    color_transfer: str
    container_timecode: str
    bit_rate: int
    time_base: Fraction
    pts: Int64s
    end_pts: int
    keys: Flags
    mapping: Mapping
    tokens: Int64s

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self.pts)

    @property
    def start(self) -> Fraction:
        """Presentation time of the first frame on the container's clock, seconds."""
        return int(self.pts[0]) * self.time_base


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """The selected audio stream; `start_pts` and `end_pts` are ticks of `time_base`."""

    stream_index: int
    codec: str
    sample_rate: int
    channels: int
    language: str
    bit_rate: int
    time_base: Fraction
    start_pts: int
    end_pts: int

    @property
    def start(self) -> Fraction:
        """Presentation time of the first sample on the container's clock, seconds."""
        return self.start_pts * self.time_base


@dataclass(frozen=True, slots=True)
class UnitRange:
    """One unit: frames [start_frame, end_frame), instants [start_ns, end_ns).

    Audio-only media have no frames: both are 0.
    """

    index: int
    start_frame: int
    end_frame: int
    start_ns: int
    end_ns: int


@dataclass(frozen=True, eq=False)
class MediaIndex:
    """What is known about a media's bytes; `digest` is filled in by whoever hashed them.

    Of text, `text_end_ns` is the end of the last subtitle, and `characters` the length in code
    points where it has no times. `unit_digests` are those of `media/coded.py`, one for each unit;
    none where units cannot be told apart by what was coded.
    """

    kind: MediaKind
    container: str
    size_bytes: int
    digest: str = ""
    video: VideoTrack | None = None
    audio: AudioTrack | None = None
    video_stream_count: int = 0
    audio_stream_count: int = 0
    text_end_ns: int = 0
    characters: int = 0
    unit_digests: tuple[str, ...] = ()

    def with_digest(self, digest: str) -> MediaIndex:
        """Return the index with the SHA-256 (hex) of the media's bytes."""
        return dataclasses.replace(self, digest=digest)

    @cached_property
    def origin(self) -> Fraction:
        """Earliest presentation time of the selected streams on the container's clock, seconds."""
        starts = [track.start for track in (self.video, self.audio) if track is not None]
        return min(starts, default=Fraction(0))

    @cached_property
    def frame_starts_ns(self) -> Int64s:
        """Start of every frame from the origin, int64 nanoseconds; empty without video."""
        if self.video is None:
            return np.zeros(0, np.int64)
        return ticks_to_ns(self.video.pts, self.video.time_base, self.origin)

    @property
    def video_end_ns(self) -> int:
        """End of the last frame from the origin; 0 without video."""
        if self.video is None:
            return 0
        return to_ns(self.video.end_pts, self.video.time_base, self.origin)

    @property
    def audio_start_ns(self) -> int:
        """Start of the selected audio from the origin; 0 without audio."""
        if self.audio is None:
            return 0
        return to_ns(self.audio.start_pts, self.audio.time_base, self.origin)

    @property
    def audio_end_ns(self) -> int:
        """End of the selected audio from the origin; 0 without audio."""
        if self.audio is None:
            return 0
        return to_ns(self.audio.end_pts, self.audio.time_base, self.origin)

    @property
    def duration_ns(self) -> int:
        """From the origin to the end of the last frame, sample or subtitle."""
        return max(self.video_end_ns, self.audio_end_ns, self.text_end_ns)

    def timeline(self) -> Timeline:
        """Return the media's clock."""
        if self.characters:
            return Timeline(self.characters, counts_characters=True)
        return Timeline(
            duration_ns=self.duration_ns,
            frame_starts_ns=self.frame_starts_ns.data,  # gives plain numbers, copies none
            video_end_ns=self.video_end_ns,
            average_rate=self.video.average_rate if self.video else None,
            variable_rate=self.video.variable_rate if self.video else False,
        )

    @cached_property
    def stored(self) -> bytes:
        """The stored form, made once."""
        return self.encode()

    def encode(self) -> bytes:
        """Return the stored form; equal indices give equal bytes."""
        header = {
            "kind": self.kind.value,
            "container": self.container,
            "size_bytes": self.size_bytes,
            "digest": self.digest,
            "video_stream_count": self.video_stream_count,
            "audio_stream_count": self.audio_stream_count,
            "video": _track_header(self.video),
            "audio": _track_header(self.audio),
            "text_end_ns": self.text_end_ns,
            "characters": self.characters,
            "unit_digests": list(self.unit_digests),
        }
        if self.video is None:
            return StoredIndex(header).encode()
        pts, tokens = self.video.pts.astype("<i8"), self.video.tokens.astype("<i8")
        keys = self.video.keys.astype("u1")
        return StoredIndex(header, pts.tobytes(), tokens.tobytes(), keys.tobytes()).encode()

    @staticmethod
    def decode(data: bytes) -> MediaIndex:
        """Read the stored form.

        Raises:
            VidereError: ARTIFACT_CORRUPT when these bytes are not a media index.
        """
        stored = StoredIndex.decode(data)
        with refusing_damage():
            header = dict(stored.header)
            video, audio = header.pop("video"), header.pop("audio")
            digests = tuple(header.pop("unit_digests", ()))  # earlier indices have none
            index = MediaIndex(
                kind=MediaKind(header.pop("kind")),
                video=_read_video(video, stored) if video else None,
                audio=AudioTrack(**_read_fractions(audio)) if audio else None,
                unit_digests=digests,
                **header,
            )
            index.timeline()  # raises where a time is beyond what nanoseconds can count
        return index


_ARRAYS: Final = frozenset({"pts", "tokens", "keys"})
_FRACTIONS: Final = frozenset({"pixel_aspect", "average_rate", "time_base"})


def _track_header(track: VideoTrack | AudioTrack | None) -> dict[str, Any] | None:
    if track is None:
        return None
    names = [field.name for field in dataclasses.fields(track) if field.name not in _ARRAYS]
    values = {name: getattr(track, name) for name in names}
    return {
        name: f"{value.numerator}/{value.denominator}" if name in _FRACTIONS else value
        for name, value in values.items()
    }


def _read_fractions(header: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Fraction(value) if name in _FRACTIONS else value for name, value in header.items()
    }


def _read_video(header: dict[str, Any], stored: StoredIndex) -> VideoTrack:
    fields = _read_fractions(header)
    fields["mapping"] = Mapping(fields["mapping"])
    return VideoTrack(
        **fields,
        pts=np.frombuffer(stored.pts, "<i8"),
        tokens=np.frombuffer(stored.tokens, "<i8"),
        keys=np.frombuffer(stored.keys, "u1").astype(np.bool_),
    )


def ticks_to_ns(ticks: Int64s, time_base: Fraction, origin: Fraction) -> Int64s:
    """Return floor((ticks × time_base − origin) × 10⁹), exact, as int64.

    Counting from the first tick keeps the products small: for twelve hours of any usual time base
    they stay far below 2⁶³.
    """
    if not len(ticks):
        return np.zeros(0, np.int64)
    step, shift = time_base * NS, origin * NS
    bottom = step.denominator * shift.denominator
    factor = step.numerator * shift.denominator
    first = int(ticks[0])
    whole, rest = divmod(first * factor - shift.numerator * step.denominator, bottom)
    relative = ticks - first
    reach = int(np.abs(relative).max()) * factor + rest
    if reach >= 1 << 63 or bottom >= 1 << 63:
        exact = [(int(tick) * factor + rest) // bottom + whole for tick in relative]
        return np.array(exact, np.int64)
    return (relative * factor + rest) // bottom + whole
