"""An analysis → OpenTimelineIO, CMX 3600 EDL and Final Cut Pro 7 XML, by OpenTimelineIO. Pure.

One clip per shot, statements as markers. Everything counts in frames of the media, so that a cut
is a cut to the frame; a variable frame rate has its nominal rate's timecodes, as in answers.

Final Cut Pro X XML is not written: the only adapter (otio-fcpx-xml-adapter 1.0.0) leaves the frame
duration of 29.97 empty and cannot read what it wrote.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from videre.common.values import nominal_rate
from videre.exports.cues import one_line
from videre.exports.segments import Segment, segments_of
from videre.exports.subject import NotCarriedError, Subject, stage_words, unlooked

if TYPE_CHECKING:
    import opentimelineio as otio

#: Colour of a kind's markers; editing programs know these names.
COLORS: Final = {
    "label": "GREEN",
    "object": "CYAN",
    "face": "MAGENTA",
    "text": "YELLOW",
    "speech": "BLUE",
    "sound": "ORANGE",
    "audio": "WHITE",
    "condition": "BLACK",
    "event": "PINK",
    "scene": "PURPLE",
    "chapter": "PURPLE",
    "person": "MAGENTA",
    "keyword": "WHITE",
    "entity": "CYAN",
    "topic": "GREEN",
    "quality": "RED",
    "code": "BLUE",
    "mood": "YELLOW",
    "track": "CYAN",
    "match": "PINK",
    "feedback": "ORANGE",
    "verdict": "RED",
}


def to_otio(subject: Subject) -> bytes:
    """Return the timeline as .otio (JSON).

    Raises:
        NotCarriedError: the media has no moving picture.
    """
    return str(timeline_of(subject).to_json_string(indent=1)).encode()


def to_edl(subject: Subject) -> bytes:
    """Return an event per shot, markers as `* LOC:`; 29.97 and 59.94 count drop-frame.

    Raises:
        NotCarriedError: the media has no moving picture, or a rate that SMPTE timecode and the
            list's readers do not share.
    """
    return edl_of(timeline_of(subject), nominal_rate(subject.rate))


def edl_of(timeline: otio.schema.Timeline, frames: Fraction) -> bytes:
    """Return a timeline of one track as CMX 3600; 29.97 and 59.94 count drop-frame.

    Args:
        timeline: its clips count frames.
        frames: a second.

    Raises:
        NotCarriedError: such a rate has no SMPTE timecode that the list's readers share.
    """
    import opentimelineio as otio

    rate = _counted(frames)
    written: str = otio.adapters.write_to_string(timeline, "cmx_3600", rate=rate)
    head, blank, events = written.partition("\n\n")
    mode = "DROP FRAME" if ";" in events else "NON-DROP FRAME"
    return f"{head}\nFCM: {mode}{blank}{events}".encode()


def to_fcp_xml(subject: Subject) -> bytes:
    """Return a sequence of Final Cut Pro 7 XML (xmeml 4), which most editing programs import.

    Raises:
        NotCarriedError: the media has no moving picture, or a rate without SMPTE timecode.
    """
    return fcp_xml_of(timeline_of(subject), nominal_rate(subject.rate))


def fcp_xml_of(timeline: otio.schema.Timeline, frames: Fraction) -> bytes:
    """Return a timeline as Final Cut Pro 7 XML (xmeml 4), whose sequences have a timecode.

    Args:
        timeline: its clips count frames.
        frames: a second.

    Raises:
        NotCarriedError: such a rate has no SMPTE timecode.
    """
    import opentimelineio as otio

    _counted(frames)
    written: str = otio.adapters.write_to_string(timeline, "fcp_xml")
    return written.encode()


def _counted(frames: Fraction) -> float:
    """Return a rate that SMPTE timecodes count, frames a second."""
    import opentimelineio as otio

    rate = float(frames)
    if not otio.opentime.RationalTime.is_valid_timecode_rate(rate):
        raise NotCarriedError(f"no timecode counts {rate:g} frames per second")
    return rate


def timeline_of(subject: Subject) -> otio.schema.Timeline:
    """Return a timeline of one video track: a clip per shot, the whole media where none is known.

    A marker stands on the clip in which it begins, in the media's frames; a marker without length
    has one frame.

    Raises:
        NotCarriedError: the media has no moving picture.
    """
    import opentimelineio as otio

    rate = float(nominal_rate(subject.rate))
    frames = int(subject.analysis.media_info.video.frame_count)

    def stretch(start: int, end: int) -> Any:
        time = otio.opentime.RationalTime
        return otio.opentime.TimeRange(time(start, rate), time(end - start, rate))

    timeline = otio.schema.Timeline(name=one_line(subject.name), metadata=_about(subject))
    timeline.global_start_time = otio.opentime.RationalTime(0, rate)
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    segments = list(segments_of(subject.analysis))
    clips = [item for item in segments if item.kind == "shot" and _length(item)]
    for name, start, end in _stretches(subject, clips, frames):
        clip = otio.schema.Clip(
            name=name,
            media_reference=otio.schema.ExternalReference(
                target_url=subject.media_uri or subject.name, available_range=stretch(0, frames)
            ),
            source_range=stretch(start, end),
            # The name of a reel on tape: "auxiliary", for what comes from a file.
            metadata={"cmx_3600": {"reel": "AX"}},
        )
        track.append(clip)
    starts = [int(clip.source_range.start_time.value) for clip in track]
    for segment in segments:
        if segment.kind != "shot" and segment.span.HasField("start_frame"):
            first, last = _frames(segment, frames)
            clip = track[_last_at_most(starts, first)]
            clip.markers.append(
                otio.schema.Marker(
                    name=_words(segment),
                    marked_range=stretch(first, last),
                    color=COLORS[segment.kind],
                    metadata={"videre": _facts(segment)},
                )
            )
    return timeline


def _stretches(
    subject: Subject, shots: list[Segment], frames: int
) -> Iterator[tuple[str, int, int]]:
    """Yield name, first frame and frame after the last of every clip, without gaps."""
    if not shots:
        yield one_line(subject.name), 0, frames
        return
    at = 0
    for shot in shots:
        start, end = int(shot.span.start_frame), int(shot.span.end_frame)
        if start > at:
            yield "", at, start
        yield shot.name, max(at, start), end
        at = end
    if at < frames:
        yield "", at, frames


def _length(segment: Segment) -> int:
    return int(segment.span.end_frame - segment.span.start_frame)


def _frames(segment: Segment, frames: int) -> tuple[int, int]:
    first = min(int(segment.span.start_frame), max(frames - 1, 0))
    return first, max(first + 1, min(int(segment.span.end_frame), frames))


def _last_at_most(starts: list[int], frame: int) -> int:
    return max(0, bisect_right(starts, frame) - 1)


def _words(segment: Segment) -> str:
    words = one_line(segment.name) or str(segment.facts.get("detail", ""))
    return f"{segment.kind}: {words}"


def _facts(segment: Segment) -> dict[str, Any]:
    return {
        "kind": segment.kind,
        "name": segment.name,
        "node_id": segment.node_id,
        "confidence": segment.confidence,
        "start_timecode": segment.span.start_timecode,
        "end_timecode": segment.span.end_timecode,
        **segment.facts,
    }


def _about(subject: Subject) -> dict[str, Any]:
    analysis = subject.analysis
    return {
        "videre": {
            "job_id": subject.job.job_id,
            "media_id": analysis.media_id,
            "revision": int(analysis.revision),
            "result_digest": analysis.result_digest,
            "variable_frame_rate": analysis.media_info.video.variable_frame_rate,
            "not_looked_at": [stage_words(stage) for stage in unlooked(analysis)],
        }
    }
