"""Items, users and what they do, as recommending sees them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS

#: Raised whenever the same events and media give another order.
MODEL_VERSION: Final = 2
DAY_NS: Final = 86_400 * NS


class Trait(IntEnum):
    """What kind of thing a media has and a user may like. The numbers are stored."""

    TAG = 1
    TOPIC = 2
    KEYWORD = 3
    PERSON = 4
    PLACE = 5
    NAME = 6
    EVENT = 7
    MOOD = 8


#: How much a trait of each kind counts beside its own weight. Who is in it tells more of a media
#: than how it feels; not tuned on any data.
TRAIT_WEIGHTS: Final[Mapping[Trait, float]] = MappingProxyType({
    Trait.TAG: 1.0,
    Trait.TOPIC: 1.0,
    Trait.KEYWORD: 0.7,
    Trait.PERSON: 1.5,
    Trait.PLACE: 0.7,
    Trait.NAME: 1.0,
    Trait.EVENT: 1.0,
    Trait.MOOD: 0.5,
})  # fmt: skip

#: A trait, its value, and how much of it there is: E4.
Weighted = tuple[Trait, str, int]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What is stored of a media to recommend it by; nothing of one that nobody analysed.

    Args:
        traits: see `traits.packed`.
        language: primary language subtag of what is said, else shown; "" = none.
        duration_ms: how long it is; 0 of pictures and of text without times.
        engine: "name@version" of what saw the look; "" = none.
        look: see `looks.projected`.
    """

    traits: bytes = b""
    language: str = ""
    duration_ms: int = 0
    engine: str = ""
    look: bytes = b""


NO_ITEM: Final = ItemRow()


@dataclass(frozen=True, slots=True)
class Item:
    """A media that may be recommended.

    Args:
        key: of its row in the search index.
        ids: its traits, as numbers of a `Vocabulary`, ascending.
        weights: how much there is of each: E4, with what its kind counts.
    """

    key: int
    media_id: str
    create_ns: int
    duration_ms: int = 0
    language: str = ""
    ids: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    weights: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    engine: str = ""
    look: bytes = b""


class Act(IntEnum):
    """What a user did with a media. The numbers are stored."""

    VIEW = 1
    WATCH = 2
    LIKE = 3
    SKIP = 4
    SHARE = 5
    PURCHASE = 6


#: How much each says for a media (WATCH: by the share that was watched, see `taste`), and how much
#: each counts for what is popular. Not tuned on any data.
ACT_WEIGHTS: Final[Mapping[Act, float]] = MappingProxyType({
    Act.VIEW: 0.2,
    Act.WATCH: 1.0,
    Act.LIKE: 1.0,
    Act.SKIP: -0.7,
    Act.SHARE: 1.5,
    Act.PURCHASE: 2.0,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a user did.

    Args:
        id: tells repeated events; unique for its user.
        amount_ms: how long was watched; 0 of other acts.
        number: of the call that stored it; says nothing of the event.
    """

    media_id: str
    act: Act
    time_ns: int
    amount_ms: int
    id: str
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a user.

    Args:
        stated: what they said they like (above 0) or dislike, -10,000..10,000.
        languages: that they read and hear; none = any.
        events: the newest first.
        shown: ads that they were shown, with times in nanoseconds, the newest first.
    """

    stated: tuple[Weighted, ...] = ()
    languages: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    shown: tuple[tuple[str, int], ...] = ()


NOBODY: Final = Profile()
