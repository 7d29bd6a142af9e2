"""What an analysis says of the media and of its own making, in integers. Pure.

Part of `document`, which names everything here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from videre.common.values import TimeSpan


class MediaKind(StrEnum):
    """What a media is understood as."""

    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """The selected video stream; see `VideoStreamInfo` for the meaning of every field."""

    codec: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation_degrees: int
    rate_numerator: int
    rate_denominator: int
    variable_rate: bool
    frame_count: int
    pixel_format: str = ""
    color_transfer: str = ""
    container_timecode: str = ""
    bit_rate: int = 0


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """The selected audio stream."""

    codec: str
    sample_rate: int
    channels: int
    language: str = ""
    bit_rate: int = 0


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """Technical description of a media; `video` and `audio` are None where there is no track.

    A picture (`MediaKind.IMAGE`) has a `video` of one frame. Text without times has no duration but
    `characters`.
    """

    digest: str
    size_bytes: int
    kind: MediaKind
    container: str
    duration_ns: int
    video: VideoFacts | None = None
    audio: AudioFacts | None = None
    audio_stream_count: int = 0
    video_stream_count: int = 0
    characters: int = 0

    @property
    def extent(self) -> int:
        """Length on the media's clock, which counts characters where there are no times."""
        return self.characters or self.duration_ns


@dataclass(frozen=True, slots=True)
class PinnedEngine:
    """The engine that answered for a feature."""

    feature: str
    engine: str
    version: str
    model_digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleVersions:
    """Versions of the data and rules that turn evidence into answers; "" where none was used.

    `libraries` are "id@version", in order, of all that were looked for, `hash_lists` the same of
    those that moderation compared.
    """

    plan: str = ""
    taxonomy: str = ""
    fusion: str = ""
    moderation: str = ""
    analysis_template: str = ""
    moderation_template: str = ""
    production_template: str = ""
    calibration: str = ""
    events: str = ""
    libraries: tuple[str, ...] = ()
    hash_lists: tuple[str, ...] = ()


NO_RULES: Final = RuleVersions()


class StageState(StrEnum):
    """Final states of a stage."""

    SUCCEEDED = "SUCCEEDED"
    SKIPPED = "SKIPPED"
    NOT_CHECKED = "NOT_CHECKED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class StageResult:
    """How the stage of one feature ended.

    Args:
        name: the feature.
        state: final state.
        reason: a `Reason`'s value for SKIPPED, NOT_CHECKED and FAILED; else "".
        missing: stretches nobody could look at, in order of time.
        interval_ns: longest time between two frames of a shot that were looked at, where the job's
            budget made it longer; 0 = as asked.
    """

    name: str
    state: StageState
    reason: str = ""
    missing: tuple[TimeSpan, ...] = ()
    interval_ns: int = 0
