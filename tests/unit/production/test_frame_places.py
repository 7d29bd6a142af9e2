"""Where decoding begins for a wanted frame: as written down, also after a way through bytes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.production.frame_places import Places, Start
from videre.production.media_index import Pictures


def pictures(keys: list[bool], mapping: str = "pts") -> Pictures:
    count = len(keys)
    tokens = np.arange(count, dtype=np.int64) * 512 + 7
    return Pictures(
        0, 64, 36, 0, False, mapping, tokens, np.array([True, *keys[1:]]), Fraction(1, 12_800),
        Fraction(0), tokens, count * 512,
    )  # fmt: skip


def starts(of: Pictures, frame: int) -> tuple[Start, ...]:
    """Return the nearest key frame, the one before it, the fourth, and the beginning."""
    keys = np.flatnonzero(of.keys[: frame + 1])
    near = [int(keys[-back]) for back in (1, 2, 4) if len(keys) > back]
    sought = [] if of.mapping == "ordinal" else near
    found = [Start(int(of.tokens[key]), frame - key + 64) for key in sought]
    return (*found, Start(None, frame + 64))


@given(
    st.lists(st.booleans(), min_size=1, max_size=60),
    st.sampled_from(["pts", "dts", "ordinal"]),
    st.data(),
)
def test_every_wanted_frame_is_told_its_starts(
    keys: list[bool], mapping: str, data: st.DataObject
) -> None:
    of = pictures(keys, mapping)
    frames = sorted(data.draw(st.sets(st.integers(0, len(keys) - 1))))
    told = list(Places.decode(Places.of(of, frames).encode()).wanted())
    assert [one.frame for one in told] == frames
    for one in told:
        assert one.token == of.tokens[one.frame]
        assert one.starts == starts(of, one.frame)


def test_a_film_of_hours_takes_little() -> None:
    of = pictures([number % 50 == 0 for number in range(180_000)])
    assert len(Places.of(of, range(180_000)).encode()) < 3_000_000


@pytest.mark.parametrize("cut", [1, 8, 16])
def test_bytes_that_break_off_are_refused(cut: int) -> None:
    data = Places.of(pictures([True] * 9), range(9)).encode()
    with pytest.raises(ValueError, match=r"size|numbers"):
        Places.decode(data[:-cut])
