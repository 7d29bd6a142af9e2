"""The packaged words are seen through every disguise that chance makes of them."""

from __future__ import annotations

import random

import pytest

from bench.constructed.disguises import DISGUISES
from bench.words import carried
from videre.orchestrator.moderation.characters import is_han
from videre.orchestrator.moderation.folds import TOLERABLE, TOLERATED
from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.words import Entry, Matcher, WordList

TRIED = 150
ENTRIES = tuple(
    Entry(entry.text, near=entry.near)
    for name, listed in packaged_lists().items()
    if "@" not in name
    for entry in listed.entries
    if not entry.pattern
)


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguise_is_seen_through(name: str) -> None:
    disguise, fold = DISGUISES[name]
    rng = random.Random(name)
    listed = WordList("l", 1, "", ENTRIES, tolerated=TOLERATED | ({fold} & set(TOLERABLE)))
    matcher = Matcher(listed)
    tried = []
    while len(tried) < TRIED:
        place = rng.randrange(len(ENTRIES))
        changed = disguise(rng, ENTRIES[place].text)
        if changed is not None:
            assert changed != ENTRIES[place].text
            found = matcher.find(carried(changed, ENTRIES[place]))
            tried.append((any(match.place == place for match in found), changed))
    missed = [changed for caught, changed in tried if not caught]
    assert len(missed) <= TRIED // 50, missed


def test_no_disguise_is_empty_on_the_lists() -> None:
    assert any(is_han(entry.text[0]) for entry in ENTRIES)
    assert any(entry.text.isascii() for entry in ENTRIES)
