"""Which small frames a range of boundaries needs: the same blocks however a film is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.common.strips import BLOCK, CONTEXT, MARGIN, blocks_of, strip_range

FILMS = st.integers(1, 3_000)


@given(FILMS, st.data())
def test_blocks_hold_what_is_near_the_range_and_frames_their_context(
    frames: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, frames - 1))
    end = data.draw(st.integers(start + 1, frames))
    blocks = blocks_of(start, end, frames)
    first, stop = strip_range(start, end, frames)
    near = range(max(0, start - MARGIN), min(frames, end + MARGIN))
    assert blocks.start * BLOCK <= near.start
    assert near.stop <= blocks.stop * BLOCK
    assert len(blocks) * BLOCK < len(near) + 2 * BLOCK, "no block too many"
    assert 0 <= first <= max(0, near.start - CONTEXT)
    assert min(frames, near.stop + CONTEXT) <= stop <= frames


@given(FILMS, st.integers(1, 700))
def test_pieces_of_a_range_need_nothing_that_the_whole_does_not(frames: int, size: int) -> None:
    first, end = strip_range(0, frames, frames)
    assert (first, end) == (0, frames)
    whole = blocks_of(0, frames, frames)
    for start in range(0, frames, size):
        part = blocks_of(start, min(start + size, frames), frames)
        assert whole.start <= part.start < part.stop <= whole.stop
