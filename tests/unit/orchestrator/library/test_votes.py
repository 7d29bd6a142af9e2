"""Matches of own libraries speak for labels, as the film's own senses do."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import EvidenceRef, Label, LibraryMatch
from videre.orchestrator.document.canonical import record_from_json, record_to_json
from videre.orchestrator.fusion.claims import ENOUGH_MENTIONS, Claim
from videre.orchestrator.fusion.inputs import FusionOptions
from videre.orchestrator.fusion.labels import labels, what_is_said
from videre.orchestrator.fusion.pool import Witness
from videre.orchestrator.fusion.prominence import Presence
from videre.orchestrator.library.votes import Ground, ground_of, vote, voted
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()
DURATION = 100 * NS
ALL = FusionOptions(min_score=0)
NODES = ["animal.dog", "animal.cat", "vehicle.car", "place.indoor", "landscape.beach"]


def seen(node: str, score: int = 8_000, modality: str = "sound", start: int = 0) -> Claim:
    span = TimeSpan(start * NS, (start + 10) * NS)
    ref = EvidenceRef(f"{node}/{modality}/{start}/{score}", modality, "e@1", score, span)
    witness = Witness(modality, "objects", score)
    return Claim(node, witness, ENOUGH_MENTIONS, (Presence(span, 5_000),), (ref,), (ref.id,))


def ground(*claims: Claim, options: FusionOptions = ALL) -> Ground:
    said = what_is_said(claims, TAXONOMY)
    return ground_of(said, labels(claims, TAXONOMY, DURATION, options), DURATION, options)


def match(
    node: str,
    entry: str = "e",
    *,
    score: int = 8_000,
    modality: str = "image",
    records: int = 1,
    start: int = 20,
    record: str = "r",
) -> LibraryMatch:
    kind = "pictures" if modality == "image" else "words"
    span = TimeSpan(start * NS, (start + 10) * NS, start * 25, (start + 10) * 25)
    box = (2_500, 2_500, 5_000, 5_000) if modality == "image" else None
    refs = tuple(
        EvidenceRef(f"{record}/{number}", modality, "x@1", score, span, box, "picture")
        for number in range(records)
    )
    return LibraryMatch(
        "places", entry, kind, score, (span,), evidence=refs, modalities=(modality,),
        evidence_count=records, node_id=node,
    )  # fmt: skip


def by_node(found: tuple[Label, ...]) -> dict[str, Label]:
    return {label.node_id: label for label in found}


claims = st.lists(
    st.builds(
        seen,
        st.sampled_from(NODES),
        st.integers(3_000, 10_000),
        st.sampled_from(["image", "sound", "speech"]),
        st.integers(0, 80),
    ),
    max_size=6,
)
matches = st.lists(
    st.builds(
        match,
        st.sampled_from([*NODES, "gone.node", ""]),
        st.sampled_from("abc"),
        score=st.integers(5_000, 10_000),
        modality=st.sampled_from(["image", "speech", "text"]),
        records=st.integers(1, 3),
        start=st.integers(0, 80),
    ),
    max_size=5,
    unique_by=lambda item: item.entry_id,
)


@given(claims, matches)
def test_a_parent_is_at_least_as_sure_as_its_best_child(
    said: list[Claim], found: list[LibraryMatch]
) -> None:
    scores = {label.node_id: label.score for label in voted(ground(*said), found, TAXONOMY)}
    for node, score in scores.items():
        parent = TAXONOMY.node(node).parent
        assert not parent or scores[parent] >= score


@given(claims, matches, st.randoms(use_true_random=False))
def test_order_says_nothing_and_a_kept_ground_gives_the_same(
    said: list[Claim], found: list[LibraryMatch], rng: random.Random
) -> None:
    kept = ground(*said)
    expected = voted(kept, found, TAXONOMY)
    assert voted(record_from_json(Ground, record_to_json(kept)), found, TAXONOMY) == expected
    rng.shuffle(said)
    rng.shuffle(found)
    assert voted(ground(*said), found, TAXONOMY) == expected


@given(claims, matches)
def test_every_label_has_evidence_and_what_speaks_alone_stays(
    said: list[Claim], found: list[LibraryMatch]
) -> None:
    for label in voted(ground(*said), found, TAXONOMY):
        assert label.evidence_count >= len(label.evidence) > 0
    silent = [item for item in found if item.node_id not in TAXONOMY.nodes]
    assert voted(ground(*said), silent, TAXONOMY) == labels(said, TAXONOMY, DURATION, ALL)


@given(claims, claims)
def test_a_match_counts_as_the_same_claim_in_fusion(
    said: list[Claim], further: list[Claim]
) -> None:
    """A picture that is found is a claim like any other: pooled early or late, the score is one."""
    found = [
        match(claim.node, f"e{n}", score=claim.witness.score,
              start=claim.presences[0].span.start_ns // NS)
        for n, claim in enumerate(further)
    ]  # fmt: skip
    early = [
        Claim(
            claim.node, Witness("image", "library/places", claim.witness.score), ENOUGH_MENTIONS,
            claim.presences, claim.refs, claim.ids,
        )
        for claim in further
    ]  # fmt: skip
    expected = labels([*said, *early], TAXONOMY, DURATION, ALL)
    late = voted(ground(*said), found, TAXONOMY)
    assert {x.node_id: x.score for x in late} == {x.node_id: x.score for x in expected}


def test_a_match_alone_makes_a_label_explained_by_the_match() -> None:
    label = by_node(voted(ground(), [match("animal.dog")], TAXONOMY))["animal.dog"]
    assert (label.score, label.modalities, label.evidence_count) == (8_000, ("image",), 1)
    (ref,) = label.evidence
    assert (ref.id, ref.engine) == ("library/places/e/image", "library@1")
    assert (ref.span.start_frame, ref.picture) == (500, "picture")
    assert ref.box == (2_500, 2_500, 5_000, 5_000)
    assert label.spans == (TimeSpan(20 * NS, 30 * NS, 500, 750),)
    assert (label.appearance, label.centric) == (1_000, 250)


def test_senses_and_libraries_confirm_each_other() -> None:
    kept = ground(seen("animal.dog", 7_000))
    label = by_node(voted(kept, [match("animal.dog")], TAXONOMY))["animal.dog"]
    assert label.score > 8_000
    assert (label.modalities, label.evidence_count) == (("image", "sound"), 2)
    pet = by_node(voted(kept, [match("animal.cat")], TAXONOMY))["animal.pet"]
    assert pet.evidence_count == 2


@pytest.mark.parametrize(
    ("modality", "records", "record", "score"),
    [("speech", 1, "r", None), ("speech", 2, "r", 6_000), ("metadata", 1, "r", None)],
)
def test_a_word_speaks_as_words_do(
    modality: str, records: int, record: str, score: int | None
) -> None:
    item = match("animal.dog", modality=modality, records=records, record=record)
    found = by_node(voted(ground(), [item], TAXONOMY))
    assert (found["animal.dog"].score if found else None) == score
    joined = by_node(voted(ground(seen("animal.dog")), [item], TAXONOMY))["animal.dog"]
    assert joined.score > 8_000


def test_a_title_is_enough_and_places_the_label_nowhere() -> None:
    title = EvidenceRef("metadata/title", "metadata", "context@1", 10_000, TimeSpan(0, DURATION))
    item = LibraryMatch(
        "terms", "dog", "words", 10_000, (TimeSpan(0, DURATION),), evidence=(title,),
        modalities=("metadata",), evidence_count=1, node_id="animal.dog",
    )  # fmt: skip
    label = by_node(voted(ground(), [item], TAXONOMY))["animal.dog"]
    assert (label.score, label.spans) == (6_500, ())


def test_the_options_of_the_job_hold_for_votes_too() -> None:
    kept = ground(options=FusionOptions(exclude=("animal",)))
    assert voted(kept, [match("animal.dog")], TAXONOMY) == ()


def test_only_a_node_makes_a_vote() -> None:
    assert vote([match("animal.dog")])
    assert not vote([match("")])
