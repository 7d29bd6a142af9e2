"""Beats, bars, key and form of music. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from videre.common.values import TimeSpan


class MusicMode(StrEnum):
    """A mode."""

    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class TempoLevel:
    """A tempo at which the beat may be counted, thousandths of a beat per minute."""

    tempo_mbpm: int
    score: int


@dataclass(frozen=True, slots=True)
class TempoChange:
    """The tempo from an instant on, thousandths of a beat per minute."""

    start_ns: int
    tempo_mbpm: int


@dataclass(frozen=True, slots=True)
class MusicKey:
    """A key; its tonic is a pitch class, 0 = C."""

    tonic: int
    mode: MusicMode
    score: int


@dataclass(frozen=True, slots=True)
class MusicSection:
    """A part of a song; parts of one group are alike."""

    span: TimeSpan
    group: int
    chorus: bool = False
    score: int = 0


@dataclass(frozen=True, slots=True)
class Music:
    """Tempo in thousandths of a beat per minute, beats, bars, key and form."""

    tempo_mbpm: int
    beats_ns: tuple[int, ...]
    score: int
    downbeats_ns: tuple[int, ...] = ()
    beats_per_bar: int = 0
    downbeat_score: int = 0
    levels: tuple[TempoLevel, ...] = ()
    changes: tuple[TempoChange, ...] = ()
    key: MusicKey | None = None
    sections: tuple[MusicSection, ...] = ()
