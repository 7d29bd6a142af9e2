"""The laws of pooling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.fusion.pool import Witness, pool

MODALITIES = ("image", "sound", "speech", "text")
scores = st.integers(0, 10_000)
witnesses = st.lists(
    st.builds(Witness, st.sampled_from(MODALITIES), st.sampled_from("abcd"), scores),
    min_size=1,
    max_size=8,
)


@given(scores)
def test_one_witness_is_believed_exactly(score: int) -> None:
    assert pool([Witness("image", "objects", score)]) == score


@given(witnesses)
def test_nobody_unopposed_is_less_sure_than_its_best_witness(group: list[Witness]) -> None:
    assert pool(group) >= min(9_990, max(witness.score for witness in group))


@given(witnesses, st.randoms(use_true_random=False), st.lists(scores, max_size=3))
def test_the_order_of_witnesses_does_not_matter(group, random, against) -> None:  # type: ignore[no-untyped-def]
    expected = pool(group, against)
    shuffled = list(group)
    random.shuffle(shuffled)
    random.shuffle(against)
    assert pool(shuffled, against) == expected


@given(st.integers(5_100, 9_900), st.integers(5_100, 9_900))
def test_an_independent_modality_confirms(a: int, b: int) -> None:
    image, sound = Witness("image", "objects", a), Witness("sound", "sound", b)
    assert min(9_990, max(a, b) + 1) <= pool([image, sound]) <= 9_990


@given(st.integers(5_100, 9_500), st.integers(5_100, 9_500))
def test_a_second_engine_of_the_same_modality_counts_less(a: int, b: int) -> None:
    first = Witness("image", "objects", a)
    same = pool([first, Witness("image", "classes", b)])
    other = pool([first, Witness("sound", "sound", b)])
    assert max(a, b) <= same <= other


@given(witnesses, st.integers(5_100, 10_000))
def test_contradiction_lowers(group: list[Witness], against: int) -> None:
    assert pool(group, [against]) <= pool(group)


def test_contradiction_is_felt() -> None:
    assert pool([Witness("image", "classes", 7_000)], [9_000]) < 5_000


@given(witnesses, st.integers(0, 5_000))
def test_what_is_unlikely_itself_contradicts_nothing(group: list[Witness], against: int) -> None:
    assert pool(group, [against]) == pool(group)


def test_two_modalities_by_hand() -> None:
    # odds 4 × 9 = 36 → 36/37
    assert pool([Witness("image", "o", 8_000), Witness("sound", "s", 9_000)]) == 9_730
