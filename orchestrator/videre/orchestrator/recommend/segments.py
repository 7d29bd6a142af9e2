"""Segments: rules that users meet or not. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from videre.orchestrator.recommend.catalogue import Catalogue
from videre.orchestrator.recommend.model import DAY_NS, Act, Profile, Trait
from videre.orchestrator.recommend.taste import taste_of


@dataclass(frozen=True, slots=True)
class Likes:
    """A user likes something at least so much, 0..1 beside what they like most."""

    kind: Trait
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class Did:
    """A user did something so often within some days; None = anything."""

    act: Act | None
    days: int
    least: int


@dataclass(frozen=True, slots=True)
class Wants:
    """A user wants a language: its primary subtag."""

    language: str


Condition = Likes | Did | Wants


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of a user, and what must not."""

    id: str
    all_of: tuple[Condition, ...]
    none_of: tuple[Condition, ...] = ()


class Person:
    """A user at a time, as rules look at them.

    Args:
        profile: what is known of them.
        catalogue: what may be liked.
        now_ns: the time; what comes later is left out.
    """

    def __init__(self, profile: Profile, catalogue: Catalogue, now_ns: int) -> None:
        self._profile, self._catalogue, self._now = profile, catalogue, now_ns
        self._vector = taste_of(profile, catalogue, now_ns).vector
        self._most = float(np.abs(self._vector).max(initial=0.0))

    def meets(self, rule: Rule) -> bool:
        """Tell whether the user is in a segment."""
        return all(map(self._holds, rule.all_of)) and not any(map(self._holds, rule.none_of))

    def _holds(self, condition: Condition) -> bool:
        match condition:
            case Likes(kind, value, weight):
                number = self._catalogue.vocabulary.known(kind, value)
                if number is None or number >= self._catalogue.size or not self._most:
                    return False
                return round(float(self._vector[number]) / self._most, 4) >= weight
            case Did(act, days, least):
                since = self._now - days * DAY_NS
                done = sum(
                    since < one.time_ns <= self._now and act in (None, one.act)
                    for one in self._profile.events
                )
                return done >= least
            case Wants(language):
                return language in self._profile.languages
