"""Engines as pure functions: the answer to (input, carry) is always the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from videre.common.values import sha256_hex
from videre.internal.v1 import (
    asr_pb2,
    audio_pb2,
    engine_pb2,
    ocr_pb2,
    production_pb2,
    visual_pb2,
)
from videre.v1 import production_pb2 as public_pb2

#: The recogniser whose language gate is known: its words can be understood.
RECOGNISER: Final = ("pocketsphinx-en-us", "5.1.1-2")
#: Classes by frame feature; those that moderation asks for are among them, so that it may pass.
_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "objects": ("person", "car", "dog"),
    "classes": ("seashore", "assault rifle", "military uniform", "slot"),
    "faces": ("face",),
    "nsfw": ("nsfw",),
    "colors": (),
    "frame_conditions": (),
    "picture_kinds": (),
    "codes": ("qr_code",),
    "emotion": ("happy",),
    "sound": ("Speech", "Dog", "Gunshot, gunfire", "Explosion"),
}
#: What is seen; the rest of the classes is only looked for.
_SEEN: Final = {"objects": ("person", "car", "dog"), "classes": ("seashore",), "faces": ("face",)}
_FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "visual": (
        "shots",
        "objects",
        "classes",
        "faces",
        "nsfw",
        "colors",
        "frame_conditions",
        "picture_kinds",
        "codes",
        "emotion",
    ),
    "ocr": ("text",),
    "asr": ("speech_activity", "speech", "diarization"),
    "audio": ("sound", "music"),
    "production": ("cover", "sprite", "captions"),
}
_RATE: Final = 16_000
_QUAD: Final = (0.1, 0.8, 0.5, 0.8, 0.5, 0.9, 0.1, 0.9)
_WORDS: Final = ("green", "boats", "sail", "over", "quiet", "water")


def describe(service: str) -> engine_pb2.DescribeEnginesResponse:
    """Return the catalogue of a service."""
    engines = []
    for feature in _FEATURES[service]:
        name, version = RECOGNISER if feature == "speech" else (f"{feature}-engine", "1")
        engines.append(
            engine_pb2.EngineDescription(
                feature=feature,
                name=name,
                version=version,
                model_digests=[sha256_hex(feature.encode())],
                tier=engine_pb2.ENGINE_TIER_BUNDLED,
                state=engine_pb2.ENGINE_STATE_AVAILABLE,
                classes=[
                    engine_pb2.EngineClass(name=item, detection_threshold=0.5)
                    for item in _CLASSES.get(feature, ())
                ],
                score_cap=1.0,
                max_call_seconds=2.0,
                cpu_seconds_per_item=0.01,
                max_batch=4,
            )
        )
    return engine_pb2.DescribeEnginesResponse(service=service, engines=engines, slots=1)


def _share(*values: object) -> float:
    """Return a number 0..1 that belongs to the values."""
    digest = hashlib.sha256(repr(values).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def _usage(feature: str, calls: int = 1) -> engine_pb2.CallUsage:
    return engine_pb2.CallUsage(feature=feature, model_calls=calls, cpu_seconds=0.01, items=1)


def analyse_frames(
    request: visual_pb2.AnalyzeFramesRequest,
) -> visual_pb2.AnalyzeFramesResponse:
    """See something in every frame; what, depends on the frames before it in the unit."""
    answer = visual_pb2.AnalyzeFramesResponse()
    carry = request.carry
    for frame in request.frames:
        carry = hashlib.sha256(carry + frame.jpeg + str(frame.frame).encode()).digest()
        for engine in request.engines:
            for class_name in _SEEN.get(engine.feature, ()):
                score = _share(carry, class_name)
                if score > 0.3:
                    answer.observations.add(
                        feature=engine.feature,
                        frame=frame.frame,
                        class_name=class_name,
                        score=score,
                        box=(0.1, 0.2, 0.3, 0.4),
                    )
    answer.carry = carry
    answer.usage.extend(_usage(engine.feature, len(request.frames)) for engine in request.engines)
    return answer


def detect_shots(request: visual_pb2.DetectShotsRequest) -> visual_pb2.DetectShotsResponse:
    """Find a cut in the middle of the asked frames."""
    middle = (request.own_start_frame + request.own_end_frame) // 2
    answer = visual_pb2.DetectShotsResponse(usage=_usage("shots"))
    answer.boundaries.add(frame=middle, kind="cut", score=0.9)
    return answer


def read_frames(request: ocr_pb2.ReadFramesRequest) -> ocr_pb2.ReadFramesResponse:
    """Read a line in the frames that changed."""
    answer = ocr_pb2.ReadFramesResponse(usage=_usage("text", len(request.frames)))
    carry = request.carry
    for frame in request.frames:
        carry = hashlib.sha256(carry + str(frame.frame).encode()).digest()
        read = answer.frames.add(frame=frame.frame, carried=not frame.changed)
        read.lines.add(text=f"OPEN {frame.frame // 20}", score=0.9, quad=_QUAD)
    answer.carry = carry
    return answer


def detect_speech(pieces: list[asr_pb2.DetectSpeechRequest]) -> asr_pb2.DetectSpeechResponse:
    """Hear somebody for four of every ten seconds."""
    samples = sum(len(piece.pcm) for piece in pieces) // 2
    answer = asr_pb2.DetectSpeechResponse(samples=samples, usage=_usage("speech_activity"))
    for start in range(_RATE, samples, 10 * _RATE):
        answer.spans.add(start_sample=start, end_sample=min(samples, start + 4 * _RATE), score=0.9)
    return answer


def diarize(pieces: list[asr_pb2.DiarizeRequest]) -> asr_pb2.DiarizeResponse:
    """Hear two speakers take turns, a stretch of speech each."""
    samples = sum(len(piece.pcm) for piece in pieces) // 2
    answer = asr_pb2.DiarizeResponse(samples=samples, usage=_usage("diarization"))
    for number, span in enumerate(pieces[0].spans):
        start, end = span.start_sample, span.end_sample
        answer.turns.add(start_sample=start, end_sample=end, speaker=number % 2, score=0.9)
    return answer


def transcribe(request: asr_pb2.TranscribeRequest) -> asr_pb2.TranscribeResponse:
    """Hear six words in every span; a loud track is not understood."""
    answer = asr_pb2.TranscribeResponse(usage=_usage("speech", len(request.spans)))
    understood = not request.pcm or request.pcm[0] == 0
    for span in request.spans:
        length = (span.end_sample - span.start_sample) // len(_WORDS)
        heard = answer.utterances.add(language_code="en")
        for number, word in enumerate(_WORDS):
            start = span.start_sample + number * length
            heard.words.add(text=word, start_sample=start, end_sample=start + length, score=0.9)
        sign = 1.0 if understood else -40.0
        heard.measurements.update(
            acoustic_score_per_frame=sign * 0.5, mean_word_probability=0.5, mean_word_seconds=0.05
        )
    return answer


def analyse_sound(request: audio_pb2.AnalyzeSoundRequest) -> audio_pb2.AnalyzeSoundResponse:
    """Hear speech in every window, now and then a dog."""
    answer = audio_pb2.AnalyzeSoundResponse(usage=_usage("sound"))
    for start in range(request.own_start_sample, request.own_end_sample, 4 * _RATE):
        end = min(start + 4 * _RATE, request.own_end_sample)
        window = answer.windows.add(
            start_sample=start, end_sample=end, level_dbfs=-20, flatness=0.1
        )
        window.scores.add(class_name="Speech", score=0.8)
        window.scores.add(class_name="Dog", score=_share(start, len(request.pcm)))
    return answer


def analyse_music(pieces: list[audio_pb2.AnalyzeMusicRequest]) -> audio_pb2.AnalyzeMusicResponse:
    """Find two beats a second."""
    samples = sum(len(piece.pcm) for piece in pieces) // 4
    beats = range(0, samples * 1_000_000_000 // 22_050, 500_000_000)
    return audio_pb2.AnalyzeMusicResponse(
        tempo_bpm=120.0, beat_ns=beats, score=0.8, usage=_usage("music")
    )


def rendered(request: production_pb2.RenderRequest, put: Callable[[bytes], str]) -> Any:
    """Make one file and return the end of the stream."""
    function = str(request.task.WhichOneof("function"))
    known = request.known.SerializeToString(deterministic=True)
    made = f"{function} of {sha256_hex(known)}".encode()
    output = public_pb2.OutputArtifact(
        name=f"{function}.txt", role=function, digest=put(made), size_bytes=len(made),
        media_type="text/plain",
    )  # fmt: skip
    result = production_pb2.RenderResult(outputs=[output], usage=_usage(function))
    return production_pb2.RenderResponse(result=result)


ANSWERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "AnalyzeFrames": analyse_frames,
    "DetectShots": detect_shots,
    "ReadFrames": read_frames,
    "DetectSpeech": detect_speech,
    "Transcribe": transcribe,
    "Diarize": diarize,
    "AnalyzeSound": analyse_sound,
    "AnalyzeMusic": analyse_music,
}
