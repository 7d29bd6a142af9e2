"""What production needs of the media index. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.media_index import StoredIndex, refusing_damage
from videre.common.values import to_ns

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """The selected video stream of a media.

    Args:
        stream_index: index in the container.
        width: as displayed (rotation and pixel aspect applied), pixels.
        height: as displayed, pixels.
        rotation: clockwise, for display: 0, 90, 180, 270 degrees.
        hdr: the samples are PQ or HLG.
        mapping: what `tokens` are: "pts", "dts" or "ordinal" (number of the packet).
        tokens: int64 per frame, what ties a decoded frame to its place.
        keys: bool per frame: a decoder can start here.
        time_base: seconds per tick of `pts`.
        origin: the media's origin on the container's clock, seconds.
        pts: int64 ticks per frame, strictly rising.
        end_pts: end of the last frame, ticks.
    """

    stream_index: int
    width: int
    height: int
    rotation: int
    hdr: bool
    mapping: str
    tokens: Int64s
    keys: NDArray[np.bool_]
    time_base: Fraction
    origin: Fraction
    pts: Int64s
    end_pts: int

    def start_ns(self, frame: int) -> int:
        """Return when a frame begins, from the media's origin."""
        return to_ns(int(self.pts[frame]), self.time_base, self.origin)

    @property
    def end_ns(self) -> int:
        """End of the last frame, from the media's origin."""
        return to_ns(self.end_pts, self.time_base, self.origin)

    def frame_at(self, ns: int) -> int:
        """Return the frame on show at an instant; the first or last one outside the pictures."""
        # Starts are floors to the nanosecond: a tick belongs to the instant up to 1 ns before it.
        ticks = (Fraction(ns + 1, 1_000_000_000) + self.origin) / self.time_base
        after = int(np.searchsorted(self.pts, float(ticks), side="right"))
        low = max(0, min(after, len(self.pts)) - 2)  # the float above may round across a tick
        frames = [f for f in range(low, min(low + 4, len(self.pts))) if self.start_ns(f) <= ns]
        return frames[-1] if frames else low


@dataclass(frozen=True, slots=True)
class Sound:
    """The selected audio stream of a media.

    Args:
        stream_index: index in the container.
        sample_rate: samples a second.
        channels: number.
        origin: the media's origin on the container's clock, seconds.
        start: of the first sample from the media's origin, seconds.
        end: of the last sample from the media's origin, seconds.
    """

    stream_index: int
    sample_rate: int
    channels: int
    origin: Fraction
    start: Fraction
    end: Fraction


#: Sound that ends so shortly after the last frame is the rest of its codec's last packet, seconds.
_REST: Final = Fraction(1, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Media:
    """What a media index says.

    Args:
        kind: "video", "audio", "image" or "text".
        container: name of the demuxer.
        pictures: the selected video stream.
        sound: the selected audio stream.
    """

    kind: str
    container: str
    pictures: Pictures | None
    sound: Sound | None

    @property
    def end(self) -> Fraction:
        """End of the pictures and of the sound, seconds from the origin."""
        pictures = self.pictures
        shown = pictures.end_pts * pictures.time_base - pictures.origin if pictures else Fraction(0)
        heard = self.sound.end if self.sound else Fraction(0)
        return shown if shown < heard <= shown + _REST else max(shown, heard)


def read_media(data: bytes) -> Media:
    """Read a stored media index.

    Raises:
        VidereError: ARTIFACT_CORRUPT when these bytes are not a media index.
    """
    stored = StoredIndex.decode(data)
    with refusing_damage():
        video, audio = stored.header["video"], stored.header["audio"]
        seen = video is not None and len(stored.keys) > 0
        starts = []
        if seen:
            pts = np.frombuffer(stored.pts, "<i8")
            starts.append(int(pts[0]) * Fraction(video["time_base"]))
        if audio is not None:
            starts.append(audio["start_pts"] * Fraction(audio["time_base"]))
        origin = min(starts, default=Fraction(0))
        return Media(
            kind=stored.header["kind"],
            container=stored.header["container"],
            pictures=_pictures(video, stored, origin) if seen else None,
            sound=_sound(audio, origin) if audio is not None else None,
        )


def _pictures(video: Mapping[str, Any], stored: StoredIndex, origin: Fraction) -> Pictures:
    return Pictures(
        stream_index=video["stream_index"],
        width=video["width"],
        height=video["height"],
        rotation=video["rotation"],
        hdr=video["color_transfer"] in ("smpte2084", "arib-std-b67"),
        mapping=video["mapping"],
        tokens=np.frombuffer(stored.tokens, "<i8"),
        keys=np.frombuffer(stored.keys, "u1").astype(np.bool_),
        time_base=Fraction(video["time_base"]),
        origin=origin,
        pts=np.frombuffer(stored.pts, "<i8"),
        end_pts=video["end_pts"],
    )


def _sound(audio: Mapping[str, Any], origin: Fraction) -> Sound:
    base = Fraction(audio["time_base"])
    return Sound(
        stream_index=audio["stream_index"],
        sample_rate=audio["sample_rate"],
        channels=audio["channels"],
        origin=origin,
        start=audio["start_pts"] * base - origin,
        end=audio["end_pts"] * base - origin,
    )


def read_pictures(data: bytes) -> Pictures | None:
    """Read a stored media index; None when the media has no pictures.

    Raises:
        VidereError: ARTIFACT_CORRUPT when these bytes are not a media index.
    """
    return read_media(data).pictures
