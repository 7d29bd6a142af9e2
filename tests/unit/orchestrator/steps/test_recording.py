"""Answers of services become evidence: scores rounded once, times exact, nothing left out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.internal.v1 import asr_pb2, audio_pb2, ocr_pb2, visual_pb2
from videre.orchestrator import document as d
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence, EvidenceBlob
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.music import music
from videre.orchestrator.steps import recording, recording_music
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline

JUDGE, TAXONOMY = Judge([]), load_taxonomy()
STEP = NS // 25
CLOCK = Timeline(100 * STEP, [i * STEP for i in range(100)], 100 * STEP, Fraction(25))
START = 123_456_789


def engine(feature: str, **more: int) -> EngineFacts:
    return EngineFacts("service", feature, "engine", "1", "bundled", True, **more)  # type: ignore[arg-type]


def stored(records: list[Evidence]) -> None:
    """Whatever is recorded can be kept: canonical JSON takes no float."""
    EvidenceBlob("f", "engine@1", TimeSpan(0, 1), tuple(records)).encode()


@given(st.integers(0, 2**40), st.sampled_from([8_000, 16_000, 22_050, 44_100, 48_000]))
def test_a_sample_s_time_is_the_floor_of_the_exact_one(sample: int, rate: int) -> None:
    exact = Fraction(sample, rate) * NS
    assert recording.sample_ns(sample, START, rate) - START == exact.numerator // exact.denominator


@pytest.mark.parametrize(
    ("value", "kept"),
    [(0.0, 0), (1.0, 10_000), (-0.5, -5_000), (0.03125, 313), (-0.03125, -312), (120.5, 1_205_000)],
)
def test_a_measurement_is_rounded_half_up(value: float, kept: int) -> None:
    assert recording.scaled(value) == kept


def test_an_observation_keeps_place_points_and_measures() -> None:
    seen = visual_pb2.Observation(
        feature="faces", class_name="face", score=0.95, box=[0.1, 0.2, 0.3, 1.2],
        points=[0.5, -0.1], attributes={"b": 0.25, "a": -1.0},
    )  # fmt: skip
    span = CLOCK.frame_span(3, 4)
    record = recording.observation(seen, engine("faces"), span, embedding="e/0", picture="p")
    assert (record.feature, record.engine, record.class_name) == ("faces", "engine@1", "face")
    assert (record.span, record.score) == (span, 9_500)
    assert record.box == (1_000, 2_000, 3_000, 10_000), "cut to the picture"
    assert record.points == (5_000, 0)
    assert record.attributes == {"a": -10_000, "b": 2_500}
    assert (record.embedding, record.picture) == ("e/0", "p")
    stored([record])


@given(st.floats(0, 1, width=32), st.integers(0, 10_000))
def test_an_engine_s_cap_holds(score: float, cap: int) -> None:
    seen = visual_pb2.Observation(class_name="x", score=score)
    record = recording.observation(seen, engine("nsfw", score_cap=cap), TimeSpan(0, 1))
    free = recording.observation(seen, engine("nsfw"), TimeSpan(0, 1))
    assert record.score == min(cap, free.score)
    assert record.box is None


def test_shots_are_the_frames_they_begin_with_and_runs_their_frames() -> None:
    answer = visual_pb2.DetectShotsResponse(
        boundaries=[visual_pb2.ShotBoundary(frame=10, kind="cut", score=1.0)],
        runs=[visual_pb2.FrameRun(start_frame=20, end_frame=30, kind="black", score=0.5)],
    )
    cut, black = recording.shots(answer, engine("shots"), CLOCK)
    assert (cut.class_name, cut.span) == ("cut", CLOCK.frame_span(10, 11))
    assert (black.class_name, black.span, black.score) == ("black", CLOCK.frame_span(20, 30), 5_000)


def test_a_line_holds_until_the_next_sampled_frame() -> None:
    quad = [0.0, 0.1, 1.0, 0.1, 1.0, 0.2, 0.0, 0.2]
    lines = [ocr_pb2.ReadLine(text="字", score=0.9, quad=quad)]
    answers = [
        ocr_pb2.FrameText(frame=5, lines=lines),
        ocr_pb2.FrameText(frame=50, lines=lines * 2),
    ]
    found = recording.text_lines(answers, {5: 50, 50: 100}, engine("text"), CLOCK, {50: "p"})
    assert [record.span for record in found] == [
        CLOCK.frame_span(5, 50), CLOCK.frame_span(50, 100), CLOCK.frame_span(50, 100),
    ]  # fmt: skip
    assert [record.picture for record in found] == ["", "p", "p"]
    assert [dict(record.attributes) for record in found] == [
        {}, {"looked_before": 5}, {"looked_before": 5},
    ]  # fmt: skip
    assert found[0].points == (0, 1_000, 10_000, 1_000, 10_000, 2_000, 0, 2_000)
    stored(found)


def test_speech_stands_on_the_media_s_clock() -> None:
    answer = asr_pb2.DetectSpeechResponse(
        spans=[asr_pb2.SpeechSpan(start_sample=16_000, end_sample=32_001, score=0.7)]
    )
    (found,) = recording.speech_spans(answer, engine("speech_activity"), START)
    assert found.span == TimeSpan(START + NS, START + 2 * NS + NS // 16_000)
    assert found.score == 7_000


def test_an_utterance_has_its_span_its_words_and_their_mean_score() -> None:
    spans = [asr_pb2.SpeechSpan(start_sample=0, end_sample=16_000),
             asr_pb2.SpeechSpan(start_sample=20_000, end_sample=30_000)]  # fmt: skip
    heard = asr_pb2.HeardUtterance(
        language_code="en",
        words=[
            asr_pb2.HeardWord(text="good", start_sample=0, end_sample=8_000, score=0.9),
            asr_pb2.HeardWord(text="day", start_sample=8_000, end_sample=16_000, score=0.4),
        ],
        measurements={"rate": 2.5},
    )
    answer = asr_pb2.TranscribeResponse(utterances=[heard, asr_pb2.HeardUtterance()])
    first, silent = recording.utterances(answer, spans, engine("speech"), START)
    assert (first.text, first.class_name, first.score) == ("good day", "en", 6_500)
    assert first.span == TimeSpan(START, START + NS)
    assert [(word.start_ns - START, word.end_ns - START) for word in first.words] == [
        (0, NS // 2), (NS // 2, NS),
    ]  # fmt: skip
    assert first.attributes == {"rate": 25_000}
    assert (silent.text, silent.words, silent.score) == ("", (), 0)
    stored([first, silent])


def test_as_many_utterances_as_spans_or_it_is_a_defect() -> None:
    with pytest.raises(ValueError, match="zip"):
        recording.utterances(
            asr_pb2.TranscribeResponse(), [asr_pb2.SpeechSpan()], engine("speech"), 0
        )


def test_a_window_of_sound_is_its_level_and_its_classes() -> None:
    scores = [
        audio_pb2.SoundScore(class_name="Speech", score=0.99),
        audio_pb2.SoundScore(class_name="Music", score=0.2),
    ]
    window = audio_pb2.SoundWindow(
        start_sample=0, end_sample=15_360, level_dbfs=-23.5, flatness=0.125,
        scores=scores,
    )  # fmt: skip
    answer = audio_pb2.AnalyzeSoundResponse(windows=[window])
    level, *classes = recording.sound_windows(answer, engine("sound", score_cap=8_900), START)
    assert level.attributes == {"flatness": 1_250, "level_dbfs": -235_000}
    assert [(c.class_name, c.score) for c in classes] == [("Speech", 8_900), ("Music", 2_000)]
    assert {record.span for record in (level, *classes)} == {TimeSpan(START, START + 960_000_000)}


def test_beats_come_with_their_tempo_or_not_at_all() -> None:
    none = audio_pb2.AnalyzeMusicResponse(tempo_bpm=120)
    assert recording_music.music(none, engine("music"), START, START + NS) == []
    some = audio_pb2.AnalyzeMusicResponse(tempo_bpm=119.5, beat_ns=[0, 500], score=0.8)
    tempo, *marks = recording_music.music(some, engine("music"), START, START + NS)
    assert tempo.attributes == {"tempo_bpm": 1_195_000}
    assert [mark.span.start_ns for mark in marks] == [START, START + 500]
    stored([tempo, *marks])


def test_modes_are_kept_with_a_beat_and_without() -> None:
    mode = audio_pb2.ModeStretch(start_ns=5, end_ns=3 * NS, mode="minor", score=0.8)
    for beats in ([], [0, 500]):
        answer = audio_pb2.AnalyzeMusicResponse(beat_ns=beats, modes=[mode])
        *_, kept = recording_music.music(answer, engine("music"), START, START + 2 * NS)
        assert (kept.class_name, kept.score) == ("minor", 8_000)
        assert kept.span == TimeSpan(START + 5, START + 2 * NS), "no longer than the track"
        stored([kept])


def test_bars_key_and_sections_are_what_fusion_makes_music_of() -> None:
    answer = audio_pb2.AnalyzeMusicResponse(
        tempo_bpm=100,
        beat_ns=[0, 600, 1_200],
        score=0.9,
        downbeat_ns=[600],
        beats_per_bar=3,
        downbeat_score=0.5,
        tempo_levels=[
            audio_pb2.TempoLevel(tempo_bpm=200, score=0.25),
            audio_pb2.TempoLevel(tempo_bpm=100, score=0.75),
        ],
        tempo_changes=[audio_pb2.TempoChange(start_ns=0, tempo_bpm=100)],
        key=audio_pb2.MusicKey(tonic=9, mode="minor", score=0.8),
        sections=[
            audio_pb2.MusicSection(start_ns=0, end_ns=600, group=0, score=0.7),
            audio_pb2.MusicSection(start_ns=600, end_ns=5 * NS, group=1, chorus=True, score=0.9),
        ],
    )
    records = recording_music.music(answer, engine("music"), START, START + NS)
    stored(records)
    found = music(records, [], JUDGE, TAXONOMY)
    assert found == d.Music(
        tempo_mbpm=100_000,
        beats_ns=(START, START + 600, START + 1_200),
        score=9_000,
        downbeats_ns=(START + 600,),
        beats_per_bar=3,
        downbeat_score=5_000,
        levels=(d.TempoLevel(100_000, 7_500), d.TempoLevel(200_000, 2_500)),
        changes=(d.TempoChange(START, 100_000),),
        key=d.MusicKey(9, d.MusicMode.MINOR, 8_000),
        sections=(
            d.MusicSection(TimeSpan(START, START + 600), 0, score=7_000),
            d.MusicSection(TimeSpan(START + 600, START + NS), 1, chorus=True, score=9_000),
        ),
    )
