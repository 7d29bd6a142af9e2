"""Windows cover what is owned, once, however a track is cut."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from videre.audio.windows import HOP, WINDOW, Window, owned_windows


@given(st.integers(1, 40 * HOP))
def test_windows_of_a_whole_track_cover_it(samples: int) -> None:
    windows = owned_windows(samples, 0, samples)
    assert windows[0].start == 0
    assert windows[-1].end == samples
    assert all(b.start - a.start == HOP for a, b in itertools.pairwise(windows))


@given(st.integers(1, 40 * HOP), st.lists(st.integers(0, 40 * HOP), max_size=4))
def test_each_window_has_one_owner(samples: int, cuts: list[int]) -> None:
    borders = sorted({0, samples, *(cut for cut in cuts if cut < samples)})
    parts = [
        window
        for start, end in itertools.pairwise(borders)
        for window in owned_windows(samples, start, end)
    ]
    assert parts == owned_windows(samples, 0, samples)


def test_a_last_window_needs_half_a_window_of_sound() -> None:
    assert owned_windows(WINDOW + HOP - 1, 0, WINDOW + HOP - 1)[-1] == Window(HOP, WINDOW + HOP - 1)
    assert owned_windows(2 * WINDOW, 0, 2 * WINDOW)[-1] == Window(3 * HOP, 2 * WINDOW)


def test_nothing_owned_gives_no_window() -> None:
    assert owned_windows(0, 0, 0) == []
    assert owned_windows(5 * HOP, 100, 100) == []
    assert owned_windows(5 * HOP, 1, HOP) == []
