"""Moods of media whose mood is known, by what tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio

#: Valence nearer to 0 is no side.
_NO_SIDE: Final = 0.2
_WORDS: Final = {1: "pleasant", 0: "neutral", -1: "unpleasant"}
#: A figure of moods may name everything it misses: there are few.
_ALL: Final = 100


@dataclass(frozen=True, slots=True)
class ToldMood:
    """What was told of a media, and what holds.

    Args:
        route: by what it tells, as the figure is named.
        side: of 0 that the valence lies on.
        told: valence that was told of the whole; 0 where none is.
    """

    file: str
    route: str
    language: str
    side: int
    told: float

    @property
    def told_side(self) -> int:
        """Side of 0 that was told."""
        return 0 if abs(self.told) < _NO_SIDE else 1 if self.told > 0 else -1


def mood_figures(told: Sequence[ToldMood], as_they_come: Sequence[ToldMood]) -> list[Measured]:
    """Return how many moods are right, by route and language, and how wrong the others are.

    Args:
        told: media whose mood is known.
        as_they_come: media whose mood nobody has judged.
    """
    found = [_right("moods: right", told)]
    for route in sorted({one.route for one in told}):
        found.append(_right(f"moods: right, {route}", [o for o in told if o.route == route]))
    for language in sorted({one.language for one in told if one.language}):
        members = [one for one in told if one.language == language]
        found.append(_right(f"moods: right, {language}", members))
    neutral = [one for one in told if not one.side]
    invented = [one for one in neutral if one.told_side]
    turned = [one for one in told if one.side * one.told_side < 0]
    open_ones = [one for one in as_they_come if one.told_side]
    return [
        *found,
        _count("moods: told of neutral media", invented, f"of {len(neutral)}"),
        _count("moods: the wrong way round", turned, f"of {len(told)}"),
        _count("moods: told of media as they come", open_ones,
               f"of {len(as_they_come)}, most of them plainly neutral; judge the cases"),
    ]  # fmt: skip


def _right(name: str, told: Sequence[ToldMood]) -> Measured:
    units = [(float(one.told_side == one.side), 1.0) for one in told]
    wrong = [_case(one) for one in told if one.told_side != one.side]
    how = f"{len(told) - len(wrong)} of {len(told)} media"
    return Measured(name, ratio(units), "share", how, interval(units, ratio), tuple(wrong), _ALL)


def _count(name: str, found: Sequence[ToldMood], how: str) -> Measured:
    cases = tuple(_case(one) for one in found)
    return Measured(name, float(len(found)), "media", how, None, cases, _ALL)


def _case(one: ToldMood) -> Case:
    return Case(f"{one.file} ({one.route})", None, _WORDS[one.side], f"valence {one.told:+.2f}")
