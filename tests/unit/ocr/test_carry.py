from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from videre.ocr import carry
from videre.ocr.carry import CarryError, Memory
from videre.ocr.gate import Look
from videre.ocr.regions import Region

TIME = st.integers(-(1 << 62), (1 << 62))
E4 = st.integers(0, 10_000)


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    shape = draw(st.tuples(st.integers(0, 5), st.integers(0, 5)))
    luma = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    looks = [Look(draw(arrays(np.uint8, shape)), draw(arrays(np.uint8, luma))) for _ in range(2)]
    known = draw(
        st.lists(
            st.builds(
                Region,
                st.tuples(*[E4] * 8),
                st.text(max_size=12),
                E4,
                st.sampled_from([b"", bytes(range(144)), bytes(288)]),
            ),
            max_size=4,
        )
    )
    frame, time, read, refreshed, fine, confirmed, assured = draw(st.tuples(*[TIME] * 7))
    seen, before = looks
    return Memory(
        frame, time, read, refreshed, fine, confirmed, assured, seen, before, tuple(known)
    )


def memory(known: tuple[Region, ...]) -> Memory:
    seen = Look(np.zeros((45, 80), np.uint8), np.zeros((11, 20), np.uint8))
    return Memory(7, 8, 9, 10, 11, 12, 13, seen, seen, known)


def region(text: str, blocks: int) -> Region:
    return Region((0, 0, 9, 0, 9, 9, 0, 9), text, 9000, bytes(144 * blocks))


@given(memories())
def test_a_memory_comes_back_as_it_went(value: Memory) -> None:
    data = carry.encode(value)
    back = carry.decode(data)
    assert back is not None
    assert carry.encode(back) == data
    assert back.regions == value.regions
    whole = replace(back, read=value.read, before=value.before)
    assert whole == value
    assert np.array_equal(back.before.strokes, value.before.strokes)


def test_no_memory_is_no_bytes() -> None:
    assert carry.encode(None) == b""
    assert carry.decode(b"") is None


@given(memories(), st.data())
def test_damage_is_noticed(value: Memory, data: st.DataObject) -> None:
    good = carry.encode(value)
    position = data.draw(st.integers(0, len(good) - 1))
    flipped = bytearray(good)
    flipped[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CarryError):
        carry.decode(bytes(flipped))
    with pytest.raises(CarryError):
        carry.decode(good[:position] or b"x")
    with pytest.raises(CarryError):
        carry.decode(good + b"\0")


def test_too_long_is_refused() -> None:
    with pytest.raises(CarryError, match="at most"):
        carry.decode(bytes(carry.MAX_BYTES + 1))


def test_prints_go_before_texts() -> None:
    full = memory(tuple(region(f"line {index}", 20) for index in range(60)))
    fitted = carry.fitted(full)
    assert fitted is not None
    assert carry.MAX_BYTES - 20 * 144 < len(carry.encode(fitted)) <= carry.MAX_BYTES
    assert [item.text for item in fitted.regions] == [item.text for item in full.regions]
    prints = [bool(item.print) for item in fitted.regions]
    assert prints == sorted(prints, reverse=True)
    assert any(prints)
    assert not all(prints)
    assert carry.fitted(fitted) == fitted


def test_what_cannot_fit_is_forgotten() -> None:
    assert carry.fitted(memory(tuple(region("字" * 400, 0) for _ in range(60)))) is None
