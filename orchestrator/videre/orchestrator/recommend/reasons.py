"""Why a media is recommended to a user. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.orchestrator.recommend.catalogue import Catalogue
from videre.orchestrator.recommend.crowd import AlsoLiked
from videre.orchestrator.recommend.model import Trait
from videre.orchestrator.recommend.taste import Taste

#: Most traits and most media that are told.
_TRAITS: Final = 5
_MEDIA: Final = 3
#: What weighs less is not told.
_LEAST: Final = 0.02


@dataclass(frozen=True, slots=True)
class Shared:
    """A trait that user and media have in common.

    Args:
        share: of all that they have in common, 0..1.
        said: the user said so.
    """

    kind: Trait
    value: str
    share: float
    said: bool


@dataclass(frozen=True, slots=True)
class Liked:
    """A media that the user met and that is like the one recommended; weight 0..1."""

    place: int
    weight: float


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons of one media, the weightiest first.

    Args:
        also: what of the media that the user likes is liked by those who like this one.
    """

    shared: tuple[Shared, ...]
    liked: tuple[Liked, ...]
    also: tuple[AlsoLiked, ...] = ()


@dataclass(frozen=True, slots=True)
class Interest:
    """A trait that a user likes (above 0) or dislikes.

    Args:
        weight: -1..1, relative to the strongest.
        said: they said so.
    """

    kind: Trait
    value: str
    weight: float
    said: bool


def why(catalogue: Catalogue, taste: Taste, place: int) -> Why:
    """Return why an item fits a user."""
    ids, values = catalogue.row(place)
    parts = np.maximum(taste.vector[ids] * values, 0)
    total = float(parts.sum())
    shared = []
    for at in np.argsort(-parts, kind="stable")[:_TRAITS]:
        share = round(float(parts[at]) / total, 4) if total else 0.0
        if share >= _LEAST:
            kind, value = catalogue.vocabulary.traits[ids[at]]
            shared.append(Shared(kind, value, share, bool(taste.said[ids[at]] > 0)))
    own = np.zeros(catalogue.size)
    own[ids] = values
    alike = []
    for met, weight in taste.met.items():
        its_ids, its_values = catalogue.row(met)
        if weight > 0 and met != place:
            likeness = round(float((own[its_ids] * its_values).sum()), 4)
            alike.append((likeness * weight, Liked(met, likeness)))
    alike.sort(key=lambda one: (-one[0], one[1].place))
    liked = tuple(one for _, one in alike[:_MEDIA] if one.weight >= _LEAST)
    return Why(tuple(shared), liked)


def interests(catalogue: Catalogue, taste: Taste, limit: int) -> list[Interest]:
    """Return what a user likes and dislikes, the strongest first."""
    most = float(np.abs(taste.vector).max(initial=0.0))
    if not most:
        return []
    weights = np.round(taste.vector / most, 4)
    order = np.argsort(-np.abs(weights), kind="stable")[:limit]
    found = []
    for at in order.tolist():
        weight = float(weights[at])
        if abs(weight) >= _LEAST:
            kind, value = catalogue.vocabulary.traits[at]
            found.append(Interest(kind, value, weight, said=bool(taste.said[at])))
    return found
