"""What an export is made of: a job, what it found, and what the reader calls the media. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from google.protobuf import duration_pb2, timestamp_pb2

from videre.v1 import analysis_pb2, job_pb2, types_pb2

_NS: Final = 1_000_000_000


class NotCarriedError(ValueError):
    """A format has no place for this media, such as an edit list for a sound file."""


@dataclass(frozen=True, slots=True)
class PictureLinks:
    """Where the pictures of a verdict can be fetched.

    Args:
        urls: address by the picture's digest.
        expire_time: until when; unset = nobody said.
    """

    urls: Mapping[str, str] = field(default_factory=dict)
    expire_time: timestamp_pb2.Timestamp = field(default_factory=timestamp_pb2.Timestamp)


@dataclass(frozen=True, slots=True)
class Subject:
    """One job with its analysis.

    Args:
        job: the job; its times, state and user data.
        analysis: view FULL, all pages; what a filter left out is not exported.
        title: the media's title; "" = the last part of `media_uri`.
        description: the media's description, as its owner gave it; "" where there is none.
        media_uri: where the reader of the export finds the media: an address or a file name.
        language: BCP 47 language that the labels' names are in.
        request_id: id of the call, for vendors' views; "" where there is none.
        template_number: number of the moderation template, for vendors' views; 0 = it has none.
        pictures: links to the verdict's pictures, for vendors' views.
    """

    job: job_pb2.Job
    analysis: analysis_pb2.Analysis
    title: str = ""
    description: str = ""
    media_uri: str = ""
    language: str = "en"
    request_id: str = ""
    template_number: int = 0
    pictures: PictureLinks = field(default_factory=PictureLinks)

    @property
    def name(self) -> str:
        """What people call the media."""
        return self.title or self.media_uri.rstrip("/").rpartition("/")[2] or self.analysis.media_id

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the displayed picture in pixels.

        Raises:
            NotCarriedError: the media has no picture.
        """
        video = self.analysis.media_info.video
        if video.width <= 0 or video.height <= 0:
            raise NotCarriedError("the media has no picture")
        return video.width, video.height

    @property
    def rate(self) -> Fraction:
        """Average frames per second, exact.

        Raises:
            NotCarriedError: the media has no moving picture.
        """
        info = self.analysis.media_info
        video = info.video
        moving = info.kind == analysis_pb2.MEDIA_KIND_VIDEO and video.frame_rate_denominator
        if not moving or video.frame_rate_numerator <= 0:
            raise NotCarriedError("the media has no moving picture, hence no frames and timecodes")
        return Fraction(video.frame_rate_numerator, video.frame_rate_denominator)


def nanoseconds(duration: duration_pb2.Duration) -> int:
    """Return a duration as whole nanoseconds."""
    return int(duration.seconds) * _NS + int(duration.nanos)


def seconds(duration: duration_pb2.Duration) -> float:
    """Return a duration in seconds: the float nearest to its nanoseconds."""
    return nanoseconds(duration) / _NS


def span_ns(span: types_pb2.TimeSpan) -> tuple[int, int]:
    """Return start and end of a stretch in nanoseconds."""
    return nanoseconds(span.start_offset), nanoseconds(span.end_offset)


def score(value: float) -> float:
    """Return a score 0..1 with the four digits that it has; messages carry it as a float32."""
    return round(value, 4)


def lower(name: str, prefix: str) -> str:
    """Return an enum value's name without prefix, as a word: "not checked"; "" if unspecified."""
    stem = name.removeprefix(f"{prefix}_")
    return "" if stem == "UNSPECIFIED" else stem.replace("_", " ").lower()


def unlooked(analysis: analysis_pb2.Analysis) -> list[analysis_pb2.Stage]:
    """Return the stages that did not look at everything: of these, silence says nothing."""
    open_states = (
        analysis_pb2.STAGE_STATE_NOT_CHECKED,
        analysis_pb2.STAGE_STATE_FAILED,
        analysis_pb2.STAGE_STATE_CANCELLED,
    )
    return [stage for stage in analysis.stages if stage.state in open_states]


def understood(analysis: analysis_pb2.Analysis) -> list[analysis_pb2.Utterance]:
    """Return what was said in words that were understood."""
    wanted = analysis_pb2.UNDERSTANDING_UNDERSTOOD
    return [line for line in analysis.utterances if line.understanding == wanted and line.text]


def stage_words(stage: analysis_pb2.Stage) -> str:
    """Return a stage's state in one line, such as "speech: not checked (NO_ENGINE)"."""
    state = lower(analysis_pb2.StageState.Name(stage.state), "STAGE_STATE")
    return f"{stage.name}: {state}" + (f" ({stage.reason})" if stage.reason else "")


def pixels(box: types_pb2.BoundingBox, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a box in pixels of the displayed picture."""
    return (
        round(box.x * width),
        round(box.y * height),
        round((box.x + box.width) * width),
        round((box.y + box.height) * height),
    )


def share(spans: Iterable[types_pb2.TimeSpan], duration: duration_pb2.Duration) -> float:
    """Return the share of a media's length that merged stretches fill, 0..1 with four digits."""
    filled = sum(end - start for start, end in map(span_ns, spans))
    whole = nanoseconds(duration)
    return score(min(filled / whole, 1.0)) if whole else 0.0
