"""The language gate: what it may say of a track, and on what that depends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import Understanding
from videre.orchestrator.evidence import Evidence, Word
from videre.orchestrator.fusion.language_gate import GateTable, gate_tables, judge, understand

UNDERSTOOD, UNCERTAIN, NOT_UNDERSTOOD = Understanding

#: One measurement, whose value is the logit.
TABLE = GateTable(
    version="test",
    language="en",
    weights={"logit": 10_000},
    intercept=0,
    limit=60_000,
    evidence_ms=8_000,
    outlier=30_000,
    understood=7_000,
    not_understood=-8_000,
)


def heard(
    logit: float, seconds: float, *, words: int = 4, start: float = 0, engine: str = "toy@1"
) -> Evidence:
    """Return an utterance whose own score is `logit`."""
    span = TimeSpan(int(start * NS), int((start + seconds) * NS))
    return Evidence(
        feature="speech",
        engine=engine,
        span=span,
        class_name="en",
        words=tuple(Word("word", span.start_ns, span.end_ns, 5_000) for _ in range(words)),
        attributes={"logit": round(logit * 10_000)} if words else {},
    )


def states(*records: Evidence, hints: tuple[str, ...] = ()) -> list[Understanding]:
    return [one.understanding for one in judge(records, TABLE, hints)]


def test_two_thresholds_part_three_states() -> None:
    assert states(heard(2, 10)) == [UNDERSTOOD]
    assert states(heard(0, 10)) == [UNCERTAIN]
    assert states(heard(-2, 10)) == [NOT_UNDERSTOOD]


def test_the_thresholds_themselves_belong_to_the_better_state() -> None:
    assert states(heard(0.7, 10)) == [UNDERSTOOD]
    assert states(heard(0.6999, 10)) == [UNCERTAIN]
    assert states(heard(-0.8, 10)) == [UNCERTAIN]
    assert states(heard(-0.8001, 10)) == [NOT_UNDERSTOOD]


def test_little_speech_shrinks_towards_doubt() -> None:
    assert states(heard(1.5, 8)) == [UNDERSTOOD]
    assert states(heard(1.5, 3)) == [UNCERTAIN]
    assert states(heard(-2, 1)) == [UNCERTAIN]
    assert states(heard(6, 1.2)) == [UNDERSTOOD]  # short, but beyond doubt


def test_a_short_utterance_leans_on_its_track() -> None:
    track = [heard(4, 9), heard(4, 9)]
    assert states(heard(1.5, 1), *track) == [UNDERSTOOD] * 3
    foreign = [heard(-4, 9), heard(-4, 9)]
    assert states(heard(1.5, 1), *foreign) == [NOT_UNDERSTOOD] * 3


def test_another_language_inside_a_track_is_not_carried_by_it() -> None:
    track = [heard(5, 9), heard(4.5, 9), heard(5, 9)]
    assert states(*track, heard(0.2, 3)) == [UNDERSTOOD] * 3 + [UNCERTAIN]
    assert states(*track, heard(-4, 3)) == [UNDERSTOOD] * 3 + [NOT_UNDERSTOOD]


def test_an_utterance_without_words_is_not_understood_and_says_nothing_of_the_others() -> None:
    silent = heard(0, 30, words=0)
    assert states(heard(2, 10), silent) == [UNDERSTOOD, NOT_UNDERSTOOD]
    assert judge([heard(2, 10), silent], TABLE)[0] == judge([heard(2, 10)], TABLE)[0]
    assert judge([silent], TABLE)[0].score == 0


def test_hints_decide_when_they_agree() -> None:
    sure, lost = heard(3, 10), heard(-3, 10)
    assert states(sure, lost, hints=("en-GB",)) == [UNDERSTOOD, UNDERSTOOD]
    assert states(sure, lost, hints=("zh-Hans", "fr")) == [NOT_UNDERSTOOD, NOT_UNDERSTOOD]
    assert states(sure, hints=("zh", "en")) == states(sure)


def test_a_hint_finds_no_words_in_silence() -> None:
    assert states(heard(0, 3, words=0), hints=("en",)) == [NOT_UNDERSTOOD]


def test_a_recogniser_nobody_calibrated_is_not_believed_by_itself() -> None:
    judged = understand([heard(6, 20), heard(0, 5, words=0)])
    assert [one.understanding for one in judged] == [UNCERTAIN, NOT_UNDERSTOOD]


def test_nothing_heard_is_nothing_judged() -> None:
    assert understand([]) == []


def test_a_missing_measurement_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        judge([structs.replace(heard(1, 5), attributes={})], TABLE)


utterances = st.lists(
    st.builds(
        heard,
        st.floats(-20, 20),
        st.floats(0.1, 30),
        words=st.integers(0, 5),
        start=st.floats(0, 1_000),
    ),
    min_size=1,
    max_size=12,
)


@given(utterances)
def test_confidence_and_state_tell_the_same_story(records: list[Evidence]) -> None:
    for record, judged in zip(records, judge(records, TABLE), strict=True):
        assert 0 <= judged.score <= 10_000
        if judged.understanding is UNDERSTOOD:
            assert judged.score > 5_000
            assert record.words
        if judged.understanding is NOT_UNDERSTOOD:
            assert judged.score < 5_000


@given(utterances, st.randoms())
def test_the_order_of_utterances_changes_nothing(records: list[Evidence], random: object) -> None:
    order = list(range(len(records)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = judge(records, TABLE)
    assert judge([records[i] for i in order], TABLE) == [straight[i] for i in order]


@given(
    own=st.floats(-6, 6),
    gain=st.floats(0, 6),
    seconds=st.floats(0.5, 20),
    other=st.builds(heard, st.floats(-6, 6), st.floats(0.5, 20)),
)
def test_a_better_utterance_never_makes_itself_worse(
    own: float, gain: float, seconds: float, other: Evidence
) -> None:
    before = judge([heard(own, seconds), other], TABLE)[0].score
    after = judge([heard(own + gain, seconds), other], TABLE)[0].score
    assert after >= before


def test_the_released_table_speaks_of_the_bundled_recogniser() -> None:
    table = gate_tables()["pocketsphinx-en-us@5.1.1-2"]
    assert table.language == "en"
    assert table.not_understood < 0 < table.understood
    clear = {  # LJ Speech, as heard
        "acoustic_score_per_frame": -28_000,
        "mean_word_probability": 6_700,
        "mean_word_seconds": 3_400,
    }
    lost = {  # Italian, as heard
        "acoustic_score_per_frame": -44_000,
        "mean_word_probability": 3_100,
        "mean_word_seconds": 2_200,
    }
    assert table.logit(clear) > 20_000
    assert table.logit(lost) < -20_000


def test_without_a_table_hints_alone_decide() -> None:
    said, silent = heard(2, 10, engine="own@1"), heard(2, 10, words=0, engine="own@1")
    for hints, state in (((), UNCERTAIN), (("en-GB",), UNDERSTOOD), (("zh",), NOT_UNDERSTOOD),
                         (("zh", "en"), UNCERTAIN)):  # fmt: skip
        assert [one.understanding for one in understand([said, silent], hints)] == [
            state, NOT_UNDERSTOOD,
        ]  # fmt: skip
