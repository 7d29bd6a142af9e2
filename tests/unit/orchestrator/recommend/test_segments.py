"""Who is in a segment."""

from __future__ import annotations

import pytest

from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.model import (
    DAY_NS,
    NOBODY,
    Act,
    Event,
    ItemRow,
    Profile,
    Trait,
)
from videre.orchestrator.recommend.segments import Condition, Did, Likes, Person, Rule, Wants
from videre.orchestrator.recommend.traits import packed

NOW = 100 * DAY_NS
DOG, CAT = (Trait.TAG, "animal.dog"), (Trait.TAG, "animal.cat")
WORDS = Vocabulary()
FILMS = Catalogue(
    WORDS,
    [
        WORDS.item(1, "dog", 0, ItemRow(packed([(*DOG, 9_000)]))),
        WORDS.item(2, "cat", 0, ItemRow(packed([(*CAT, 9_000)]))),
    ],
)
ADA = Profile(
    stated=((*CAT, 2_000),),
    languages=("en",),
    events=(
        Event("dog", Act.LIKE, NOW, 0, "1"),
        Event("dog", Act.VIEW, NOW - 3 * DAY_NS, 0, "2"),
        Event("cat", Act.SKIP, NOW - 3 * DAY_NS, 0, "3"),
        Event("dog", Act.SHARE, NOW + 1, 0, "4"),
    ),
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Likes(*DOG, 0.9), True),
        (Likes(Trait.TAG, "Animal.Dog", 0.9), True),
        (Likes(*CAT, 0.9), False),
        (Likes(Trait.TAG, "gone", 0.1), False),
        (Did(Act.LIKE, 1, 1), True),
        (Did(Act.LIKE, 1, 2), False),
        (Did(None, 4, 3), True),
        (Did(None, 3, 2), False),
        (Did(Act.SHARE, 365, 1), False),
        (Wants("en"), True),
        (Wants("zh"), False),
    ],
)
def test_conditions(condition: Condition, holds: bool) -> None:
    person = Person(ADA, FILMS, NOW)
    assert person.meets(Rule("s", (condition,))) is holds
    assert person.meets(Rule("s", (Wants("en"),), (condition,))) is not holds
    assert person.meets(Rule("s", (Wants("en"), condition))) is holds


def test_nobody_is_in_no_segment_that_asks_for_something() -> None:
    nobody = Person(NOBODY, FILMS, NOW)
    for condition in (Likes(*DOG, 0.1), Did(None, 365, 1), Wants("en")):
        assert not nobody.meets(Rule("s", (condition,)))
