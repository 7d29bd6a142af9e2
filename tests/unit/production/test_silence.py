"""What is left when silence is cut out, and where words are said."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.production.known import Said, Stretch, Utterance
from videre.production.rendering.edited_sound import EditedReader
from videre.production.rendering.sound_edits import SoundEdits
from videre.production.silence import kept, levels, silences
from videre.production.spoken_words import find_words, joined

RATE = 16_000
S = Fraction


def test_levels_are_those_of_the_loudest_channel() -> None:
    samples = np.zeros((RATE, 2), np.float32)
    samples[RATE // 2 :, 1] = 0.1
    level = levels(samples, RATE)
    assert len(level) == 50
    assert level[:25].max() == -100
    assert level[25:] == pytest.approx(-20, abs=0.01)
    assert silences(level, -50, S(1)) == [(S(0), S(1, 2))]
    assert silences(levels(np.zeros((0, 1), np.float32), RATE), -50, S(0)) == []


def test_a_silence_leaves_its_margins_but_none_at_the_ends() -> None:
    silent = [(S(0), S(2)), (S(5), S(6)), (S(8), S(17, 2)), (S(9), S(10))]
    whole = {"end": S(10), "shortest": S(3, 4), "margin": S(1, 10)}
    assert kept(silent, **whole, ends_only=False) == [  # type: ignore[arg-type]
        (S(19, 10), S(51, 10)), (S(59, 10), S(91, 10)),
    ]  # fmt: skip
    assert kept(silent, **whole, ends_only=True) == [(S(19, 10), S(91, 10))]  # type: ignore[arg-type]
    assert kept([(S(0), S(10))], **whole, ends_only=False) == []  # type: ignore[arg-type]
    assert kept([], **whole, ends_only=False) == [(S(0), S(10))]  # type: ignore[arg-type]


@given(
    st.lists(st.integers(0, 1_000), max_size=12, unique=True),
    st.integers(0, 200),
    st.integers(5, 300),
    st.booleans(),
)
def test_what_is_kept_holds_all_sound_in_order(
    edges: list[int], margin: int, shortest: int, ends_only: bool
) -> None:
    places = [S(one, 100) for one in sorted(edges)]
    silent = list(zip(places[::2], places[1::2], strict=False))
    parts = kept(silent, S(10), S(shortest, 100), S(margin, 100), ends_only=ends_only)
    assert all(a < b for a, b in parts)
    assert all(left[1] < right[0] for left, right in pairwise(parts))
    for one in (S(n, 50) + S(1, 1000) for n in range(500)):
        loud = not any(a <= one < b for a, b in silent)
        assert not loud or any(a <= one < b for a, b in parts)


def said(*words: str) -> Utterance:
    stretches = [Stretch(n * 10, n * 10 + 8) for n in range(len(words))]
    told = tuple(Said(stretch, word) for stretch, word in zip(stretches, words, strict=True))
    return Utterance(Stretch(0, 10 * len(words)), " ".join(words), told)


@pytest.mark.parametrize(
    ("words", "phrase", "found"),
    [
        (("Damn,", "that", "damned", "dog"), "damn", [(0, 8)]),
        (("Damn,", "that", "damned", "dog"), "DAMN*", [(0, 8), (20, 28)]),
        (("that", "damned", "dog"), "damned dog!", [(10, 28)]),
        (("that", "damned", "dog"), "damned do*", [(10, 28)]),
        (("don't", "care"), "dont care", [(0, 18)]),
        (("他", "妈的", "好"), "他妈的", [(0, 18)]),
        (("class",), "ass", []),
        (("ass",), "assassin", []),
    ],
)
def test_phrases_are_found_as_words(
    words: tuple[str, ...], phrase: str, found: list[tuple[int, int]]
) -> None:
    got = [one.stretch for one in find_words([said(*words)], [phrase])]
    assert got == [Stretch(*one) for one in found]


def test_without_times_of_words_the_utterance_counts() -> None:
    whole = Utterance(Stretch(5, 90), "this damn dog", ())
    assert [one.stretch for one in find_words([whole], ["damn", "dog", "cat"])] == [
        Stretch(5, 90), Stretch(5, 90),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)).map(lambda ab: (min(ab), max(ab)))))
def test_joined_spans_are_apart_and_cover_the_same(spans: list[tuple[float, float]]) -> None:
    made = joined(spans)
    assert all(a[1] < b[0] for a, b in pairwise(made))
    assert all(any(a <= s and e <= b for a, b in made) for s, e in spans)


class Constant:
    """A source of ones."""

    def read(self, first: int, count: int) -> np.ndarray:
        return np.ones((count, 2), np.float32)


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(1, 999), max_size=4, unique=True))
def test_edits_do_not_depend_on_pieces(cuts: list[int]) -> None:
    edits = SoundEdits(S(1, 10), S(1, 5), ((0.3, 0.4), (0.55, 0.56)), 440.0)
    reader = EditedReader(Constant(), edits, (S(0), S(1)), 1_000)
    whole = reader.read(0, 1_000)
    places = [0, *sorted(cuts), 1_000]
    pieces = [reader.read(a, b - a) for a, b in pairwise(places)]
    assert np.concatenate(pieces) == pytest.approx(whole, abs=1e-6)


def test_fades_rise_and_fall_and_what_is_covered_is_not_heard() -> None:
    edits = SoundEdits(S(1, 10), S(1, 5), ((0.4, 0.6),))
    mono = EditedReader(Constant(), edits, (S(0), S(1)), 1_000).read(0, 1_000)[:, 0]
    assert mono[0] == 0
    assert mono[50] == pytest.approx(0.5, abs=0.01)
    assert mono[200] == mono[700] == 1
    assert (mono[400:600] == 0).all()
    assert mono[-1] < 0.001
    tone = EditedReader(Constant(), SoundEdits(covered=((0.0, 1.0),), tone_hz=100.0),
                        (S(0), S(1)), 8_000).read(800, 800)  # fmt: skip
    assert np.abs(tone).max() == pytest.approx(0.1, rel=0.01)
