"""Everything together: one analysis, the same bytes however the evidence comes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.orchestrator.document import (
    AudioFacts,
    MediaFacts,
    MediaKind,
    StageResult,
    StageState,
    Understanding,
    VideoFacts,
)
from videre.orchestrator.document.canonical import from_json, result_digest, result_document
from videre.orchestrator.evidence import Evidence, Word
from videre.orchestrator.features import FEATURES
from videre.orchestrator.fusion.fuse import fuse
from videre.orchestrator.fusion.inputs import Context, FusionInput, FusionOptions
from videre.orchestrator.fusion.stitch_speech import Judgement
from videre.orchestrator.taxonomy.load import load_taxonomy

MEDIA = MediaFacts(
    digest="a" * 64,
    size_bytes=1,
    kind=MediaKind.VIDEO,
    container="mp4",
    duration_ns=8 * 10**9,
    video=VideoFacts("h264", 640, 360, 640, 360, 0, 25, 1, False, 200),
    audio=AudioFacts("aac", 48_000, 2),
)
LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


def english(records, hints):  # type: ignore[no-untyped-def]
    """Take only utterances with words for understood."""
    return [
        Judgement(Understanding.UNDERSTOOD, 9_000)
        if record.words
        else Judgement(Understanding.NOT_UNDERSTOOD, 1_000)
        for record in records
    ]


@pytest.fixture
def evidence(seen, heard) -> list[Evidence]:  # type: ignore[no-untyped-def]
    caption = (2_000, 8_500, 8_000, 8_500, 8_000, 9_200, 2_000, 9_200)
    colors = {"share": 6_000, "red": 0, "green": 0, "blue": 2_000_000}
    words = (Word("my", 0, 10**9, 9_000), Word("dog", 10**9, 2 * 10**9, 9_000))
    found = [seen("shots", "cut", 100), seen("shots", "black", 190, 200)]
    for frame in (10, 60, 110, 160):
        found += [
            seen("colors", "blue", frame, score=6_000, attributes=colors),
            seen("objects", "dog", frame, box=(2_000, 2_000, 5_000, 5_000)),
            seen("objects", "cat", frame, score=2_000, box=(0, 0, 100, 100)),
            seen("classes", "", frame, score=10_000, embedding="e/0"),
            seen("text", "", frame, min(frame + 50, 200), 9_800, text="A dog", points=caption),
            seen("key_frames", "", frame, picture=f"picture-{frame}"),
        ]
    found += [heard("sound", "Bark", t, t + 960, 8_000) for t in range(0, 2_000, 480)]
    found += [heard("speech", "en", 0, 2_000, text="my dog", words=words)]
    found += [heard("speech", "en", 3_000, 5_000)]
    found += [heard("speech_activity", "speech", 0, 2_000)]
    return found


@pytest.fixture
def film(clock, evidence) -> FusionInput:  # type: ignore[no-untyped-def]
    return FusionInput(
        timeline=clock(200),
        media=MEDIA,
        evidence=evidence,
        stages=tuple(StageResult(feature.name, StageState.SUCCEEDED) for feature in FEATURES),
        taxonomy=load_taxonomy(),
        context=Context(title="A puppy"),
    )


def test_every_part_is_there(film) -> None:  # type: ignore[no-untyped-def]
    analysis = fuse(film, english)
    assert [shot.picture for shot in analysis.shots] == ["picture-10", "picture-110"]
    assert [(o.class_name, o.shot_index) for o in analysis.objects] == [("dog", 0), ("dog", 1)]
    assert [line.text for line in analysis.text_lines] == ["A dog"]
    assert [u.understanding for u in analysis.utterances] == [
        Understanding.UNDERSTOOD, Understanding.NOT_UNDERSTOOD,
    ]  # fmt: skip
    assert [event.class_name for event in analysis.sound_events] == ["Bark"]
    assert [c.kind for c in analysis.frame_conditions] == ["black"]
    assert [(s.first_shot, s.end_shot) for s in analysis.scenes] == [(0, 2)]
    assert all(scene.picture and scene.evidence for scene in analysis.scenes)


def test_all_modalities_vote_for_the_dog(film) -> None:  # type: ignore[no-untyped-def]
    labels = {label.node_id: label for label in fuse(film, english).labels}
    dog = labels["animal.dog"]
    assert dog.modalities == ("image", "metadata", "sound", "speech", "text")
    assert dog.score > 9_000
    assert labels["animal"].score >= labels["animal.pet"].score >= dog.score
    assert "animal.cat" not in labels
    assert labels["color.blue"].score == 10_000
    assert labels["daily.text"].modalities == ("text",)


def test_words_that_were_not_understood_are_not_shown_and_speak_for_nothing(film) -> None:  # type: ignore[no-untyped-def]
    def nobody(records, hints):  # type: ignore[no-untyped-def]
        return [Judgement(Understanding.NOT_UNDERSTOOD, 0) for _ in records]

    analysis = fuse(film, nobody)
    assert all((u.text, u.words, u.language) == ("", (), "und") for u in analysis.utterances)
    assert all("speech" not in label.modalities for label in analysis.labels)


@LAX
@given(random=st.randoms(use_true_random=False))
def test_a_replay_gives_the_same_bytes_in_any_order(film, random) -> None:  # type: ignore[no-untyped-def]
    expected = result_document(fuse(film, english))
    shuffled = list(film.evidence)
    random.shuffle(shuffled)
    assert result_document(fuse(replace(film, evidence=shuffled), english)) == expected


def test_the_document_reads_back_and_holds_only_integers(film) -> None:  # type: ignore[no-untyped-def]
    analysis = fuse(film, english)
    document = result_document(analysis)
    assert from_json(document) == analysis
    assert result_digest(from_json(document)) == result_digest(analysis)
    json.loads(document, parse_float=lambda text: pytest.fail(f"a float: {text}"))


def test_what_was_not_asked_for_is_not_told(film) -> None:  # type: ignore[no-untyped-def]
    analysis = fuse(replace(film, stages=()), english)
    assert (analysis.shots, analysis.scenes, analysis.frame_conditions) == ((), (), ())
    assert analysis.objects


def test_no_evidence_gives_an_empty_analysis(film) -> None:  # type: ignore[no-untyped-def]
    analysis = fuse(replace(film, evidence=(), context=Context()), english)
    assert (analysis.labels, analysis.objects, analysis.text_lines) == ((), (), ())
    assert len(analysis.shots) == 1


def test_other_languages_are_left_out_when_some_are_asked_for(film) -> None:  # type: ignore[no-untyped-def]
    chinese = fuse(replace(film, options=FusionOptions(languages=("zh",))), english)
    assert chinese.text_lines == ()
    assert [u.language for u in chinese.utterances] == ["und"]
    both = fuse(replace(film, options=FusionOptions(languages=("zh", "en"))), english)
    assert len(both.text_lines) == 1


def test_a_document_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        from_json(b'{"schema":99}')
