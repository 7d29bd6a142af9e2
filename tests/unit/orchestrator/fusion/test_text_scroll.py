"""Parts of a text that crawls or is written letter by letter become the whole text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.fusion.text_scroll import continues, joined, parts, runs

#: Words of which no stretch of four letters comes twice.
TEXT = "weather warning: strong winds hit our quiet coast tonight, expect floods by morning"


def skeletons(texts: list[str]) -> list[str]:
    return ["".join(c for c in text if c.isalnum()) for text in texts]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("weatherwarn", "therwarningstr", True),  # crawls
        ("weatherwarn", "weatherwarningstr", True),  # grows
        ("weatherwarnj", "therwarningstr", True),  # the last letter was cut
        ("weatherwarn", "ltherwarningstr", True),  # the first one is
        ("今晚", "今晚沿海", True),
        ("并注意安全", "安全", True),  # all but gone
        ("therwarning", "weatherwarn", False),  # texts do not come back
        ("第一章开始", "第二章开始", False),
        ("frame9", "frame10", False),  # a counter
        ("1245", "1246", False),
        ("firstcaption", "secondone", False),
        ("no", "nobody", True),
        ("n", "nobody", False),
    ],
)
def test_what_comes_next(before: str, after: str, expected: bool) -> None:
    assert continues(before, after) is expected


@given(st.integers(14, 40), st.lists(st.integers(2, 6), min_size=12, max_size=24), st.booleans())
def test_a_crawl_is_put_together(width: int, steps: list[int], clipped: bool) -> None:
    """Whatever the speed; the letter at the right border may be cut and read as another."""
    ends = [4]
    for step in steps:
        ends.append(ends[-1] + step)
    windows = [TEXT[max(0, end - width) : min(end, len(TEXT))] for end in ends]
    shown = [
        window[:-1] + "|" if clipped and end < len(TEXT) else window
        for window, end in zip(windows, ends, strict=True)
        if end - width < len(TEXT) - 4
    ]
    whole = joined(shown)
    assert whole.rstrip("|") == TEXT[: len(whole.rstrip("|"))]
    assert len(whole) >= min(ends[len(shown) - 1], len(TEXT)) - 1


def test_letters_that_come_one_by_one_do_not_run() -> None:
    texts = [TEXT[:end] for end in range(4, 40, 6)]
    shown = parts(skeletons(texts))
    assert shown
    assert not runs(shown)
    assert joined(texts) == texts[-1]


def test_a_window_over_a_text_runs() -> None:
    shown = parts(skeletons([TEXT[at : at + 24] for at in range(0, 50, 7)]))
    assert shown
    assert runs(shown)


def test_a_slip_is_no_part() -> None:
    assert parts(["neverhadexpected", "hadexpected", "neverhadexpected"]) == []
    assert parts(["neverhadexpected", "hadexpected"]) == []
