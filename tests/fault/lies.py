"""Answers that break the contract: each lie changes a true answer of one method."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import Message

from videre.internal.v1 import (
    asr_pb2,
    audio_pb2,
    engine_pb2,
    ocr_pb2,
    production_pb2,
    visual_pb2,
)

#: The answer of each method of the internal API.
ANSWERS: Final[dict[str, type[Message]]] = {
    "DescribeEngines": engine_pb2.DescribeEnginesResponse,
    "AnalyzeFrames": visual_pb2.AnalyzeFramesResponse,
    "DetectShots": visual_pb2.DetectShotsResponse,
    "ReadFrames": ocr_pb2.ReadFramesResponse,
    "DetectSpeech": asr_pb2.DetectSpeechResponse,
    "Transcribe": asr_pb2.TranscribeResponse,
    "AnalyzeSound": audio_pb2.AnalyzeSoundResponse,
    "AnalyzeMusic": audio_pb2.AnalyzeMusicResponse,
    "Render": production_pb2.RenderResponse,
}
NAN: Final = math.nan


@dataclass(frozen=True, slots=True)
class Lie:
    """A change of a true answer that must not be believed."""

    method: str
    name: str
    tell: Callable[[Any], Any]


def _seen(**fields: Any) -> Callable[[visual_pb2.AnalyzeFramesResponse], Any]:
    """Add an observation like the first one but for some fields."""

    def tell(answer: visual_pb2.AnalyzeFramesResponse) -> None:
        observed = answer.observations.add()
        observed.CopyFrom(answer.observations[0])
        for name, value in fields.items():
            if isinstance(value, list):
                del getattr(observed, name)[:]
                getattr(observed, name).extend(value)
            else:
                setattr(observed, name, value)

    return tell


def _boundary(**fields: Any) -> Callable[[visual_pb2.DetectShotsResponse], Any]:
    return lambda answer: answer.boundaries.add(**{"kind": "cut", "score": 1.0, **fields})


def _quad(answer: ocr_pb2.ReadFramesResponse, values: list[float]) -> None:
    answer.frames[0].lines.add(text="lie", score=1.0, quad=values)


LIES: Final = (
    Lie("AnalyzeFrames", "a feature nobody asked for", _seen(feature="weather")),
    Lie("AnalyzeFrames", "a frame nobody asked for", _seen(frame=10**9)),
    Lie("AnalyzeFrames", "a frame before the first", _seen(frame=-1)),
    Lie("AnalyzeFrames", "a score of 7", _seen(score=7.0)),
    Lie("AnalyzeFrames", "a negative score", _seen(score=-1.0)),
    Lie("AnalyzeFrames", "a score that is no number", _seen(score=NAN)),
    Lie("AnalyzeFrames", "a box of three numbers", _seen(box=[0.1, 0.1, 0.1])),
    Lie("AnalyzeFrames", "a box outside the picture", _seen(box=[5.0, 0.1, 0.1, 0.1])),
    Lie("AnalyzeFrames", "a box of no numbers", _seen(box=[NAN, 0.1, 0.1, 0.1])),
    Lie("AnalyzeFrames", "half a point", _seen(points=[0.1])),
    Lie("AnalyzeFrames", "an embedding without end", _seen(embedding=[math.inf])),
    Lie("AnalyzeFrames", "a carry of 1 MB", lambda a: setattr(a, "carry", bytes(1 << 20))),
    Lie("AnalyzeFrames", "a cost of others", lambda a: a.usage.add(feature="weather")),
    Lie("AnalyzeFrames", "a cost below zero", lambda a: setattr(a.usage[0], "model_calls", -1)),
    Lie("DetectShots", "a boundary elsewhere", _boundary(frame=10**9)),
    Lie("DetectShots", "a boundary below zero", _boundary(frame=-5)),
    Lie("DetectShots", "a boundary of no kind", _boundary(frame=1, kind="wipe")),
    Lie("DetectShots", "boundaries in no order", lambda a: (_boundary(frame=3)(a),
                                                            _boundary(frame=3)(a))),
    Lie("DetectShots", "a run without end",
        lambda a: a.runs.add(start_frame=1, end_frame=10**9, kind="black", score=1.0)),
    Lie("DetectShots", "a run backwards",
        lambda a: a.runs.add(start_frame=5, end_frame=2, kind="black", score=1.0)),
    Lie("ReadFrames", "a frame too few", lambda a: a.frames.pop()),
    Lie("ReadFrames", "a frame too many", lambda a: a.frames.add(frame=10**9)),
    Lie("ReadFrames", "nothing", lambda a: a.Clear()),
    Lie("ReadFrames", "another frame", lambda a: setattr(a.frames[0], "frame", 10**9)),
    Lie("ReadFrames", "a line without numbers", lambda a: _quad(a, [NAN] * 8)),
    Lie("ReadFrames", "half a quad", lambda a: _quad(a, [0.0] * 4)),
    Lie("DetectSpeech", "half the track", lambda a: setattr(a, "samples", a.samples // 2)),
    Lie("DetectSpeech", "speech before the start",
        lambda a: a.spans.insert(0, asr_pb2.SpeechSpan(start_sample=-9, end_sample=1))),
    Lie("DetectSpeech", "speech after the end",
        lambda a: a.spans.add(start_sample=a.samples, end_sample=2 * a.samples)),
    Lie("DetectSpeech", "speech backwards",
        lambda a: a.spans.add(start_sample=a.samples - 1, end_sample=a.samples - 2)),
    Lie("Transcribe", "a span too few", lambda a: a.utterances.pop()),
    Lie("Transcribe", "a span too many", lambda a: a.utterances.add()),
    Lie("Transcribe", "a word after the end", lambda a: a.utterances[0].words.add(
        text="lie", start_sample=10**9, end_sample=10**9, score=1.0)),
    Lie("Transcribe", "a measure that is no number",
        lambda a: a.utterances[0].measurements.update(lie=NAN)),
    Lie("Diarize", "half the track", lambda a: setattr(a, "samples", a.samples // 2)),
    Lie("Diarize", "a turn after the end",
        lambda a: a.turns.add(start_sample=a.samples, end_sample=2 * a.samples)),
    Lie("Diarize", "a turn without length",
        lambda a: a.turns.add(start_sample=a.samples, end_sample=a.samples)),
    Lie("Diarize", "turns at once", lambda a: a.turns.extend([a.turns[0], a.turns[0]])),
    Lie("Diarize", "a speaker before the first", lambda a: setattr(a.turns[0], "speaker", -1)),
    Lie("Diarize", "speakers left out", lambda a: setattr(a.turns[-1], "speaker", 7)),
    Lie("Diarize", "a score of 7", lambda a: setattr(a.turns[0], "score", 7.0)),
    Lie("AnalyzeSound", "nothing", lambda a: a.Clear()),
    Lie("AnalyzeSound", "a part", lambda a: a.windows.pop()),
    Lie("AnalyzeSound", "a window after the end",
        lambda a: setattr(a.windows[-1], "end_sample", 10**9)),
    Lie("AnalyzeSound", "a score of 7", lambda a: a.windows[0].scores.add(class_name="x", score=7)),
    Lie("AnalyzeSound", "a level that is no number",
        lambda a: setattr(a.windows[0], "level_dbfs", NAN)),
    Lie("AnalyzeMusic", "a beat before the start", lambda a: a.beat_ns.insert(0, -5)),
    Lie("AnalyzeMusic", "a beat after the end", lambda a: a.beat_ns.append(10**18)),
    Lie("AnalyzeMusic", "a mode that is none", lambda a: a.modes.add(end_ns=9, mode="loud")),
    Lie("AnalyzeMusic", "a mode without length", lambda a: a.modes.add(mode="major")),
    Lie("AnalyzeMusic", "beats in no order", lambda a: a.beat_ns.extend([9, 3])),
    Lie("AnalyzeMusic", "a bar that begins on no beat", lambda a: a.downbeat_ns.append(1)),
    Lie("AnalyzeMusic", "bars of no length", lambda a: setattr(a, "beats_per_bar", 7)),
    Lie("AnalyzeMusic", "a key that is none", lambda a: a.key.MergeFrom(
        audio_pb2.MusicKey(tonic=12, mode="major"))),
    Lie("AnalyzeMusic", "a section after the end",
        lambda a: a.sections.add(start_ns=0, end_ns=10**18)),
    Lie("AnalyzeMusic", "sections one in the other", lambda a: a.sections.extend(
        audio_pb2.MusicSection(start_ns=start, end_ns=9) for start in (0, 5))),
    Lie("AnalyzeMusic", "a tempo that is no number", lambda a: setattr(a, "tempo_bpm", NAN)),
    Lie("Render", "a file elsewhere", lambda a: setattr(a.result.outputs[0], "name", "../../x")),
    Lie("Render", "a file that is not there",
        lambda a: setattr(a.result.outputs[0], "digest", "0" * 64)),
    Lie("Render", "a file of another size",
        lambda a: setattr(a.result.outputs[0], "size_bytes", 7)),
    Lie("Render", "a digest that is none", lambda a: setattr(a.result.outputs[0], "digest", "../")),
    Lie("Render", "a file twice",
        lambda a: a.result.outputs.add().CopyFrom(a.result.outputs[0])),
    Lie("DescribeEngines", "another service", lambda a: setattr(a, "service", "other")),
    Lie("DescribeEngines", "a threshold that is no number",
        lambda a: a.engines[0].classes.add(name="x", detection_threshold=NAN)),
    Lie("DescribeEngines", "calls without end",
        lambda a: setattr(a.engines[0], "max_call_seconds", math.inf)),
    Lie("DescribeEngines", "batches of nothing", lambda a: setattr(a.engines[0], "max_batch", 0)),
)  # fmt: skip
