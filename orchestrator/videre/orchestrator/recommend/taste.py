"""What a user likes, by what they said and did. Pure.

Each thing that was done counts for its media, half as much after every 30 days; the sum over a
media stays between -1 and 3, so that nobody becomes what they watch in a loop. The user is the sum
of the media they met, weighed so, and of what they said they like.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import SCORE_ONE
from videre.orchestrator.recommend.catalogue import Catalogue, Floats
from videre.orchestrator.recommend.looks import SIZE
from videre.orchestrator.recommend.model import ACT_WEIGHTS, DAY_NS, Act, Profile

#: After this time an event counts half.
HALF_LIFE_NS: Final = 30 * DAY_NS
_LEAST, _MOST = -1.0, 3.0
#: What is said counts as two media that are liked.
_STATED: Final = 2.0
#: A share below this says nothing for a media.
_GLANCE: Final = 0.1
#: A picture or a text is watched whole after this time.
_WHOLE_MS: Final = 30_000
#: So much has to be known of a user that their taste counts half.
_HALF_KNOWN: Final = 2.0
#: `ACT_WEIGHTS` by number.
_WEIGHTS: Final = np.array([0.0, *(ACT_WEIGHTS[act] for act in sorted(Act))])
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Taste:
    """A user as a vector.

    Args:
        vector: over the traits, of length 1; zeros where nothing is known.
        said: the part of `vector` that was stated.
        look: direction of what they like to see; zeros where nothing is known.
        mass: how much is known: 1 is about one media that was liked lately.
        met: places of the media they met, with weights.
    """

    vector: Floats
    said: Floats
    look: Floats
    mass: float
    met: dict[int, float]


def weights_of(acts: Numbers, amounts_ms: Numbers, durations_ms: Numbers) -> Floats:
    """Return how much each of some events says for its media when it happens.

    Args:
        acts: `Act` numbers.
        amounts_ms: how long was watched.
        durations_ms: of the media; 0 where it has none.
    """
    whole = np.where(durations_ms > 0, durations_ms, _WHOLE_MS)
    share = np.minimum(1.0, amounts_ms / whole)
    watched = np.maximum(0.0, share - _GLANCE) / (1 - _GLANCE)
    weights: Floats = _WEIGHTS[acts] * np.where(acts == int(Act.WATCH), watched, 1.0)
    return weights


def known_share(mass: float) -> float:
    """Return how much the taste of a user counts, 0..1."""
    return mass / (mass + _HALF_KNOWN)


def faded(age_ns: int, half_life_ns: int) -> float:
    """Return how much of something is left after a time."""
    return float(2.0 ** -(max(0, age_ns) / half_life_ns))


def taste_of(profile: Profile, catalogue: Catalogue, now_ns: int) -> Taste:
    """Return the taste of a user at a time; what comes later is left out."""
    met: dict[int, float] = defaultdict(float)
    events = [
        (event, catalogue.places[event.media_id])
        for event in sorted(profile.events, key=lambda one: (one.time_ns, one.id))
        if event.media_id in catalogue.places and event.time_ns <= now_ns
    ]
    weights = weights_of(
        np.array([event.act for event, _ in events], np.int64),
        np.array([event.amount_ms for event, _ in events], np.int64),
        catalogue.duration_ms[[place for _, place in events]],
    )
    for (event, place), weight in zip(events, weights.tolist(), strict=True):
        met[place] += faded(now_ns - event.time_ns, HALF_LIFE_NS) * weight
    met = {place: min(max(weight, _LEAST), _MOST) for place, weight in met.items()}
    said = _said(profile, catalogue)
    mass = _STATED * float(np.sqrt((said * said).sum()))
    vector, look = said * _STATED, np.zeros(SIZE)
    for place, weight in met.items():
        ids, values = catalogue.row(place)
        vector[ids] += weight * values
        look += weight * catalogue.looks[place]
        mass += abs(weight)
    length = float(np.sqrt((vector * vector).sum()))
    scale = 1 / length if length else 0.0
    return Taste(vector * scale, said * (_STATED * scale), _unit(look), mass, met)


def _said(profile: Profile, catalogue: Catalogue) -> Floats:
    """Return what was stated as a vector as long as the strongest of it is strong, at most 1.

    What no media has cannot be liked.
    """
    found, strongest = np.zeros(catalogue.size), 0.0
    for kind, value, weight in profile.stated:
        number = catalogue.vocabulary.known(kind, value)
        if number is not None and number < catalogue.size:
            found[number] = weight / SCORE_ONE * catalogue.rarity[number]
            strongest = max(strongest, abs(weight) / SCORE_ONE)
    return _unit(found) * strongest


def _unit(vector: Floats) -> Floats:
    length = float(np.sqrt((vector * vector).sum()))
    return vector / length if length else vector
