"""Embeddings as whole numbers: the same likeness in whatever order it is summed."""

from __future__ import annotations

import numpy as np
import pytest

from videre.orchestrator.fusion.face_vectors import (
    SCALE,
    likeness,
    mean_likeness,
    mean_vectors,
    vectors_of,
)


def matrix(rows: int, values: int = 256, seed: int = 1) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(rows, values))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16)


def test_vectors_are_whole_numbers_of_one_length() -> None:
    vectors = vectors_of(["a/2", "b/0"], {"a": matrix(3), "b": matrix(1, seed=2)})
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, np.rint(vectors))
    assert np.allclose(np.linalg.norm(vectors, axis=1), SCALE, atol=10)


def test_likeness_is_the_cosine_in_e4_and_knows_no_order_of_summing() -> None:
    rows = matrix(40)
    vectors = vectors_of([f"a/{n}" for n in range(40)], {"a": rows})
    found = likeness(vectors, vectors)
    shuffled = np.random.default_rng(3).permutation(256)
    assert np.array_equal(found, likeness(vectors[:, shuffled], vectors[:, shuffled]))
    exact = vectors.astype(np.int64) @ vectors.astype(np.int64).T
    assert exact.max() < 2**24
    assert np.array_equal(vectors @ vectors.T, exact)
    assert np.allclose(found, rows.astype(float) @ rows.astype(float).T * 10_000, atol=25)


def test_no_direction_is_like_nothing() -> None:
    vectors = vectors_of(["a/0", "a/1"], {"a": np.array([[0, 0], [1, 0]], np.float16)})
    assert likeness(vectors, vectors).tolist() == [[0, 0], [0, 10_000]]


def test_means_are_directions_of_sums() -> None:
    vectors = np.array([[SCALE, 0], [0, SCALE], [0, SCALE]], np.float32)
    assert mean_vectors(vectors, [[1], [0]]).tolist() == [[0, SCALE], [SCALE, 0]]
    means = mean_vectors(vectors, [[0, 1], [2]])
    assert means[0].tolist() == [round(SCALE / 2**0.5)] * 2
    assert means[1].tolist() == [0, SCALE]


def test_mean_likeness_is_the_mean_of_the_likenesses() -> None:
    vectors = vectors_of([f"a/{n}" for n in range(5)], {"a": matrix(5)})
    sums = vectors[:3].astype(np.float64).sum(axis=0, keepdims=True)
    found = mean_likeness(vectors[3:], sums, np.array([3]))
    assert found[:, 0] == pytest.approx(likeness(vectors[3:], vectors[:3]).mean(axis=1), abs=1)


def test_nothing_has_no_vectors_and_what_is_gone_is_an_error() -> None:
    assert vectors_of([], {}).shape == (0, 0)
    with pytest.raises(LookupError):
        vectors_of(["gone/0"], {})
