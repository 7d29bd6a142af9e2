"""Moments as an edit: what is rendered of it, and where each clip lies."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.exports.assembly_timeline import read_assembly
from videre.exports.moment_edit import FoundClip, joined, to_edl, to_otio
from videre.exports.subject import NotCarriedError

NS = 1_000_000_000


def clip(media: str, start: float, end: float) -> FoundClip:
    return FoundClip(media, f"of {media}", round(start * NS), round(end * NS))


def test_moments_are_joined_by_media_in_the_order_in_which_media_were_found() -> None:
    found = [clip("b", 4, 6), clip("a", 1, 2), clip("b", 0, 2), clip("b", 2, 3), clip("b", 5, 7)]
    assert joined(found) == (clip("b", 0, 3), clip("b", 4, 7), clip("a", 1, 2))
    assert joined([]) == ()


def test_an_edit_is_what_assemble_carries_out() -> None:
    made = joined([clip("b", 4, 6), clip("a", 1, 2.5)])
    assembly = read_assembly(to_otio("a\nquery", made).decode())
    assert assembly.urls == ("b", "a")
    assert [(one.url, one.start, one.end - one.begin) for one in assembly.shots] == [
        ("b", 4, 2), ("a", 1, Fraction(3, 2)),
    ]  # fmt: skip


def test_an_edit_list_counts_frames() -> None:
    lines = to_edl("q", [clip("b", 4, 6), clip("a", 1, 2)], Fraction(25)).decode().splitlines()
    events = [line for line in lines if line[:3].isdigit()]
    assert [line.split()[4:] for line in events] == [
        ["00:00:04:00", "00:00:06:00", "00:00:00:00", "00:00:02:00"],
        ["00:00:01:00", "00:00:02:00", "00:00:02:00", "00:00:03:00"],
    ]
    assert any("of b" in line for line in lines)
    with pytest.raises(NotCarriedError):
        to_edl("q", [clip("b", 4, 6)], Fraction(7))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 90), st.integers(1, 20)), min_size=1)
)
def test_no_instant_is_shown_twice_and_none_is_lost(found: list[tuple[str, int, int]]) -> None:
    clips = joined(clip(media, start, start + long) for media, start, long in found)
    asked = {(media, at) for media, start, long in found for at in range(start, start + long)}
    shown = [
        (one.media_id, at) for one in clips for at in range(one.start_ns // NS, one.end_ns // NS)
    ]
    assert len(shown) == len(set(shown))
    assert set(shown) == asked
