"""Which ads fit a slot and a user: what must not be first, then what fits. Pure.

An ad is a vector over the same traits as media and users are. It fits a slot as far as it is like
what is around it, and a user as far as it is like what they like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from videre.common.values import SCORE_ONE
from videre.orchestrator.ads.categories import of_media, subjects_of
from videre.orchestrator.recommend.catalogue import Catalogue, Floats
from videre.orchestrator.recommend.model import Trait, Weighted
from videre.orchestrator.recommend.reasons import Shared
from videre.orchestrator.recommend.taste import Taste, known_share
from videre.orchestrator.recommend.traits import folded

#: What follows from an ad's categories counts beside what is said of it.
_IMPLIED: Final = 0.5
#: Beside the media as a whole, what is around the slot counts so much.
_AROUND: Final = 0.5
_REASONS: Final = 5
_LEAST: Final = 0.02
_MICROS_PER_THOUSAND: Final = 1_000


class Refusal(IntEnum):
    """Why an ad may not stand in a film; what is about safety comes first."""

    CATEGORY = 1
    CONTEXT = 2
    LANGUAGE = 3
    PAUSED = 4
    FLIGHT = 5
    BUDGET = 6
    FREQUENCY = 7
    SEGMENT = 8


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an ad."""

    impressions: int = 0
    clicks: int = 0
    conversions: int = 0
    requests: int = 0


NOTHING: Final = Done()


@dataclass(frozen=True, slots=True)
class AdRules:
    """An ad, as far as matching is concerned; times in nanoseconds, costs in millionths.

    Args:
        blocked: categories that a media must not have.
        forbidden: what a media must not have.
        start_ns, end_ns: its flight; None = without end.
        cap: most impressions to a user within `cap_window_ns`; 0 = any number.
        segments: of which a user must be in one; none = for everybody.
    """

    id: str
    subjects: tuple[Weighted, ...] = ()
    categories: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    forbidden: tuple[tuple[Trait, str], ...] = ()
    languages: tuple[str, ...] = ()
    start_ns: int | None = None
    end_ns: int | None = None
    max_impressions: int = 0
    budget_micros: int = 0
    per_thousand_micros: int = 0
    per_click_micros: int = 0
    cap: int = 0
    cap_window_ns: int = 0
    paused: bool = False
    segments: tuple[str, ...] = ()

    def spent_micros(self, done: Done) -> int:
        """Return what it has cost."""
        shown = done.impressions * self.per_thousand_micros // _MICROS_PER_THOUSAND
        return shown + done.clicks * self.per_click_micros


@dataclass(frozen=True, slots=True)
class Refused:
    """An ad that may not stand in a film; value = the category or trait that speaks against it."""

    ad_id: str
    reason: Refusal
    value: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The media of slots.

    Args:
        traits: what it has.
        language: primary subtag; "" = none.
        passed: neither people nor the verdict want it looked at or blocked.
        now_ns: the time of the answer.
        shown: ads that the user was shown, with times.
        segments: that the user is in.
    """

    traits: frozenset[tuple[Trait, str]]
    language: str
    passed: bool
    now_ns: int
    shown: tuple[tuple[str, int], ...] = ()
    segments: frozenset[str] = frozenset()

    @property
    def categories(self) -> list[str]:
        """IAB categories of the media."""
        return of_media(self.traits, passed=self.passed)


@dataclass(frozen=True, slots=True)
class Fit:
    """An ad that fits a slot."""

    ad_id: str
    score: float
    context: float
    audience: float
    context_reasons: tuple[Shared, ...]
    audience_reasons: tuple[Shared, ...]


def refusal(ad: AdRules, done: Done, around: Surroundings) -> Refused | None:
    """Return why an ad may not stand in a film; None where it may."""
    has = around.categories
    for category in ad.blocked:
        if category in has:
            return Refused(ad.id, Refusal.CATEGORY, category)
    for kind, value in ad.forbidden:
        if (kind, folded(kind, value)) in around.traits:
            return Refused(ad.id, Refusal.CONTEXT, value)
    if ad.languages and around.language and around.language not in ad.languages:
        return Refused(ad.id, Refusal.LANGUAGE)
    if ad.paused:
        return Refused(ad.id, Refusal.PAUSED)
    begun = ad.start_ns is None or ad.start_ns <= around.now_ns
    if not begun or (ad.end_ns is not None and ad.end_ns <= around.now_ns):
        return Refused(ad.id, Refusal.FLIGHT)
    used_up = ad.budget_micros and ad.spent_micros(done) >= ad.budget_micros
    if used_up or (ad.max_impressions and done.impressions >= ad.max_impressions):
        return Refused(ad.id, Refusal.BUDGET)
    if ad.cap and _seen(ad, around) >= ad.cap:
        return Refused(ad.id, Refusal.FREQUENCY)
    if ad.segments and around.segments.isdisjoint(ad.segments):
        return Refused(ad.id, Refusal.SEGMENT)
    return None


def _seen(ad: AdRules, around: Surroundings) -> int:
    """Return how often the user was shown an ad lately."""
    since = around.now_ns - ad.cap_window_ns
    return sum(
        ad_id == ad.id and since < time_ns <= around.now_ns for ad_id, time_ns in around.shown
    )


def context_of(
    catalogue: Catalogue, place: int | None, near: Collection[tuple[Trait, str]]
) -> Floats:
    """Return what is around a slot as a vector of length 1.

    Args:
        place: of its media; None where that is in no catalogue.
        near: what is in the moments next to the slot.
    """
    found, close = np.zeros(catalogue.size), np.zeros(catalogue.size)
    if place is not None:
        ids, values = catalogue.row(place)
        found[ids] = values
    for kind, value in near:
        number = catalogue.vocabulary.known(kind, value)
        if number is not None and number < catalogue.size:
            close[number] = catalogue.rarity[number]
    return _unit((1 - _AROUND) * found + _AROUND * _unit(close))


def vector_of(ad: AdRules, catalogue: Catalogue) -> Floats:
    """Return an ad as a vector of length 1; zeros where nothing of it is in any media."""
    found = np.zeros(catalogue.size)
    implied = [
        (kind, value, round(_IMPLIED * SCORE_ONE)) for kind, value in subjects_of(ad.categories)
    ]
    for kind, value, weight in (*implied, *ad.subjects):
        number = catalogue.vocabulary.known(kind, value)
        if number is not None and number < catalogue.size:
            worth = weight / SCORE_ONE * catalogue.rarity[number]
            found[number] = max(found[number], worth)
    return _unit(found)


def fit(ad: AdRules, vector: Floats, context: Floats, taste: Taste, catalogue: Catalogue) -> Fit:
    """Return how well an ad fits a slot and a user, rounded to a millionth.

    Args:
        vector: of the ad.
        context: of the slot.
    """
    around = round(float((vector * context).sum()), 6)
    audience = round(float((vector * taste.vector).sum()), 6)
    score = round(around + known_share(taste.mass) * audience, 6)
    return Fit(
        ad.id,
        score,
        around,
        audience,
        _shared(vector * context, taste, catalogue),
        _shared(vector * taste.vector, taste, catalogue),
    )


def _shared(parts: Floats, taste: Taste, catalogue: Catalogue) -> tuple[Shared, ...]:
    parts = np.maximum(parts, 0)
    total = float(parts.sum())
    found = []
    for at in np.argsort(-parts, kind="stable")[:_REASONS].tolist():
        share = round(float(parts[at]) / total, 4) if total else 0.0
        if share >= _LEAST:
            kind, value = catalogue.vocabulary.traits[at]
            found.append(Shared(kind, value, share, bool(taste.said[at] > 0)))
    return tuple(found)


def assigned(fits: Sequence[Sequence[Fit]], caps: Mapping[str, int], most: int) -> list[list[Fit]]:
    """Return the ads of each slot, the best first.

    One that stands first in an earlier slot comes after those that do not and fit at all; it never
    stands first more often than its user may still see it.

    Args:
        fits: of each slot.
        caps: how often an ad may still be shown; those that are not in it any number of times.
        most: ads of a slot.
    """
    first: Counter[str] = Counter()
    found = []
    for slot in fits:
        left = [one for one in slot if first[one.ad_id] < caps.get(one.ad_id, len(fits))]
        left.sort(key=lambda one: (one.score <= 0, first[one.ad_id], -one.score, one.ad_id))
        found.append(left[:most])
        if left:
            first[left[0].ad_id] += 1
    return found


def left_of(ad: AdRules, around: Surroundings) -> int | None:
    """Return how often an ad may still be shown to the user; None = any number of times."""
    return ad.cap - _seen(ad, around) if ad.cap else None


def _unit(vector: Floats) -> Floats:
    length = float(np.sqrt((vector * vector).sum()))
    return vector / length if length else vector
