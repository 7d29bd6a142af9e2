"""Local features that look alike are found, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from videre.orchestrator.library.descriptors import SampleIndex, alike, distances
from videre.orchestrator.library.entries import Marks

Picture = Callable[..., Marks]


def test_distances_are_the_bits_that_differ(picture: Picture) -> None:
    left, right = picture(1, 20).features, picture(2, 30).features
    expected = [
        [np.bitwise_count(a["descriptor"] ^ b["descriptor"]).sum() for b in right] for a in left
    ]
    assert distances(left, right).tolist() == expected
    assert distances(right, left).T.tolist() == expected


def test_every_feature_of_a_view_finds_its_own(picture: Picture, view: Picture) -> None:
    seen = picture(1)
    pairs = alike(seen.features, view(seen, wrong_bits=30).features)
    assert pairs.tolist() == [[row, row] for row in range(len(seen.features))]


def test_strangers_have_nothing_alike(picture: Picture) -> None:
    assert len(alike(picture(1).features, picture(2).features)) == 0
    assert alike(picture(1, 0).features, picture(2).features).shape == (0, 2)


def test_repeated_patterns_pair_with_nothing(picture: Picture) -> None:
    one = picture(1, 10).features
    twice = np.concatenate([one, one])
    twice["x"][10:] += 100 * 32
    assert len(alike(one, twice)) == 0


def test_a_frame_with_a_view_gets_the_votes(picture: Picture, view: Picture) -> None:
    samples = [picture(1), picture(5), picture(6, 0)]
    frames = [picture(2), view(picture(1), wrong_bits=15), picture(3, 0), picture(5)]
    index = SampleIndex([sample.features for sample in samples])
    # 15 wrong bits leave at least one of the 16 pieces whole.
    assert index.votes([frame.features for frame in frames]) == [(0, 1, 200), (1, 3, 200)]


def test_votes_count_features_of_the_sample_and_only_near_ones(
    picture: Picture, view: Picture
) -> None:
    seen = picture(1, 50)
    doubled = np.concatenate([seen.features, seen.features])
    far = view(seen, wrong_bits=60)
    index = SampleIndex([seen.features])
    assert index.votes([doubled, far.features]) == [(0, 0, 50)]
    assert index.votes([]) == []
    assert SampleIndex([]).votes([doubled]) == []


def test_a_long_film_is_asked_piece_by_piece(picture: Picture) -> None:
    frames = [picture(number, 30).features for number in range(100, 300)]
    index = SampleIndex([picture(110, 30).features, picture(290, 30).features])
    assert index.votes(frames) == [(0, 10, 30), (1, 190, 30)]
