"""Cues → how the film feels: bounded, without order, monotone, and never without evidence."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    AudioKind,
    AudioSegment,
    EvidenceRef,
    FilmMood,
    Mood,
    MoodKind,
    MoodSource,
    Music,
    SoundEvent,
    StageResult,
    StageState,
    TextKind,
    TextLine,
    Unclear,
    Understanding,
    Utterance,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion import mood_cues
from videre.orchestrator.fusion.mood_cues import Cue
from videre.orchestrator.fusion.mood_windows import FACES_ALONE, windows
from videre.orchestrator.fusion.moods import kind_of, mood_stage, moods
from videre.orchestrator.timeline import Timeline

LENGTH_S = 60
CLOCK = Timeline(LENGTH_S * NS)


def ref(name: str, score: int = 9_000) -> EvidenceRef:
    return EvidenceRef(name, "speech", "e@1", score, TimeSpan(0, NS))


def cue(
    start_s: float, end_s: float, valence: int | None, arousal: int | None = None,
    weight: int = 8_000, source: MoodSource = MoodSource.SPEECH, name: str = "a/0",
) -> Cue:  # fmt: skip
    span = TimeSpan(round(start_s * NS), round(end_s * NS))
    return Cue(source, span, weight, valence, arousal, (ref(name),))


def feels(*cues: Cue) -> tuple[Mood, ...]:
    return moods(cues, CLOCK)[0]


def whole(*cues: Cue, timeline: Timeline = CLOCK) -> FilmMood | None:
    return moods(cues, timeline)[1]


def test_the_formula_by_hand() -> None:
    # weight .8 × 4 s of 5 s = .64; V = .64 × .7 / (.25 + .64)
    (mood,) = feels(cue(0, 4, 7_000))
    assert (mood.span.start_ns, mood.span.end_ns) == (0, 10 * NS)
    assert mood.valence == 6_400 * 7_000 // 8_900
    assert mood.arousal is None
    assert mood.score == 6_400 * 10_000 // 8_900
    assert mood.kind is MoodKind.PLEASURE
    (voice,) = mood.voices
    assert (voice.source, voice.valence, voice.weight) == (MoodSource.SPEECH, 7_000, 6_400)


def test_cues_of_one_source_err_together_those_of_two_confirm_each_other() -> None:
    once = feels(cue(0, 10, 6_000, weight=10_000))
    twice = feels(cue(0, 10, 6_000, weight=10_000), cue(0, 10, 6_000, weight=10_000, name="b/0"))
    assert twice[0].valence == once[0].valence
    other = cue(0, 10, 6_000, weight=10_000, source=MoodSource.SOUND, name="b/0")
    both = feels(cue(0, 10, 6_000, weight=10_000), other)
    assert (both[0].valence or 0) > (once[0].valence or 0)
    assert both[0].score > once[0].score


def test_where_nothing_speaks_nothing_is_said() -> None:
    assert moods((), CLOCK) == ((), None)
    assert moods([cue(0, 10, 0, 0)], CLOCK) == ((), None), "a neutral face alone"
    assert moods([cue(0, 10, 5_000, weight=0)], CLOCK) == ((), None)
    first, last = feels(cue(0, 10, 8_000), cue(30, 40, 8_000, name="b/0"))
    assert (first.span.end_ns, last.span.start_ns) == (10 * NS, 30 * NS)
    film = whole(cue(0, 10, 8_000), cue(30, 40, 8_000, name="b/0"))
    assert film is not None
    assert (film.share, film.evidence_count) == (3_333, 2)


def test_a_few_kind_words_in_a_long_neutral_speech_are_no_mood() -> None:
    lecture = [cue(at, at + 3, 0, name=f"n{at}/0") for at in range(0, LENGTH_S, 3)]
    kind = {12: 6_000, 33: 5_000, 51: 7_000}
    speech = [structs.replace(c, valence=kind.get(c.span.start_ns // NS, 0)) for c in lecture]
    found, film = moods(speech, CLOCK)
    assert found == ()
    assert film is not None, "something speaks"
    assert (film.kind, film.unclear, film.score) == (MoodKind.NEUTRAL, Unclear.FAINT, 0)
    assert (film.valence, film.share, film.evidence_count) == (None, 0, 3)
    glad = [structs.replace(c, valence=5_000) for c in lecture]
    found, film = moods(glad, CLOCK)
    assert [mood.kind for mood in found] == [MoodKind.PLEASURE]
    assert film is not None
    assert (film.kind, film.unclear, film.share) == (MoodKind.PLEASURE, Unclear.NOT, 10_000)


def test_neutral_words_do_not_speak_against_a_laugh() -> None:
    laugh = cue(0, 3, 8_100, 5_100, weight=9_000, source=MoodSource.SOUND, name="l/0")
    talk = [cue(at, at + 3, 0, name=f"n{at}/0") for at in range(0, LENGTH_S, 3)]
    assert feels(laugh, *talk) == feels(laugh)
    (mood,) = feels(laugh)
    assert mood.kind is MoodKind.EXCITEMENT
    film = whole(laugh, *talk)
    assert film is not None
    assert film.unclear is Unclear.FAINT, "one laugh in a minute"


def test_one_word_in_passing_makes_no_mood() -> None:
    assert feels(cue(0, 2, 6_000)) == ()
    assert feels(cue(0, 4, 6_000)) != ()
    # Of two seconds it is the whole.
    found, film = moods([cue(0, 2, 6_000)], Timeline(2 * NS))
    assert [mood.kind for mood in found] == [MoodKind.PLEASURE]
    assert film is not None
    assert film.share == 10_000


def test_what_goes_both_ways_is_mixed() -> None:
    film = whole(cue(0, 30, 7_000), cue(30, 60, -7_000, name="b/0"))
    assert film is not None
    assert (film.kind, film.unclear, film.valence) == (MoodKind.NEUTRAL, Unclear.MIXED, None)
    # At once they leave nothing.
    assert feels(cue(0, 10, 7_000), cue(0, 10, -7_000, source=MoodSource.TEXT)) == ()


def test_contradiction_and_a_weak_engine_make_unsure() -> None:
    face = cue(0, 10, 8_000, 5_000, weight=10_000, source=MoodSource.FACE)
    assert feels(face)[0].score == FACES_ALONE
    speech = cue(0, 10, 8_000, name="s/0")
    agreed = feels(face, speech)[0]
    assert agreed.score > FACES_ALONE
    against = feels(face, structs.replace(speech, valence=-2_000))[0]
    assert against.score < agreed.score
    assert (against.valence or 0) < (agreed.valence or 0)


def test_neighbours_of_one_kind_are_one_stretch() -> None:
    (mood,) = feels(cue(0, 30, 8_000))
    assert mood.span.duration_ns == 30 * NS
    first, second = feels(cue(0, 10, 8_000), cue(10, 20, -8_000, name="b/0"))
    assert (first.kind, second.kind) == (MoodKind.PLEASURE, MoodKind.DISPLEASURE)


def test_a_picture_and_a_text_have_no_time() -> None:
    (mood,), film = moods([cue(0, 0, 8_000)], Timeline(0))
    assert mood.valence is not None
    assert mood.valence > 0
    assert film is not None
    assert film.share == 10_000
    # Three hundred characters, of which two thirds say nothing.
    text = [cue(0, 1e-7, 8_000), cue(1e-7, 3e-7, 0, name="b/0")]
    assert moods(text, Timeline(300, counts_characters=True))[0] == ()
    (mood,), _ = moods([structs.replace(c, valence=8_000) for c in text], Timeline(300))
    assert mood.span.end_ns == 300


@pytest.mark.parametrize(
    ("valence", "arousal", "kind"),
    [
        (None, None, MoodKind.NEUTRAL), (1_999, -1_999, MoodKind.NEUTRAL),
        (2_000, None, MoodKind.PLEASURE), (5_000, 5_000, MoodKind.EXCITEMENT),
        (None, 2_000, MoodKind.AROUSAL), (-5_000, 5_000, MoodKind.DISTRESS),
        (-5_000, 0, MoodKind.DISPLEASURE), (-5_000, -5_000, MoodKind.DEPRESSION),
        (0, -5_000, MoodKind.SLEEPINESS), (5_000, -5_000, MoodKind.RELAXATION),
    ],
)  # fmt: skip
def test_the_eighths_of_the_circle(
    valence: int | None, arousal: int | None, kind: MoodKind
) -> None:
    assert kind_of(valence, arousal) is kind


SIGNED = st.integers(-10_000, 10_000)
CUES = st.builds(
    lambda start, length, *rest: cue(start, start + length, *rest),
    st.integers(0, LENGTH_S - 1),
    st.integers(1, 25),
    st.none() | SIGNED,
    st.none() | SIGNED,
    st.integers(0, 10_000),
    st.sampled_from(MoodSource),
    st.sampled_from([f"{i}/0" for i in range(9)]),
)


@given(st.lists(CUES, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_cues_does_not_matter(cues: list[Cue], shuffle: random.Random) -> None:
    mixed = list(cues)
    shuffle.shuffle(mixed)
    assert moods(mixed, CLOCK) == moods(cues, CLOCK)


@given(st.lists(CUES, max_size=12))
def test_moods_are_clear_bounded_apart_and_have_evidence(cues: list[Cue]) -> None:
    found, film = moods(cues, CLOCK)
    for mood in found:
        assert mood.kind is not MoodKind.NEUTRAL
        assert mood.evidence
        assert mood.evidence_count >= len(mood.evidence)
        assert mood.voices
        assert 0 < mood.score < 10_000
        for value in (mood.valence, mood.arousal):
            assert value is None or -10_000 < value < 10_000
        if {voice.source for voice in mood.voices} == {MoodSource.FACE}:
            assert mood.score <= FACES_ALONE
    assert all(a.span.end_ns <= b.span.start_ns for a, b in pairwise(found))
    assert (film is None) == (not any(c.speaks and c.weight for c in cues))
    if film is None:
        assert not found
        return
    assert film.evidence
    assert (film.kind is MoodKind.NEUTRAL) == (film.unclear is not Unclear.NOT)
    assert 0 <= film.score <= max([mood.score for mood in found], default=0)
    if film.unclear is not Unclear.NOT:
        assert (film.valence, film.arousal, film.score) == (None, None, 0)
    elif film.valence is not None:
        told = [mood.valence for mood in found if mood.valence is not None]
        assert min(told) <= film.valence <= max(told)


def valence_at_start(cues: Sequence[Cue]) -> int:
    """Valence E4 of the first window, alone in its film; 0 where nothing speaks of it."""
    return next((window.valence or 0 for window in windows(cues, 10 * NS)), 0)


@given(st.lists(CUES, min_size=1, max_size=8), st.integers(0, 7), st.integers(0, 20_000))
def test_no_rise_of_a_cue_lowers_the_valence(cues: list[Cue], at: int, by: int) -> None:
    at %= len(cues)
    old = cues[at].valence
    assume(old is not None)
    assert old is not None
    raised = structs.replace(cues[at], valence=min(10_000, old + by))
    assume(cues[at].speaks and raised.speaks)
    after = valence_at_start([*cues[:at], raised, *cues[at + 1 :]])
    assert after >= valence_at_start(cues)


@given(st.lists(CUES, max_size=8), CUES)
def test_a_cue_draws_the_valence_to_its_side(cues: list[Cue], more: Cue) -> None:
    """A cue of a source that was silent moves the valence towards what it says, or to nothing."""
    assume(more.valence is not None)
    assert more.valence is not None
    cues = [cue for cue in cues if cue.source is not more.source]
    before, after = valence_at_start(cues), valence_at_start([*cues, more])
    low, high = sorted((before, more.valence))
    assert low - 1 <= after <= high + 1 or after == 0 or abs(after) <= abs(before) + 1


def test_words_speak_for_valence_where_they_were_understood() -> None:
    def said(text: str, how: Understanding) -> Utterance:
        return Utterance(TimeSpan(0, NS), text, (), "en", how, 9_000, (ref("s/0"),))

    sad = "she cried all night after the terrible accident"
    (found,) = mood_cues.of_words([], [said(sad, Understanding.UNDERSTOOD)])
    assert found.source is MoodSource.SPEECH
    assert found.valence is not None
    assert found.valence < -3_000
    assert found.arousal is None
    assert list(mood_cues.of_words([], [said(sad, Understanding.UNCERTAIN)])) == []
    plain = "the train leaves from platform four"
    (nothing,) = mood_cues.of_words([], [said(plain, Understanding.UNDERSTOOD)])
    assert (nothing.valence, nothing.speaks) == (0, False), "it was heard, and says nothing"
    foreign = replace(said("je suis heureux", Understanding.UNDERSTOOD), language="fr")
    assert list(mood_cues.of_words([], [foreign])) == []
    line = TextLine("我非常高兴", TimeSpan(0, NS), (), None, 9_000, "zh-Hans", TextKind.FIXED,
                    (ref("t/0"),))  # fmt: skip
    (read,) = mood_cues.of_words([line], [])
    assert read.source is MoodSource.TEXT
    assert (read.valence or 0) > 3_000
    sign = structs.replace(line, text="北京路")
    assert list(mood_cues.of_words([sign], [])) == [], "a sign says nothing of the mood"
    (caption,) = mood_cues.of_words([structs.replace(sign, kind=TextKind.SUBTITLE)], [])
    assert not caption.speaks


def test_sounds_stand_at_the_emotion_they_express() -> None:
    def heard(name: str, node: str) -> tuple[SoundEvent, list[Evidence]]:
        span = TimeSpan(0, NS)
        record = Evidence("sound", "e@1", span, name, 9_000, id="w/0")
        return SoundEvent(name, node, span, 9_000, (ref("w/0"),)), [record]

    laugh, cry, dog = (heard("Laughter", "people.laughter"), heard("Crying", "people.crying"),
                       heard("Dog", "animal.dog"))  # fmt: skip
    glad, sad = mood_cues.of_sounds([laugh, cry, dog])
    assert (glad.valence or 0) > 0 > (sad.valence or 0)
    assert glad.refs[0].id == "w/0"


@given(st.integers(20_000, 300_000))
def test_tempo_speaks_for_arousal_alone_where_music_plays(tempo: int) -> None:
    track = [AudioSegment(AudioKind.MUSIC, TimeSpan(0, 9 * NS), 9_000),
             AudioSegment(AudioKind.SPEECH, TimeSpan(9 * NS, 20 * NS), 9_000)]  # fmt: skip
    record = Evidence("music", "beats@2", TimeSpan(0, 20 * NS), "tempo", 8_000, id="m/0")
    (found,) = mood_cues.of_tempo(Music(tempo, (NS, 2 * NS), 8_000), track, [record])
    assert found.valence is None
    assert found.arousal is not None
    assert -2_500 <= found.arousal <= 5_000
    assert found.arousal == {True: 5_000, False: found.arousal}[tempo >= 165_000]
    assert list(mood_cues.of_tempo(None, track, [record])) == []
    assert list(mood_cues.of_tempo(Music(tempo, (), 8_000), track, [record])) == []


@pytest.mark.parametrize(
    ("mode", "tempo", "valence"),
    [("major", 150_000, 5_000), ("major", 80_000, 2_500), ("minor", 80_000, -5_000),
     ("minor", 150_000, -2_500), ("minor", None, -2_500)],
)  # fmt: skip
def test_mode_speaks_for_valence_most_where_the_tempo_agrees(
    mode: str, tempo: int | None, valence: int
) -> None:
    track = [AudioSegment(AudioKind.MUSIC, TimeSpan(5 * NS, 9 * NS), 9_000),
             AudioSegment(AudioKind.SPEECH, TimeSpan(9 * NS, 20 * NS), 9_000)]  # fmt: skip
    record = Evidence("music", "beats@3", TimeSpan(0, 20 * NS), mode, 8_000, id="m/0")
    beats = Evidence("music", "beats@3", TimeSpan(0, 20 * NS), "tempo", 8_000, id="m/1")
    music = None if tempo is None else Music(tempo, (NS,), 8_000)
    (found,) = mood_cues.of_mode(music, track, [beats, record])
    assert (found.valence, found.arousal, found.span) == (valence, None, track[0].span)
    assert (found.source, found.refs[0].id) == (MoodSource.MUSIC, "m/0")
    assert list(mood_cues.of_mode(music, track[1:], [record])) == [], "somebody speaks"


DONE, SKIPPED, UNCHECKED, FAILED = (
    StageState.SUCCEEDED, StageState.SKIPPED, StageState.NOT_CHECKED, StageState.FAILED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "unheard", "expected"),
    [
        ({"emotion": (DONE, "")}, False, (DONE, "")),
        ({"emotion": (UNCHECKED, "NO_ENGINE"), "text": (DONE, "")}, False, (DONE, "")),
        ({"emotion": (UNCHECKED, "NO_ENGINE")}, False, (UNCHECKED, "NO_ENGINE")),
        ({"speech": (DONE, "")}, True, (UNCHECKED, "SPEECH_NOT_UNDERSTOOD")),
        ({"speech": (DONE, ""), "sound": (DONE, "")}, True, (DONE, "")),
        ({"sound": (FAILED, "DECODE_FAILED"), "text": (DONE, "")}, False,
         (FAILED, "DECODE_FAILED")),
        ({"sound": (SKIPPED, "NO_TRACK")}, False, (SKIPPED, "NO_TRACK")),
    ],
)  # fmt: skip
def test_the_stage_is_no_better_than_what_it_is_made_of(
    sources: dict[str, tuple[StageState, str]],
    unheard: bool,
    expected: tuple[StageState, str],
) -> None:
    stages = [StageResult(name, *state) for name, state in sources.items()]
    mood = StageResult("mood", DONE)
    found = mood_stage(mood, [*stages, mood], speech_unheard=unheard)
    assert (found.state, found.reason) == expected
    asked = StageResult("mood", SKIPPED, "NOT_REQUESTED")
    assert mood_stage(asked, stages, speech_unheard=unheard) is asked


def test_a_mean_face_stands_between_its_expressions(seen: Callable[..., Evidence]) -> None:
    record = seen("emotion", "happy", 0, attributes={"happy": 8_000, "neutral": 2_000})
    valence, arousal = mood_cues._mean_place(record)
    assert (valence, arousal) == (6_480, 4_080)
