"""Captions keep their times, do not overlap, and can be read."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from videre.exports.cues import Cue
from videre.production.cue_layout import picture_cues, speech_cues
from videre.production.known import Said, Stretch, Utterance, Written
from videre.production.line_breaking import width

MS = 1_000_000
S = 1_000 * MS


def utterance(start_ms: int, words: list[tuple[int, int, str]]) -> Utterance:
    said = tuple(Said(Stretch((start_ms + a) * MS, (start_ms + b) * MS), w) for a, b, w in words)
    stretch = Stretch(said[0].stretch.start_ns, said[-1].stretch.end_ns)
    return Utterance(stretch, " ".join(word.text for word in said), said)


@st.composite
def speeches(draw: st.DrawFn) -> list[Utterance]:
    found, at = [], 0
    for _ in range(draw(st.integers(0, 4))):
        words, time = [], 0
        for _ in range(draw(st.integers(1, 25))):
            length = draw(st.integers(30, 900))
            text = draw(
                st.sampled_from(["a", "word", "sentence.", "extraordinarily", "你好", "x" * 70])
            )
            words.append((time, time + length, text))
            time += length + draw(st.sampled_from([0, 50, 400, 1_200]))
        found.append(utterance(at, words))
        at += time + draw(st.integers(0, 2_000))
    return found


@given(speeches(), st.integers(10, 50))
def test_speech_cues_obey_every_rule(said: list[Utterance], limit: int) -> None:
    cues = speech_cues(said, limit)
    for cue in cues:
        assert 1 <= len(cue.lines) <= 2
        assert all(width(line) <= limit for line in cue.lines)
        assert cue.end_ns - cue.start_ns <= 7 * S
    for cue, after in itertools.pairwise(cues):
        assert cue.end_ns <= after.start_ns
        assert cue.end_ns - cue.start_ns >= 833 * MS or cue.end_ns == after.start_ns
    spoken = "".join(word.text for one in said for word in one.words)
    shown = "".join(line for cue in cues for line in cue.lines)
    assert shown.replace(" ", "") == spoken


def test_a_sentence_stands_while_it_is_spoken() -> None:
    words = [(0, 400, "printing"), (400, 600, "in"), (600, 1_500, "Germany")]
    assert speech_cues([utterance(2_000, words)], 42) == [
        Cue(2 * S, 3_500 * MS, ("printing in Germany",))
    ]


def test_a_pause_begins_a_new_cue() -> None:
    words = [(0, 900, "one"), (2_000, 2_900, "two")]
    assert [cue.lines for cue in speech_cues([utterance(0, words)], 42)] == [("one",), ("two",)]


def test_long_speech_is_cut_into_full_cues() -> None:
    words = [(300 * n, 300 * n + 280, "word") for n in range(40)]
    cues = speech_cues([utterance(0, words)], 20)
    assert [cue.lines for cue in cues] == [("word word word word",) * 2] * 5
    assert cues[1].start_ns == words[8][0] * MS


def test_a_short_word_stays_readable() -> None:
    (cue,) = speech_cues([utterance(0, [(0, 100, "yes")])], 42)
    assert cue.end_ns == 833_333_333


def test_an_utterance_without_word_times_is_spread_over_its_time() -> None:
    text = "广州市房地产中介协会分析认为市场" * 3
    cues = speech_cues([Utterance(Stretch(0, 12 * S), text, ())], 20)
    assert "".join(line for cue in cues for line in cue.lines) == text
    assert cues[0].start_ns == 0
    assert cues[-1].end_ns == 12 * S


def seen(start_ms: int, end_ms: int, text: str) -> Written:
    return Written(Stretch(start_ms * MS, end_ms * MS), text, 0.2, 0.8, 0.6, 0.05)


def test_subtitles_keep_their_lines_and_their_times() -> None:
    read = [seen(1_000, 3_000, "upper"), seen(1_040, 3_000, "lower"), seen(3_200, 12_000, "next")]
    assert picture_cues(read, 42) == [
        Cue(S, 3 * S, ("upper", "lower")),
        Cue(3_200 * MS, 12 * S, ("next",)),
    ]


def test_subtitles_that_are_too_wide_are_broken_anew() -> None:
    (cue,) = picture_cues([seen(0, 9_000, "the quick brown fox jumps over the dog")], 24)
    assert cue == Cue(0, 9 * S, ("the quick brown fox", "jumps over the dog"))


def test_subtitles_that_touch_do_not_overlap() -> None:
    cues = picture_cues([seen(0, 2_100, "one"), seen(2_000, 4_000, "two")], 42)
    assert [(cue.start_ns, cue.end_ns) for cue in cues] == [(0, 2 * S), (2 * S, 4 * S)]


def test_nothing_said_is_no_cue() -> None:
    assert speech_cues([], 42) == []
    assert picture_cues([seen(5, 5, "flash"), seen(0, 9, "  ")], 42) == []
