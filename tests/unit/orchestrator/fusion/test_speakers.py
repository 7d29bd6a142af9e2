"""Turns of speakers laid over utterances."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.document import Understanding, Utterance
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.speakers import with_speakers

JUDGE = Judge(())
STRETCHES = st.lists(st.integers(1, 9), max_size=12)


def turn(who: int, start: int, end: int, score: int = 9_000) -> Evidence:
    return Evidence("diarization", "toy@1", TimeSpan(start, end), f"speaker_{who}", score)


def said(start: int, end: int) -> Utterance:
    return Utterance(TimeSpan(start, end), "words", (), "en", Understanding.UNDERSTOOD, 9_000, ())


def speakers(utterances: list[Utterance], turns: list[Evidence]) -> list[str]:
    return [item.speaker for item in with_speakers(utterances, turns, JUDGE)]


def test_an_utterance_is_said_by_who_speaks_longest_in_it() -> None:
    turns = [turn(1, 0, 10), turn(2, 10, 30), turn(1, 30, 55)]
    assert speakers([said(0, 10), said(5, 25), said(9, 55)], turns) == [
        "speaker_1", "speaker_2", "speaker_1",
    ]  # fmt: skip


def test_where_nobody_told_them_apart_nobody_is_named() -> None:
    utterances = (said(0, 10), said(20, 30))
    assert with_speakers(utterances, [], JUDGE) == utterances
    assert speakers(list(utterances), [turn(1, 10, 20)]) == ["", ""]


def test_turns_that_are_not_sure_name_nobody() -> None:
    assert speakers([said(0, 10)], [turn(1, 0, 10, 4_999)]) == [""]


@given(STRETCHES, STRETCHES)
def test_the_longest_overlap_wins_whatever_the_borders(
    turn_lengths: list[int], said_lengths: list[int]
) -> None:
    turns, utterances, at = [], [], 0
    for number, length in enumerate(turn_lengths):
        turns.append(turn(number % 3, at, at + length))
        at += length + number % 2
    at = 0
    for number, length in enumerate(said_lengths):
        utterances.append(said(at, at + length))
        at += length + number % 3
    found = with_speakers(utterances, reversed(turns), JUDGE)
    for item in found:
        lasts: dict[str, int] = {}
        for one in turns:
            start = max(one.span.start_ns, item.span.start_ns)
            end = min(one.span.end_ns, item.span.end_ns)
            if end > start:
                lasts[one.class_name] = lasts.get(one.class_name, 0) + end - start
        assert (item.speaker == "") == (not lasts)
        assert not lasts or lasts[item.speaker] == max(lasts.values())
