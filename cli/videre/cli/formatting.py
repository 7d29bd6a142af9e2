"""How values read for people, the same in the terminal and in the HTML report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from google.protobuf import duration_pb2

from videre.v1 import analysis_pb2, types_pb2

_MAX_TIMES: Final = 4
_CHANNELS: Final = {1: "mono", 2: "stereo"}


class EnumWords(Protocol):
    """The names of an enum, as the generated modules offer them."""

    def items(self) -> Iterable[tuple[str, int]]:
        """Return (name, number) pairs."""


def seconds(duration: duration_pb2.Duration) -> float:
    """Return a duration in seconds."""
    return duration.seconds + duration.nanos / 1e9


def span_seconds(span: types_pb2.TimeSpan) -> tuple[float, float]:
    """Return start and end of a span in seconds; of text without times, its characters."""
    if span.HasField("start_char"):
        return float(span.start_char), float(span.end_char)
    return seconds(span.start_offset), seconds(span.end_offset)


def clock(value: float) -> str:
    """Return seconds as "1:02:03.4", or "2:03.4" below an hour."""
    tenths = round(max(value, 0.0) * 10)
    whole, tenth = divmod(tenths, 10)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    head = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{head}:{rest:02}.{tenth}"


def begin(span: types_pb2.TimeSpan) -> str:
    """Return when a span begins, "1:02.4"; of text without times, "character 62"."""
    if span.HasField("start_char"):
        return f"character {span.start_char}"
    return clock(seconds(span.start_offset))


def when(span: types_pb2.TimeSpan) -> str:
    """Return "1:02.4 – 1:05.0"; of text without times, "characters 62 – 85"."""
    if span.HasField("start_char"):
        return f"characters {span.start_char} – {span.end_char}"
    return f"{clock(seconds(span.start_offset))} – {clock(seconds(span.end_offset))}"


def times(spans: Iterable[types_pb2.TimeSpan]) -> str:
    """Return when something is there: "0:08, 0:31"; what is only given has no time."""
    starts = list(dict.fromkeys(begin(span) for span in spans))
    more = f" +{len(starts) - _MAX_TIMES}" if len(starts) > _MAX_TIMES else ""
    return ", ".join(starts[:_MAX_TIMES]) + more


def length(value: float) -> str:
    """Return a length in seconds as "6.0 s", "2 min 3 s" or "1 h 02 min"."""
    if value < 60:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"


def percent(share: float) -> str:
    """Return a share 0..1 as "83 %"; only exactly 1 is "100 %"."""
    value = min(round(share * 100), 99) if share < 1 else 100
    return f"{value} %"


def size(count: int) -> str:
    """Return bytes as "8.4 MB" (powers of ten)."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def word(enum: EnumWords, value: int, prefix: str) -> str:
    """Return an enum value as a word: "not checked" for STAGE_STATE_NOT_CHECKED.

    A value of a later release reads "state 9".
    """
    name = next((name for name, number in enum.items() if number == value), "")
    stem = name.removeprefix(f"{prefix}_")
    if not name:
        return f"{prefix.lower().rpartition('_')[2]} {value}"
    return "" if stem == "UNSPECIFIED" else stem.replace("_", " ").lower()


def media_facts(info: analysis_pb2.MediaInfo) -> list[str]:
    """Return what a media is, one fact per entry: length, picture, sound, container."""
    facts = []
    still = info.kind == analysis_pb2.MEDIA_KIND_IMAGE
    if info.character_count:
        facts.append(f"{info.character_count} characters")
    elif info.HasField("duration") and not still:
        facts.append(length(seconds(info.duration)))
    if info.HasField("video"):
        video = info.video
        facts.append(f"{video.width} × {video.height}")
        if video.frame_rate_denominator and not still:
            rate = video.frame_rate_numerator / video.frame_rate_denominator
            facts.append(f"{rate:.5g} fps{' (variable)' if video.variable_frame_rate else ''}")
        facts.append(video.codec)
    if info.HasField("audio"):
        audio = info.audio
        channels = _CHANNELS.get(audio.channels, f"{audio.channels} channels")
        facts.append(f"{audio.codec} {audio.sample_rate / 1000:g} kHz {channels}")
    if info.size_bytes:
        facts.append(size(info.size_bytes))
    return [fact for fact in facts if fact]
