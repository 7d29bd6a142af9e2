"""Medians over time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.production.retouching.medians import median_of


@given(
    st.integers(1, 70), st.integers(0, 2**32 - 1), st.sampled_from([np.int16, np.uint8]),
    st.integers(2, 120),
)  # fmt: skip
def test_a_median_is_the_one_of_numpy(
    count: int, seed: int, kind: type[np.integer], spread: int
) -> None:
    drawn = np.random.default_rng(seed).integers(0, spread, (count, 3, 5)).astype(kind)
    kept = drawn.copy()
    made = median_of(drawn)
    assert np.array_equal(made, np.median(kept, axis=0))
    assert made.dtype == np.float64
    assert np.array_equal(drawn, kept)
