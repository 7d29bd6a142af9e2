"""Parts of songs as a file, choruses as sound."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.exports.production_params import DetectMusicSegmentsOptions
from videre.production.functions.base import Made, Work, require_answer
from videre.production.functions.detect_beats import message_json
from videre.production.rendering.job import Segment
from videre.production.rendering.run import RenderingFunction
from videre.production.rendering.samples import require_sound
from videre.production.rendering.sound_edits import SoundEdits
from videre.v1.analysis_pb2 import MusicSection, MusicStructure

_NS: Final = 1_000_000_000
_MAIN: Final = "main"


class DetectMusicSegments(RenderingFunction):
    """`segments.json`, and a file for each of the surest choruses."""

    feature = "detect_music_segments"

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises the reason for which nobody listened to music, NO_TRACK."""
        options = work.options
        assert isinstance(options, DetectMusicSegmentsOptions)
        require_answer(work.known, "music")
        music = MusicStructure()
        if work.known.music is not None:
            music.CopyFrom(work.known.music)
        for name in ("beat_offsets", "downbeat_offsets", "tempo_levels", "tempo_changes"):
            music.ClearField(name)
        made = [Made("segments.json", "segments", "application/json", message_json(music))]
        chosen = choruses(music, options.choruses)
        for number, one in enumerate(chosen, start=1):
            made += self._chorus(work, options, one, number if len(chosen) > 1 else 0)
        work.progress(1.0)
        return made

    def _chorus(
        self, work: Work, options: DetectMusicSegmentsOptions, part: MusicSection, number: int
    ) -> list[Made]:
        given = work.input(_MAIN)
        require_sound(given)
        start, end = _seconds(part.span.start_offset), _seconds(part.span.end_offset)
        output = options.output
        if number:
            output = replace(output, name=f"{output.name}-{number}")
        picture = output.preset.video != "" and given.media.pictures is not None
        made = self.encode(
            work,
            {_MAIN: given},
            (Segment(0, start, min(end, given.media.end)),),
            [output],
            picture=picture,
            sound=True,
            sound_edits=SoundEdits(fade_in=options.fade_in, fade_out=options.fade_out),
        )
        return [replace(one, offset_ns=round(start * _NS), score=part.confidence) for one in made]


def choruses(music: MusicStructure, count: int) -> list[MusicSection]:
    """Return the surest choruses in order of time."""
    found = [part for part in music.sections if part.chorus]
    found.sort(key=lambda part: -part.confidence)
    return sorted(found[:count], key=lambda part: _seconds(part.span.start_offset))


def _seconds(duration: Duration) -> Fraction:
    return Fraction(duration.seconds * _NS + duration.nanos, _NS)
