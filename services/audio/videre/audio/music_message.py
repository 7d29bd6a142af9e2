"""What was found in a track of music → its message."""

from __future__ import annotations

from videre.audio.engines.base import MusicTrack
from videre.internal.v1 import audio_pb2


def music_message(found: MusicTrack) -> audio_pb2.AnalyzeMusicResponse:
    """Return the answer without its costs."""
    form, key = found.form, found.key
    return audio_pb2.AnalyzeMusicResponse(
        tempo_bpm=found.beats.tempo_bpm,
        beat_ns=found.beats.beat_ns,
        score=found.beats.score,
        modes=[
            audio_pb2.ModeStretch(
                start_ns=one.start_ns, end_ns=one.end_ns, mode=one.mode, score=one.score
            )
            for one in found.modes
        ],
        downbeat_ns=form.downbeat_ns,
        beats_per_bar=form.beats_per_bar,
        downbeat_score=form.downbeat_score,
        tempo_levels=[
            audio_pb2.TempoLevel(tempo_bpm=one.tempo_bpm, score=one.score) for one in form.levels
        ],
        tempo_changes=[
            audio_pb2.TempoChange(start_ns=one.start_ns, tempo_bpm=one.tempo_bpm)
            for one in form.changes
        ],
        key=None
        if key is None
        else audio_pb2.MusicKey(tonic=key.tonic, mode=key.mode, score=key.score),
        sections=[
            audio_pb2.MusicSection(
                start_ns=one.start_ns,
                end_ns=one.end_ns,
                group=one.group,
                chorus=one.chorus,
                score=one.score,
            )
            for one in form.sections
        ],
    )
