"""What the index holds of a media, and what is asked of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

#: Raised whenever the same media gives other terms, moments or packed rows.
INDEX_VERSION: Final = 1
#: Most moments of one media; what comes after joins the last.
MAX_MOMENTS: Final = (1 << 18) - 1


class Field(IntEnum):
    """Where a term stands. The numbers are stored."""

    TITLE = 1
    DESCRIPTION = 2
    SAID = 3
    SHOWN = 4
    TAG = 5
    PERSON = 6
    TOPIC = 7
    EVENT = 8
    MOOD = 9
    PLACE = 10
    NAME = 11


#: How a field is written in queries.
BY_NAME: Final[Mapping[str, Field]] = MappingProxyType({f.name.lower(): f for f in Field})
#: Fields whose statements have an id, which may be asked for as it is.
WITH_IDS: Final = frozenset({Field.TAG, Field.PERSON, Field.TOPIC, Field.EVENT, Field.MOOD})
#: Fields whose ids have names elsewhere: no words of theirs are indexed, see `vocabulary`.
NAMED: Final = frozenset({Field.TAG, Field.TOPIC, Field.EVENT, Field.MOOD})
#: Before an id, so that it is no word.
ID_MARK: Final = "="

#: How much a term of a field counts, in tenths of one that is said (BM25 with weighted fields,
#: Robertson, Zaragoza & Taylor 2004). What people or fusion wrote down as the gist counts more than
#: running text; not tuned on any data.
WEIGHTS: Final[Mapping[Field, int]] = MappingProxyType({
    Field.TITLE: 30,
    Field.DESCRIPTION: 15,
    Field.SAID: 10,
    Field.SHOWN: 10,
    Field.TAG: 20,
    Field.PERSON: 20,
    Field.TOPIC: 10,
    Field.EVENT: 20,
    Field.MOOD: 10,
    Field.PLACE: 15,
    Field.NAME: 15,
})  # fmt: skip


class Part(IntEnum):
    """What terms come from; each part of a media is written anew by itself. Stored."""

    DOCUMENT = 0
    GIVEN = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement of a moment, as its words are found and shown.

    Args:
        field: what kind of statement.
        text: its words; none where its id has names, see `NAMED`.
        start_ns, end_ns: when, or between which characters.
        value: its id: taxonomy node, topic, person, mood; "" = none.
        score: how sure, E4.
        evidence: ids of the strongest records, at most three.
        joins: it goes on where the passage of the moment before ends.
    """

    field: Field
    text: str
    start_ns: int
    end_ns: int
    value: str = ""
    score: int = 10_000
    evidence: tuple[str, ...] = ()
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a media that is found as one; the first of every media is the whole of it.

    Args:
        start_ns, end_ns: when, or between which characters.
        shot: index of the shot it lies in; None where there are no shots, and of the whole.
        picture: digest of a frame; "" = none.
        passages: what is known of it.
    """

    start_ns: int
    end_ns: int
    shot: int | None
    picture: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What is given with a media rather than found in it."""

    title: str = ""
    description: str = ""
