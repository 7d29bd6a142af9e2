"""What differs between two templates."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.templates.diff import Change, differences
from videre.orchestrator.templates.presets import presets

PRESETS = [one.document for one in presets()]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=3)
    ),
    max_leaves=10,
)
DOCUMENTS = st.sampled_from(PRESETS) | st.dictionaries(
    st.text("ab", min_size=1, max_size=2), VALUES, max_size=3
)


@given(DOCUMENTS)
def test_nothing_differs_from_itself(document: Any) -> None:
    assert differences(document, json.loads(json.dumps(document))) == ()


@given(DOCUMENTS, DOCUMENTS)
def test_the_other_way_round_everything_is_swapped(one: Any, other: Any) -> None:
    swapped = tuple(Change(c.path, c.after, c.before) for c in differences(one, other))
    assert swapped == differences(other, one)
    assert [c.path for c in swapped] == sorted(c.path for c in swapped)


def test_rules_go_by_their_ids_wherever_they_stand() -> None:
    porn = {"rule_id": "porn.image", "block_threshold": 90, "labels": ["a", "b"]}
    drugs = {"rule_id": "drugs.text", "enabled": True}
    before = {"description": "old", "moderation": {"rules": [porn, drugs], "merge_gap_ms": 5}}
    changed = {**porn, "block_threshold": 80, "labels": ["b"]}
    after = {"moderation": {"rules": [drugs, changed], "merge_gap_ms": 5}}
    assert differences(before, after) == (
        Change("description", '"old"', ""),
        Change("moderation.rules[porn.image].block_threshold", "90", "80"),
        Change("moderation.rules[porn.image].labels", '["a", "b"]', '["b"]'),
    )
