"""Breaks of a film, and what speaks for and against each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from videre.common.values import NS


class Roll(StrEnum):
    """Where a slot lies."""

    PRE = "pre"
    MID = "mid"
    POST = "post"


class Signal(StrEnum):
    """What tells how natural a break is."""

    BOUNDARY = "boundary"
    SILENCE = "silence"
    SPEECH = "speech"
    MUSIC = "music"
    MOTION = "motion"


#: How much each counts. A boundary counts most: what else is quiet need not be a break. Not tuned
#: on any data.
WEIGHTS: Final[Mapping[Signal, int]] = MappingProxyType({
    Signal.BOUNDARY: 35,
    Signal.SILENCE: 20,
    Signal.SPEECH: 20,
    Signal.MUSIC: 10,
    Signal.MOTION: 15,
})  # fmt: skip


class Border(StrEnum):
    """What ends and begins at a break."""

    CHAPTER = "chapter"
    SCENE = "scene"
    BLACK = "black"
    SHOT = "shot"


#: How much of a break each is, E4.
BORDERS: Final[Mapping[Border, int]] = MappingProxyType({
    Border.CHAPTER: 10_000,
    Border.SCENE: 8_000,
    Border.BLACK: 7_000,
    Border.SHOT: 3_000,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """What one signal says of a break: 0 (against) .. 10,000 (for)."""

    signal: Signal
    value: int


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the film could be interrupted.

    Args:
        time_ns: the first instant of what comes after.
        score: E4, the weighted mean of the reasons.
        border: what ends there.
        shot: index of the shot that begins; None where there are no shots.
        reasons: signals that are known, in their order.
    """

    time_ns: int
    score: int
    border: Border
    shot: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A break that was chosen; pre and post rolls have no reasons."""

    roll: Roll
    time_ns: int
    score: int
    found: Break | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of slots.

    Args:
        pre: an ad may stand before the film.
        post: and after it.
        most_mid: most slots inside.
        spacing_ns: shortest distance of slots inside, also from the beginning and the end.
        least: lowest score of a slot inside, E4.
        guard_ns: distance to what a verdict wants blocked or looked at.
    """

    pre: bool
    post: bool
    most_mid: int
    spacing_ns: int
    least: int
    guard_ns: int


#: One slot for so much of a film, and its distance to others, where nothing else is asked for.
MINUTES_PER_SLOT: Final = 7
DEFAULT_SPACING_NS: Final = 120 * NS
DEFAULT_LEAST: Final = 5_000
DEFAULT_GUARD_NS: Final = 30 * NS
