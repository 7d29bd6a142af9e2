"""Labels in words: what files are taken, and the laws of their likelihoods."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.openmmlab.config import Refused
from videre.visual.prompts import Prompts, Space, mean_direction, parse_prompts, space_of

SEEDS = st.integers(0, 2**32 - 1)


def units(rng: np.random.Generator, count: int, values: int = 6) -> np.ndarray:
    rows = rng.normal(size=(count, values))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def space(rng: np.random.Generator, labels: int = 4, scale: float = 20.0) -> Space:
    return Space(units(rng, labels), units(rng, 3), scale, np.zeros(labels, np.float32))


def test_a_label_has_its_own_prompts_or_those_of_the_templates() -> None:
    prompts = parse_prompts(
        'none = ["a photo"]\ntemplates = ["a {}", "the {} at night"]\n'
        '[labels]\n"red car" = []\ncrowd = ["many people"]\n'
    )
    assert prompts == Prompts(
        ("red car", "crowd"),
        (("a red car", "the red car at night"), ("many people",)),
        ("a photo",),
    )
    usual = parse_prompts("[labels]\nboat = []\n")
    assert "a photo of a boat." in usual.of_label[0]
    assert usual.none


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("labels = 7", "1 to 1000 labels"),
        ("[labels]", "1 to 1000 labels"),
        ("[labels]\nboat = [7]", "'boat' is no list"),
        ("[labels]\nboat = ['']", "'boat' is no list"),
        ("[labels]\n' boat' = []", "' boat' is no text"),
        ("templates = ['boat']\n[labels]\nboat = []", "holds {} once"),
        ("none = []\n[labels]\nboat = []", "'none' is no list"),
        ("more = 1\n[labels]\nboat = []", "'more' is none of"),
        ("labels = [", "no TOML"),
    ],
)
def test_other_files_are_refused_by_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words.replace("{", r"\{")):
        parse_prompts(text)


@given(SEEDS)
def test_a_label_s_likelihood_does_not_hang_on_other_labels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = space(rng)
    alone = Space(whole.labels[:1], whole.none, whole.scale, whole.margins[:1])
    picture = units(rng, 1)[0]
    scores = whole.likelihoods(picture)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores[0] == pytest.approx(alone.likelihoods(picture)[0], abs=1e-6)


@given(SEEDS, st.integers(20, 120))
def test_of_calibrated_labels_one_in_a_hundred_of_the_background_is_one(
    seed: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    before, background = space(rng), units(rng, count)
    after = before.calibrated(background)
    scores = np.stack([after.likelihoods(one) for one in background])
    assert ((scores > 0.5 + 1e-3).mean(axis=0) <= 0.01).all()
    picture = units(rng, 1)[0]
    assert (after.likelihoods(picture) <= before.likelihoods(picture) + 1e-9).all()


def test_a_picture_that_lies_with_a_label_shows_it_and_one_far_from_all_shows_none() -> None:
    labels, none = np.eye(5, dtype=np.float32)[:2], np.eye(5, dtype=np.float32)[2:4]
    known = Space(labels, none, 100.0, np.zeros(2, np.float32))
    assert known.likelihoods(labels[0])[0] > 0.99
    assert known.likelihoods(labels[0])[1] < 0.5
    assert (known.likelihoods(none[0]) < 0.01).all()


def test_prompts_are_averaged_as_directions() -> None:
    one = np.array([[1, 0], [0, 1]], np.float32)
    assert mean_direction(one) == pytest.approx([0.5**0.5] * 2)
    assert (mean_direction(np.array([[1, 0], [-1, 0]], np.float32)) == 0).all()
    made = space_of(Prompts(("a",), (("x", "y"),), ("z",)), [one], one[:1], 10.0)
    assert made.labels.shape == (1, 2)
    assert (made.margins == 0).all()
