"""Claims become labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.document import MAX_REFS, EvidenceRef
from videre.orchestrator.fusion.claims import ENOUGH_MENTIONS, Claim
from videre.orchestrator.fusion.inputs import FusionOptions
from videre.orchestrator.fusion.labels import labels
from videre.orchestrator.fusion.pool import Witness
from videre.orchestrator.fusion.prominence import Presence
from videre.orchestrator.fusion.refs import strength
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()
SECOND = 10**9
DURATION = 100 * SECOND
ALL = FusionOptions(min_score=0)


def claim(
    node: str,
    score: int = 8_000,
    modality: str = "image",
    source: str = "objects",
    start: int = 0,
    end: int = 10,
    mentions: int = ENOUGH_MENTIONS,
) -> Claim:
    span = TimeSpan(start * SECOND, end * SECOND)
    ref = EvidenceRef(
        f"{node}/{modality}/{source}/{start}/{end}/{score}", modality, "e@1", score, span
    )
    return Claim(
        node,
        Witness(modality, source, score),
        mentions,
        (Presence(span, 10_000),),
        (ref,),
        (ref.id,),
    )


def scores(claims: list[Claim], options: FusionOptions = ALL) -> dict[str, int]:
    return {x.node_id: x.score for x in labels(claims, TAXONOMY, DURATION, options)}


nodes = st.sampled_from(
    ["animal.dog", "animal.cat", "vehicle.car", "place.indoor", "landscape.beach", "landscape.lake"]
)
claims = st.lists(
    st.builds(
        claim,
        nodes,
        st.integers(3_000, 10_000),
        st.sampled_from(["image", "sound", "speech"]),
        st.sampled_from(["a", "b"]),
        st.integers(0, 40),
        st.integers(41, 90),
    ),
    max_size=10,
)


@given(claims)
def test_a_parent_is_at_least_as_sure_as_its_best_child(items: list[Claim]) -> None:
    found = scores(items)
    for node, score in found.items():
        parent = TAXONOMY.node(node).parent
        assert not parent or found[parent] >= score


@given(claims, st.randoms(use_true_random=False))
def test_the_order_of_claims_does_not_matter(items: list[Claim], random) -> None:  # type: ignore[no-untyped-def]
    expected = labels(items, TAXONOMY, DURATION, ALL)
    random.shuffle(items)
    assert labels(items, TAXONOMY, DURATION, ALL) == expected


@given(claims)
def test_labels_are_ordered_and_in_range(items: list[Claim]) -> None:
    found = labels(items, TAXONOMY, DURATION, ALL)
    assert [x.score for x in found] == sorted((x.score for x in found), reverse=True)
    for x in found:
        assert 0 <= x.centric <= x.appearance + 1 <= 10_001
        assert x.evidence_count >= len(x.evidence) > 0


def test_modalities_confirm_each_other_and_are_named() -> None:
    (dog,) = (
        x
        for x in labels(
            [
                claim("animal.dog"),
                claim("animal.dog", modality="sound", source="sound", start=20, end=30),
            ],
            TAXONOMY,
            DURATION,
            ALL,
        )
        if x.node_id == "animal.dog"
    )
    assert dog.score > 8_000
    assert dog.modalities == ("image", "sound")
    assert (dog.level, dog.parent_id, dog.appearance) == (3, "animal.pet", 2_000)


def test_many_shots_of_one_engine_are_still_one_witness() -> None:
    assert scores([claim("animal.dog", start=i) for i in range(9)])["animal.dog"] == 8_000


def test_one_word_alone_makes_no_label_but_joins_another_sense() -> None:
    word = claim("animal.dog", 6_000, "speech", "speech", mentions=1)
    assert scores([word]) == {}
    assert scores([word, word])["animal.dog"] == 6_000
    assert scores([word, claim("animal.dog")])["animal.dog"] > 8_000


@pytest.mark.parametrize(("start", "lowered"), [(5, True), (50, False)])
def test_what_excludes_a_label_lowers_it_where_both_are_seen(start: int, lowered: bool) -> None:
    beach = claim("landscape.beach", 7_000, start=0, end=10)
    indoor = claim("place.indoor", 9_000, "sound", "sound", start=start, end=60)
    assert (scores([beach, indoor])["landscape.beach"] < 7_000) is lowered


def test_options_keep_subtrees_and_leave_others_out() -> None:
    items = [claim("animal.dog"), claim("animal.cat"), claim("vehicle.car", 4_000)]
    kept = scores(items, FusionOptions(include=("animal",), exclude=("animal.cat",)))
    assert set(kept) == {"animal", "animal.pet", "animal.dog"}
    assert "vehicle.car" not in scores(items, FusionOptions(min_score=4_001))


@given(
    st.lists(
        st.builds(
            claim,
            nodes,
            st.integers(3_000, 10_000),
            start=st.integers(0, 40),
            end=st.integers(41, 90),
        ),
        max_size=60,
    )
)
def test_a_label_cites_the_strongest_of_all_evidence_at_it_and_below(items: list[Claim]) -> None:
    for label in labels(items, TAXONOMY, DURATION, ALL):
        below = {
            ref.id: ref
            for item in items
            if TAXONOMY.is_within(item.node, (label.node_id,))
            for ref in item.refs
        }
        strongest = sorted(below.values(), key=strength)[:MAX_REFS]
        assert label.evidence == tuple(strongest)
        assert label.evidence_count == len(below)
