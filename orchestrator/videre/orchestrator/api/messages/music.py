"""What is known of music → its public message."""

from __future__ import annotations

from typing import Final

from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import confidence
from videre.orchestrator.api.present import duration
from videre.v1 import analysis_pb2 as pb

#: Names of the pitch classes.
_PITCHES: Final = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def music(messages: Messages, value: d.Music) -> pb.MusicStructure:
    """Return beats, bars, key and form."""
    return pb.MusicStructure(
        tempo_bpm=value.tempo_mbpm / 1_000,
        beat_offsets=[duration(beat) for beat in value.beats_ns],
        confidence=confidence(value.score),
        downbeat_offsets=[duration(beat) for beat in value.downbeats_ns],
        beats_per_bar=value.beats_per_bar,
        downbeat_confidence=confidence(value.downbeat_score),
        tempo_levels=[
            pb.TempoLevel(tempo_bpm=one.tempo_mbpm / 1_000, confidence=confidence(one.score))
            for one in value.levels
        ],
        tempo_changes=[
            pb.TempoChange(offset=duration(one.start_ns), tempo_bpm=one.tempo_mbpm / 1_000)
            for one in value.changes
        ],
        key=None if value.key is None else _key(value.key),
        sections=[
            pb.MusicSection(
                span=messages.full_span(one.span),
                group=group_name(one.group),
                chorus=one.chorus,
                confidence=confidence(one.score),
            )
            for one in value.sections
        ],
    )


def _key(key: d.MusicKey) -> pb.MusicKey:
    return pb.MusicKey(
        tonic=_PITCHES[key.tonic],
        mode=pb.MusicMode.Value(f"MUSIC_MODE_{key.mode.upper()}"),
        confidence=confidence(key.score),
    )


def group_name(number: int) -> str:
    """Return the letter of a group of sections: A … Z, AA, AB …"""
    name = ""
    number += 1
    while number:
        number, place = divmod(number - 1, len(_LETTERS))
        name = _LETTERS[place] + name
    return name
