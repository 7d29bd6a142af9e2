"""Objects followed through their shots, as rows."""

from __future__ import annotations

from dataclasses import dataclass

from videre.cli.formatting import length, percent, span_seconds, when
from videre.cli.report.lists import Rows, cut
from videre.v1 import analysis_pb2


@dataclass(frozen=True, slots=True)
class TrackRow:
    """One track: `frames` tells how many sampled frames show the object."""

    name: str
    track_id: str
    shot: int
    when: str
    timecodes: str
    long: str
    frames: str
    same: str
    confidence: str


def track_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[TrackRow]:
    """Return the tracks of more than one sampled frame, longest first."""
    followed = [track for track in analysis.tracks if track.seen_count > 1]
    followed.sort(key=lambda track: -_length(track))
    return cut(followed, limit, _row)


def seen_once(analysis: analysis_pb2.Analysis) -> int:
    """Return the number of tracks of a single sampled frame."""
    return sum(track.seen_count == 1 for track in analysis.tracks)


def _length(track: analysis_pb2.ObjectTrack) -> float:
    start, end = span_seconds(track.span)
    return end - start


def _row(track: analysis_pb2.ObjectTrack) -> TrackRow:
    between = sum(box.interpolated for box in track.boxes)
    return TrackRow(
        name=track.class_name,
        track_id=track.track_id,
        shot=track.shot_index + 1,
        when=when(track.span),
        timecodes=f"{track.span.start_timecode} – {track.span.end_timecode}",
        long=length(_length(track)),
        frames=f"{track.seen_count} + {between}" if between else str(track.seen_count),
        same=percent(track.continuity),
        confidence=percent(track.confidence),
    )
