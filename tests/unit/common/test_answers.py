"""A true answer of each method is believed, and no lie is."""

from __future__ import annotations

from typing import Any

import pytest
from lies import LIES, Lie

from tests.tables import each
from videre.common import answers
from videre.common.errors import Reason, VidereError
from videre.internal.v1 import (
    asr_pb2,
    audio_pb2,
    engine_pb2,
    ocr_pb2,
    production_pb2,
    visual_pb2,
)
from videre.v1 import production_pb2 as public_pb2

SECOND = 16_000
USAGE = engine_pb2.CallUsage(feature="objects", model_calls=1, cpu_seconds=0.5, items=1)
ENGINE = engine_pb2.EngineSelection(feature="objects", name="x", version="1")
FRAMES = [visual_pb2.Frame(frame=number, jpeg=b"x") for number in (3, 7)]
LOOK = visual_pb2.AnalyzeFramesRequest(frames=FRAMES, engines=[ENGINE])
SIGNALS = visual_pb2.DetectShotsRequest(own_start_frame=0, own_end_frame=50)
READ = ocr_pb2.ReadFramesRequest(frames=FRAMES)
GROUP = asr_pb2.TranscribeRequest(
    pcm=bytes(4 * SECOND), spans=[asr_pb2.SpeechSpan(start_sample=5, end_sample=SECOND)]
)
PIECE = audio_pb2.AnalyzeSoundRequest(pcm=bytes(4 * SECOND), own_end_sample=2 * SECOND)


def true_answers() -> dict[str, Any]:
    seen = visual_pb2.Observation(
        feature="objects", frame=7, class_name="cat", score=1.0, box=[0.0, 0.0, 1.0, 1.0]
    )
    words = [asr_pb2.HeardWord(text="cat", start_sample=9, end_sample=99, score=0.5)]
    turns = [
        asr_pb2.SpeakerTurn(start_sample=0, end_sample=5_000, speaker=0, score=1.0),
        asr_pb2.SpeakerTurn(start_sample=6_000, end_sample=SECOND // 2, speaker=1, score=0.5),
        asr_pb2.SpeakerTurn(start_sample=SECOND // 2, end_sample=SECOND, speaker=0, score=0.9),
    ]
    windows = [
        audio_pb2.SoundWindow(start_sample=start, end_sample=min(start + 15_360, 2 * SECOND))
        for start in range(0, 2 * SECOND - 7_679, 7_680)
    ]
    made = public_pb2.OutputArtifact(name="cover-1.jpg", digest="a" * 64, size_bytes=9)
    known = engine_pb2.EngineDescription(
        feature="objects", name="x", version="1", max_batch=4, max_call_seconds=2, score_cap=1
    )
    return {
        "AnalyzeFrames": visual_pb2.AnalyzeFramesResponse(observations=[seen], usage=[USAGE]),
        "DetectShots": visual_pb2.DetectShotsResponse(
            boundaries=[visual_pb2.ShotBoundary(frame=2, kind="fade", score=0.7)],
            runs=[visual_pb2.FrameRun(start_frame=2, end_frame=60, kind="solid", score=1.0)],
        ),
        "ReadFrames": ocr_pb2.ReadFramesResponse(
            frames=[ocr_pb2.FrameText(frame=3), ocr_pb2.FrameText(frame=7, carried=True)]
        ),
        "DetectSpeech": asr_pb2.DetectSpeechResponse(
            samples=SECOND, spans=[asr_pb2.SpeechSpan(start_sample=0, end_sample=SECOND, score=1)]
        ),
        "Transcribe": asr_pb2.TranscribeResponse(utterances=[asr_pb2.HeardUtterance(words=words)]),
        "Diarize": asr_pb2.DiarizeResponse(turns=turns, samples=SECOND),
        "AnalyzeSound": audio_pb2.AnalyzeSoundResponse(windows=windows),
        "AnalyzeMusic": audio_pb2.AnalyzeMusicResponse(
            tempo_bpm=120,
            beat_ns=[0, 500_000_000],
            score=1.0,
            modes=[audio_pb2.ModeStretch(start_ns=0, end_ns=1_000, mode="major", score=0.9)],
            downbeat_ns=[500_000_000],
            beats_per_bar=3,
            tempo_levels=[audio_pb2.TempoLevel(tempo_bpm=60, score=0.4)],
            tempo_changes=[audio_pb2.TempoChange(start_ns=0, tempo_bpm=120)],
            key=audio_pb2.MusicKey(tonic=11, mode="minor", score=0.7),
            sections=[audio_pb2.MusicSection(start_ns=0, end_ns=1_000, chorus=True, score=0.9)],
        ),
        "Render": production_pb2.RenderResponse(result=production_pb2.RenderResult(outputs=[made])),
        "DescribeEngines": engine_pb2.DescribeEnginesResponse(
            service="visual", engines=[known], slots=2
        ),
    }


def check(method: str, answer: Any) -> None:
    match method:
        case "AnalyzeFrames":
            answers.frames(answer, LOOK)
        case "DetectShots":
            answers.shots(answer, SIGNALS, 60)
        case "ReadFrames":
            answers.text(answer, READ)
        case "DetectSpeech":
            answers.activity(answer, SECOND)
        case "Diarize":
            answers.turns(answer, SECOND)
        case "Transcribe":
            answers.utterances(answer, GROUP)
        case "AnalyzeSound":
            answers.windows(answer, PIECE)
        case "AnalyzeMusic":
            answers.music(answer, 10**9)
        case "Render":
            answers.files(answer.result)
        case "DescribeEngines":
            answers.engines(answer, "visual")


@pytest.mark.parametrize("method", true_answers())
def test_a_true_answer_is_believed(method: str) -> None:
    check(method, true_answers()[method])


#: Only the store can tell of these.
STORED = {"a file that is not there", "a file of another size"}


def is_refused(lie: Lie) -> None:
    answer = true_answers()[lie.method]
    lie.tell(answer)
    with pytest.raises(VidereError) as refused:
        check(lie.method, answer)
    assert refused.value.reason is Reason.SERVICE_ANSWER


def test_no_lie_is_believed() -> None:
    lies = [lie for lie in LIES if lie.name not in STORED]
    each(lies, is_refused, lambda lie: f"{lie.method}: {lie.name}")


WORDS = visual_pb2.EmbedTextsRequest(engine=ENGINE, texts=["a", "b"])


def embedded(*rows: list[float]) -> visual_pb2.EmbedTextsResponse:
    found = [visual_pb2.TextEmbedding(values=row) for row in rows]
    return visual_pb2.EmbedTextsResponse(embeddings=found, usage=USAGE)


def test_the_places_of_texts_are_believed_where_there_is_one_of_each() -> None:
    answers.embeddings(embedded([0.6, 0.8], [1.0, 0.0]), WORDS)
    for lie in ([[1.0, 0.0]], [[1.0], [1.0, 0.0]], [[], []], [[float("nan")], [1.0]]):
        with pytest.raises(VidereError) as refused:
            answers.embeddings(embedded(*lie), WORDS)
        assert refused.value.reason is Reason.SERVICE_ANSWER
